import type { Json } from '../entity.ts';
import { badRequest } from '../errors.ts';
import type { Vocabulary } from '../vocabulary.ts';

/**
 * What each name meant when it was expanded, as stored JSON: [kind of expansion, name, IRI]. Of a value both are texts
 * of JSON.
 */
export type RecordedNames = readonly (readonly ['expand' | 'expandVocab' | 'expandValue', string, string])[];

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
      expandValue: (value) => {
        const expanded = vocabulary.expandValue(value);
        const text = JSON.stringify(value);
        asked.set(`expandValue ${text}`, ['expandValue', text, JSON.stringify(expanded)]);
        return expanded;
      },
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
        throw badRequest(
          `The stored Subscription does not say what "${name}" means: give the member that has it again.`,
        );
      return iri;
    };
  return {
    expand: replaying('expand'),
    expandVocab: replaying('expandVocab'),
    compact: (iri) => iri,
    compactVocab: (iri) => iri,
    expandValue: (value) => {
      const expanded = answers.get(`expandValue ${JSON.stringify(value)}`);
      return expanded === undefined ? value : (JSON.parse(expanded) as Json);
    },
    compactValue: (value) => value,
  };
}
