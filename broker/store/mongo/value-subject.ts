import type { Entity } from '../../domain/entity.ts';
import type { AttributePath } from '../../domain/query/attribute-query.ts';
import type { Condition } from '../../domain/query/condition.ts';
import {
  BEHIND,
  compilePoints,
  compilePresence,
  type ValuePoint,
  type ValueSpan,
} from '../../domain/query/value-spans.ts';
import { toSortable } from './sortable-number.ts';

/** What is indexed of Entities: the values that a path leads to, or whether it leads to something. */
export interface Subject {
  readonly of: 'values' | 'presence';
  readonly path: AttributePath;
}

/** A Condition that an index can answer. */
export type IndexedCondition = Extract<Condition, { kind: 'value' | 'presence' }>;

/** Keys of one index to look up: equal ones, and from one text on to another that is not among them. */
export interface KeySpans {
  readonly equal: readonly string[];
  readonly ranges: readonly (readonly [from: string, below: string])[];
}

const kinds: Readonly<Record<ValuePoint['kind'], string>> = {
  number: 'n',
  instant: 'i',
  time: 'm',
  boolean: 'b',
  text: 't',
};
/** Of an Entity with more points than can be listed: its key is looked up with every span. */
const COUNTLESS = '*';
const PRESENT = '+';
const ABSENT = '-';

export function subjectOf({ kind, path }: IndexedCondition): Subject {
  return { of: kind === 'value' ? 'values' : 'presence', path };
}

/** Makes the finder of an Entity's keys, perhaps some of them twice. */
export function compileKeys({ of, path }: Subject): (entity: Entity) => readonly string[] {
  if (of === 'values') {
    const pointsOf = compilePoints(path);
    return (entity) => pointsOf(entity)?.map(keyOfPoint) ?? [COUNTLESS];
  }
  const presenceOf = compilePresence(path);
  return (entity) => {
    const { mayBe, mayBeNot } = presenceOf(entity);
    return [...(mayBe ? [PRESENT] : []), ...(mayBeNot ? [ABSENT] : [])];
  };
}

/** The keys of which an Entity that meets the Condition has one; undefined where keys do not tell. */
export function keySpans(condition: IndexedCondition): KeySpans | undefined {
  if (condition.kind === 'presence') {
    return { equal: [condition.is === 'present' ? PRESENT : ABSENT], ranges: [] };
  }
  const equal = [COUNTLESS];
  const ranges: (readonly [string, string])[] = [];
  for (const span of condition.spans) {
    if ('at' in span) equal.push(keyOfPoint(span));
    else {
      const range = rangeOf(span);
      if (range === undefined) return undefined;
      ranges.push(range);
    }
  }
  return { equal, ranges };
}

function keyOfPoint({ kind, at }: ValuePoint): string {
  return kinds[kind] + (typeof at === 'number' ? toSortable(at) : at);
}

function rangeOf(span: Exclude<ValueSpan, ValuePoint>): readonly [string, string] | undefined {
  const kind = kinds[span.kind];
  if ('contains' in span) return undefined;
  if (span.kind === 'text') return [kind + span.from, behindText(kind + span.to)];
  const { from, to } = span;
  return [
    from === undefined ? kind : kind + toSortable(from),
    // No number goes on behind its digits.
    to === undefined ? afterPrefix(kind) : `${kind}${toSortable(to)}0`,
  ];
}

/** A text behind this one and, where it ends so, behind all that begin with what is before its end. */
function behindText(text: string): string {
  return text.endsWith(BEHIND) ? afterPrefix(text.slice(0, -BEHIND.length)) : `${text}\0`;
}

/**
 * The least text behind all that begin with the prefix, whether a server compares code units or bytes, which differ
 * for what is behind U+D7FF: there the last character is left out. The first one is of ours.
 */
export function afterPrefix(prefix: string): string {
  let end = prefix.length;
  while (prefix.charCodeAt(end - 1) >= 0xd7ff) end -= 1;
  return prefix.slice(0, end - 1) + String.fromCharCode(prefix.charCodeAt(end - 1) + 1);
}
