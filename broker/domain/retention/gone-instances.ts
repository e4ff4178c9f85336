import type { Micros } from '../entity.ts';
import type { TemporalQuery, TimeProperty } from '../query/temporal-query.ts';

/** The first and the last moment of something, both included. */
interface Span {
  readonly first: Micros;
  readonly last: Micros;
}

/** When some instances were, by each time that one of them has. */
type InstanceTimes = Readonly<Partial<Record<TimeProperty, Span>>>;

/** What became of instances that got too old: part of a roll-up, or nothing. */
export const fates = ['rolledUp', 'dropped'] as const;
export type Fate = (typeof fates)[number];

/** When the instances of an Attribute were that are there no more since they got too old. */
export type GoneInstances = Readonly<Partial<Record<Fate, InstanceTimes>>>;

/** By the IRI of the Attribute. */
export type GoneByAttribute = Readonly<Record<string, GoneInstances>>;

/** Instances that go, while they are noted. */
export interface GoneDraft {
  add(attribute: string, fate: Fate, times: Readonly<Partial<Record<TimeProperty, Micros>>>): void;
  result(): GoneByAttribute;
}

/** A draft of none yet. */
export function draftGone(): GoneDraft {
  const all = new Map<string, Map<Fate, Map<TimeProperty, Span>>>();
  return {
    add: (attribute, fate, times) => {
      const ofAttribute = all.get(attribute) ?? new Map<Fate, Map<TimeProperty, Span>>();
      all.set(attribute, ofAttribute);
      const spans = ofAttribute.get(fate) ?? new Map<TimeProperty, Span>();
      ofAttribute.set(fate, spans);
      for (const name of TIMES) {
        const at = times[name];
        if (at !== undefined) spans.set(name, joined(spans.get(name), { first: at, last: at }));
      }
    },
    result: () =>
      Object.fromEntries(
        [...all].map(([attribute, byFate]) => [
          attribute,
          Object.fromEntries([...byFate].map(([fate, spans]) => [fate, Object.fromEntries(spans)])),
        ]),
      ),
  };
}

const TIMES: readonly TimeProperty[] = ['observedAt', 'createdAt', 'modifiedAt', 'deletedAt'];

function joined(one: Span | undefined, other: Span): Span {
  if (one === undefined) return other;
  return { first: Math.min(one.first, other.first), last: Math.max(one.last, other.last) };
}

/** All that either of them tells of; the first one itself where the other tells nothing more. */
export function mergeGone(known: GoneByAttribute, added: GoneByAttribute): GoneByAttribute {
  const draft = draftGone();
  for (const [attribute, fate, times] of [...entriesOf(known), ...entriesOf(added)]) {
    for (const [name, { first, last }] of Object.entries(times) as [TimeProperty, Span][]) {
      draft.add(attribute, fate, { [name]: first });
      draft.add(attribute, fate, { [name]: last });
    }
  }
  const merged = draft.result();
  return JSON.stringify(merged) === JSON.stringify(known) ? known : merged;
}

function entriesOf(all: GoneByAttribute): readonly (readonly [string, Fate, InstanceTimes])[] {
  return Object.entries(all).flatMap(([attribute, gone]) =>
    Object.entries(gone).map(([fate, times]) => [attribute, fate as Fate, times] as const),
  );
}

/** True where some of those of a fate may have been what a temporal query asks for. */
export function wasWithin(
  gone: GoneInstances | undefined,
  fate: Fate,
  { timeproperty, from, to }: TemporalQuery,
): boolean {
  const times = gone?.[fate];
  if (times === undefined) return false;
  // What has not that time is asked for as well.
  if (from === undefined && to === undefined) return true;
  const span = times[timeproperty];
  if (span === undefined) return false;
  return span.last >= (from ?? span.last) && span.first < (to ?? Number.POSITIVE_INFINITY);
}
