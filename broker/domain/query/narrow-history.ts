import { cellsCovering } from '../geo-cells.ts';
import type { AttributeQuery } from './attribute-query.ts';
import type { GeoQuery } from './geo-query.ts';
import { operatorOf } from './operators.ts';
import type { EntityQuery } from './query.ts';
import { fewer, type Reach, reachesOfCells, reachesOfSpans } from './value-reach.ts';

/** Some instance of an Attribute. */
export interface SoughtInstance {
  /** IRI. */
  readonly attribute: string;
  /** Its value reaches into one of these; absent where any value does. */
  readonly within?: readonly Reach[];
}

/**
 * The closed algebra that store drivers compile for histories: what the instances of an interval have, together, where the
 * Entity is selected. It is never exact.
 */
export type HistoryCondition =
  | { readonly kind: 'anything' }
  | ({ readonly kind: 'some' } & SoughtInstance)
  | { readonly kind: 'all' | 'any'; readonly of: readonly HistoryCondition[] };

/** What a store can do for the conditions of a temporal query. */
export interface NarrowedHistory {
  /** Every Entity that is selected meets it. */
  readonly condition: HistoryCondition;
  /** By Attribute, where the others have no say in the verdict: what instances that have one reach into. */
  readonly values: ReadonlyMap<string, readonly Reach[]>;
}

const anything: HistoryCondition = { kind: 'anything' };

/** Conditions that are looked at for each Entity: more would cost more than they spare. */
const MOST_SOUGHT = 32;

/** What q and geoQ ask of the instances of an interval, each of which is looked at (clause 5.7.4.4). */
export function narrowHistory({ q, geoQ }: Pick<EntityQuery, 'q' | 'geoQ'>): NarrowedHistory {
  const sought: SoughtInstance[] = [];
  const parts = [
    ...(q === undefined ? [] : [narrowTerms(q, sought)]),
    ...(geoQ === undefined ? [] : [noted(sought, soughtByGeo(geoQ))]),
  ];
  const condition = sought.length > MOST_SOUGHT ? anything : all(parts);
  return { condition, values: valuesOf(sought) };
}

function narrowTerms(q: AttributeQuery, sought: SoughtInstance[]): HistoryCondition {
  switch (q.kind) {
    case 'all':
      return all(q.of.map((part) => narrowTerms(part, sought)));
    case 'any':
      return any(q.of.map((part) => narrowTerms(part, sought)));
    default:
      return narrowTerm(q, sought);
  }
}

function narrowTerm(
  q: Exclude<AttributeQuery, { readonly of: unknown }>,
  sought: SoughtInstance[],
): HistoryCondition {
  const { names, system, members, linked } = q.path;
  const [attribute] = names;
  if (attribute === undefined) return anything;
  const isItself =
    names.length === 1 && system === undefined && members === undefined && linked === undefined;
  const operator = q.kind === 'comparison' ? operatorOf(q.operator) : undefined;
  const isForSome = isItself && operator?.holdsFor === 'some';
  const spans = isForSome && q.kind === 'comparison' ? operator?.spans?.(q.operand) : undefined;
  const within = spans && reachesOfSpans(spans);
  const some = noted(sought, { attribute, ...(within !== undefined && { within }) });
  return q.kind === 'absent' ? anything : some;
}

function soughtByGeo(geoQ: GeoQuery): SoughtInstance | undefined {
  const [attribute] = geoQ.path;
  if (attribute === undefined) return undefined;
  const cover = geoQ.path.length === 1 ? cellsCovering(geoQ) : undefined;
  return cover === undefined ? { attribute } : { attribute, within: reachesOfCells(cover) };
}

function noted(all: SoughtInstance[], sought: SoughtInstance | undefined): HistoryCondition {
  if (sought === undefined) return anything;
  all.push(sought);
  return { kind: 'some', ...sought };
}

function all(parts: readonly HistoryCondition[]): HistoryCondition {
  const of = parts.filter((part) => part !== anything);
  return of.length === 0 ? anything : joined('all', of);
}

function any(parts: readonly HistoryCondition[]): HistoryCondition {
  return parts.includes(anything) ? anything : joined('any', parts);
}

function joined(kind: 'all' | 'any', of: readonly HistoryCondition[]): HistoryCondition {
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { kind, of };
}

/** Of an Attribute that some condition asks more of than its values, each instance may matter. */
function valuesOf(sought: readonly SoughtInstance[]): ReadonlyMap<string, readonly Reach[]> {
  const values = new Map<string, readonly Reach[]>();
  const open = new Set(sought.filter(({ within }) => within === undefined).map(({ attribute }) => attribute));
  for (const { attribute, within = [] } of sought)
    if (!open.has(attribute)) values.set(attribute, fewer([...(values.get(attribute) ?? []), ...within]));
  return values;
}
