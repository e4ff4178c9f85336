import type { AttributePath } from '../../domain/query/attribute-query.ts';
import type { Condition } from '../../domain/query/condition.ts';
import { type ConditionScope, cellSources, type Sql, toFilter } from './condition.ts';
import type { Session } from './session.ts';
import { spanSources } from './value-points.ts';

/** A way to the Entities that may meet a Condition, other than through all of them. */
export interface Places {
  /** SELECTs of `o.seq`, in no order and perhaps more than once. */
  readonly sources: readonly Sql[];
  /** What Entities in these places have to meet besides. */
  readonly rest: Condition;
  /** The numbers of the value indexes that are read. */
  readonly indexes: readonly number[];
}

/** Finds the number of the value index for a type (every type where undefined) and a path, when there is one. */
export type FindIndex = (type: string | undefined, path: AttributePath) => number | undefined;

/** More SELECTs in one were no way to few Entities. */
const MOST_SOURCES = 100;
/** For more types the index of all types is as good. */
const MOST_TYPES = 8;
const anything: Condition = { kind: 'anything' };

/** The ways to what meets the Condition through cells or values: each on its own leads to all of it. */
export function placesOf(
  condition: Condition,
  scope: ConditionScope,
  findIndex: FindIndex,
  types: readonly (string | undefined)[] = [undefined],
): readonly Places[] {
  switch (condition.kind) {
    case 'cells':
      return [{ sources: cellSources(condition, scope), rest: anything, indexes: [] }];
    case 'value':
      return valuePlaces(condition, findIndex, types);
    case 'all':
      return allPlaces(condition.of, scope, findIndex, types);
    case 'any':
      return anyPlaces(condition.of.map((part) => placesOf(part, scope, findIndex, types)));
    default:
      return [];
  }
}

function allPlaces(
  parts: readonly Condition[],
  scope: ConditionScope,
  findIndex: FindIndex,
  types: readonly (string | undefined)[],
): readonly Places[] {
  const typePart = parts.find((part) => isFew(typesOf(part)));
  const among = (typePart && typesOf(typePart)) ?? types;
  return parts.flatMap((part) =>
    placesOf(part, scope, findIndex, among).map((places) => {
      // What is in an index for the types has them.
      const others = parts.filter(
        (other) => other !== part && (other !== typePart || places.indexes.length === 0),
      );
      return { ...places, rest: { kind: 'all', of: [places.rest, ...others] } as const };
    }),
  );
}

function isFew(types: readonly string[] | undefined): boolean {
  return types !== undefined && types.length <= MOST_TYPES;
}

function valuePlaces(
  { path, spans }: Extract<Condition, { kind: 'value' }>,
  findIndex: FindIndex,
  types: readonly (string | undefined)[],
): readonly Places[] {
  const indexes = types.map((type) => findIndex(type, path));
  if (indexes.includes(undefined) || types.length * (spans.length + 1) > MOST_SOURCES) return [];
  const numbers = indexes as readonly number[];
  return [
    { sources: numbers.flatMap((index) => spanSources(index, spans)), rest: anything, indexes: numbers },
  ];
}

/** Together, when there is a way to each. */
function anyPlaces(parts: readonly (readonly Places[])[]): readonly Places[] {
  const first = parts.map(([places]) => places);
  if (first.includes(undefined)) return [];
  const ways = first as readonly Places[];
  const sources = ways.flatMap((way) => way.sources);
  if (sources.length > MOST_SOURCES) return [];
  return [{ sources, rest: anything, indexes: ways.flatMap(({ indexes }) => indexes) }];
}

/** IRIs of types of which every Entity that meets the Condition has one; undefined when nothing is said of types. */
function typesOf(condition: Condition): readonly string[] | undefined {
  if (condition.kind === 'type') return [condition.type];
  if (condition.kind !== 'any') return undefined;
  const parts = condition.of.map(typesOf);
  return parts.includes(undefined) ? undefined : [...new Set(parts.flatMap((types) => types ?? []))];
}

/** How many places there are, counted up to a limit; those that are there twice count twice. */
export function countPlaces({ database }: Session, { sources }: Places, limit: number): number {
  if (sources.length === 0) return 0;
  const { text, values } = together(sources);
  return (
    database
      .cached<[number]>(`SELECT count(*) FROM (SELECT 1 FROM (${text}) LIMIT ?)`)
      .get(...values, limit)?.[0] ?? 0
  );
}

/** Some places in creation order, each once. */
export interface Lot {
  readonly places: readonly number[];
  /** The place up to which it was looked. */
  readonly end: number;
  readonly isLast: boolean;
}

/** The next places behind `after`: at most `most`, of which the rest of the Condition may leave few. */
export function lotOf(
  { database }: Session,
  { sources, rest }: Places,
  scope: ConditionScope,
  { after, most }: { readonly after: number; readonly most: number },
): Lot {
  if (sources.length === 0) return { places: [], isLast: true, end: after };
  const { text, values } = together(sources);
  const row = database
    .cached<[string]>(
      `SELECT json_group_array(seq) FROM (SELECT seq FROM (${text}) WHERE seq > ? ORDER BY seq LIMIT ?)`,
    )
    .get(...values, after, most);
  const found = JSON.parse(row?.[0] ?? '[]') as readonly number[];
  const places = found.filter((place, at) => place !== found[at - 1]);
  return {
    places: passing(database, toFilter(rest, scope), places),
    isLast: found.length < most,
    end: found.at(-1) ?? after,
  };
}

function together(sources: readonly Sql[]): Sql {
  return {
    text: sources.map(({ text }) => text).join(' UNION ALL '),
    values: sources.flatMap(({ values }) => values),
  };
}

/** Those of some places in order that the filter lets through, in order. */
function passing(
  database: Session['database'],
  { text, values }: Sql,
  places: readonly number[],
): readonly number[] {
  if (text === '1' || places.length === 0) return places;
  const row = database
    .cached<[string]>(
      `SELECT json_group_array(o.seq) FROM (SELECT value AS seq FROM json_each(?)) AS o WHERE ${text}`,
    )
    .get(JSON.stringify(places), ...values);
  const passed = JSON.parse(row?.[0] ?? '[]') as readonly number[];
  return [...passed].sort((one, other) => one - other);
}
