import type { Condition } from '../../domain/query/condition.ts';
import {
  type ConditionScope,
  cellSources,
  cellsPart,
  type Sources,
  type Sql,
  toFilter,
  toSources,
} from './condition.ts';
import type { Session } from './session.ts';

/** What the next page wants: so many places behind `after`, the first `skip` left out. */
export interface Step {
  readonly after: number;
  readonly size: number;
  readonly skip: number;
}

/** Gives the places of Entities in the creation order; fewer than wanted at the end only. */
export type Steps = (step: Step) => readonly number[];

/** As many places in the cells are looked up at once; where there are more, walking soon meets some. */
const FEW_IN_CELLS = 1000;
/** After so many Entities walking was the wrong choice. */
const WALKED_IN_VAIN = 500;

/**
 * How to walk through what meets the Condition. Without cells an index has the order. Cells have none: where few
 * Entities are in them, these are put in order; where many are, all are walked through, and most are not in vain.
 */
export function stepsOf(session: Session, scope: ConditionScope, condition: Condition): Steps {
  const walk = indexSteps(session, scope, condition);
  const part = cellsPart(condition);
  if (part === undefined) return walk;
  const collect = (most: number): readonly number[] => inCells(session, cellSources(part.cells, scope), most);
  const listed = (places: readonly number[]): Steps => listSteps(session, toFilter(part.rest, scope), places);
  let chosen: Steps | undefined;
  let walked = 0;
  return (step) => {
    if (chosen === undefined) {
      const some = collect(FEW_IN_CELLS);
      chosen = some.length < FEW_IN_CELLS ? listed(inOrder(some)) : walk;
    } else if (chosen === walk && walked >= WALKED_IN_VAIN) chosen = listed(inOrder(collect(-1)));
    walked += step.size;
    return chosen(step);
  };
}

export function scopeOf({ database, iris }: Session, tenant: number): ConditionScope {
  const size = database.cached<[number]>(
    'SELECT count(*) FROM (SELECT 1 FROM token WHERE tenant = ? AND token = ? LIMIT 5000)',
  );
  return { tenant, numberOf: iris.find, sizeOf: (token) => size.get(tenant, token)?.[0] ?? 0 };
}

/** A filter on `o.seq`: the Entity has not expired. */
export function alive({ now }: Session): Sql {
  return {
    text: 'o.seq NOT IN (SELECT seq FROM entity INDEXED BY entity_expiry WHERE expires_at <= ?)',
    values: [now()],
  };
}

export function union(sources: Sources): Sql {
  return {
    text: sources.map(({ text }) => text).join(' UNION '),
    values: sources.flatMap(({ values }) => values),
  };
}

function indexSteps(session: Session, scope: ConditionScope, condition: Condition): Steps {
  return ({ after, size, skip }) => {
    const behind: Sql = { text: 'o.seq > ?', values: [after] };
    const sources = toSources(condition, scope, [behind, alive(session)]);
    if (sources.length === 0) return [];
    const { text, values } = union(sources);
    return session.database
      .cached<[number]>(`${text} ORDER BY 1 LIMIT ? OFFSET ?`)
      .all(...values, size, skip)
      .map(([seq]) => seq);
  };
}

/** Steps through places that are known, leaving out what the filter does not let through. */
function listSteps({ database }: Session, filter: Sql, places: readonly number[]): Steps {
  const passing = (some: readonly number[]): readonly number[] => {
    if (filter.text === '1') return some;
    const passed = database
      .cached<[number]>(`SELECT o.seq FROM (SELECT value AS seq FROM json_each(?)) AS o WHERE ${filter.text}`)
      .all(JSON.stringify(some), ...filter.values);
    return inOrder(passed.map(([seq]) => seq));
  };
  return ({ after, size }) => {
    const found: number[] = [];
    let from = places.findIndex((place) => place > after);
    while (from !== -1 && from < places.length && found.length < size) {
      found.push(...passing(places.slice(from, from + size)));
      from += size;
    }
    return found.slice(0, size);
  };
}

function inCells({ database }: Session, sources: Sources, most: number): readonly number[] {
  if (sources.length === 0) return [];
  const text = sources.map((source) => source.text).join(' UNION ALL ');
  const values = sources.flatMap((source) => source.values);
  return database
    .cached<[number]>(`${text} LIMIT ?`)
    .all(...values, most)
    .map(([seq]) => seq);
}

/** Sorted, each once. */
function inOrder(places: readonly number[]): readonly number[] {
  return [...new Set(places)].sort((one, other) => one - other);
}
