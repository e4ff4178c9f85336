import { NgsiLdError } from '../errors.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** What each name meant when it was expanded, as stored JSON: [kind of expansion, name, IRI]. */
export type RecordedNames = readonly (readonly ['expand' | 'expandVocab', string, string])[];

/**
 * A Vocabulary that remembers what it was asked, so that a text such as `q` can be stored as given and still be read
 * to the same meaning after a restart, even when its @context has changed or cannot be fetched any more.
 */
export function recordNames(vocabulary: Vocabulary): {
  readonly vocabulary: Vocabulary;
  readonly names: () => RecordedNames;
} {
  const asked = new Map<string, RecordedNames[number]>();
  const recording =
    (kind: 'expand' | 'expandVocab') =>
    (name: string): string => {
      const iri = vocabulary[kind](name);
      asked.set(`${kind} ${name}`, [kind, name, iri]);
      return iri;
    };
  return {
    vocabulary: {
      expand: recording('expand'),
      expandVocab: recording('expandVocab'),
      compact: (iri) => vocabulary.compact(iri),
      compactVocab: (iri) => vocabulary.compactVocab(iri),
      expandValue: (value) => vocabulary.expandValue(value),
      compactValue: (value) => vocabulary.compactValue(value),
    },
    names: () => [...asked.values()],
  };
}

/** The Vocabulary that answers what was recorded, and nothing else. */
export function replayNames(names: RecordedNames): Vocabulary {
  const answers = new Map(names.map(([kind, name, iri]) => [`${kind} ${name}`, iri]));
  const replaying =
    (kind: 'expand' | 'expandVocab') =>
    (name: string): string => {
      const iri = answers.get(`${kind} ${name}`);
      if (iri === undefined)
        throw new NgsiLdError('InternalError', `The stored Subscription does not say what "${name}" means.`);
      return iri;
    };
  return {
    expand: replaying('expand'),
    expandVocab: replaying('expandVocab'),
    compact: (iri) => iri,
    compactVocab: (iri) => iri,
    expandValue: (value) => value,
    compactValue: (value) => value,
  };
}
