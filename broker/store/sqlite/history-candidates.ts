import type { Steps } from '../../domain/steps.ts';
import type { CandidateQuery, Candidates, HistoryEntity } from '../temporal-store.ts';
import { compileHaving, type MayHave, type Newer } from './history-having.ts';
import { withChangesOf } from './history-tail.ts';
import { type HistoryEntityColumns, historyEntityColumns, toHistoryEntity } from './history-type-index.ts';
import type { Session } from './session.ts';

/** Reads pages of the Entities that have a history; with rests where their instances are looked at. */
export type ReadCandidates = (tenant: string, query: CandidateQuery) => Steps<Candidates>;

interface Walk {
  readonly tenant: number;
  readonly after: number;
  /** The most numbers. */
  readonly most: number;
}

/** So many are rather put in order than looked for among all. */
const FEW = 2000;

/** Entities that are looked at before a rest: about a millisecond. */
const IN_A_ROW = 10;

/** Numbers of Entities are given in the order in which they come to the history. */
export function historyCandidates(session: Session, newer: Newer): ReadCandidates {
  const { database, tenants } = session;
  const select = database.prepare<HistoryEntityColumns>(
    `SELECT ${historyEntityColumns} FROM history_entity WHERE no = ?`,
  );
  const next = numberReader(session);
  const read = (no: number): readonly HistoryEntity[] => {
    const row = select.get(no);
    return row === undefined ? [] : [withChangesOf(newer.tail.of(no), toHistoryEntity(row))];
  };
  return function* candidates(tenantName, query) {
    const tenant = tenants.find(tenantName);
    if (tenant === undefined) return { entities: [] };
    const { limit, after = '0', having } = query;
    const numbers = next({ tenant, after: Number(after), most: limit + 1 }, query);
    const page = numbers.slice(0, limit);
    const found = having === undefined ? page : yield* filtered(page, compileHaving(session, newer, having));
    const entities = found.flatMap(read);
    return numbers.length > limit ? { entities, next: String(page.at(-1)) } : { entities };
  };
}

function* filtered(numbers: readonly number[], mayHave: MayHave): Steps<readonly number[]> {
  const found: number[] = [];
  for (const [index, no] of numbers.entries()) {
    if (index % IN_A_ROW === IN_A_ROW - 1) yield;
    if (mayHave(no)) found.push(no);
  }
  return found;
}

/** The first numbers behind a place, by the way that passes over the fewest others. */
function numberReader(session: Session): (walk: Walk, query: CandidateQuery) => readonly number[] {
  const { database } = session;
  const all = database.prepare<[number]>(`SELECT no FROM history_entity INDEXED BY history_entity_tenant
    WHERE tenant = ? AND no > ? ORDER BY no LIMIT ?`);
  const withIds = database.prepare<[number]>(`SELECT no FROM history_entity
    WHERE tenant = ? AND id IN (SELECT value FROM json_each(?)) AND +no > ? ORDER BY +no LIMIT ?`);
  const ofTypes = typeReader(session);
  const withStart = startReader(session);
  return (walk, { ids, idStart, types }) => {
    const { tenant, after, most } = walk;
    const first = (rows: readonly (readonly [number])[]) => rows.map(([no]) => no);
    if (ids !== undefined) return first(withIds.all(tenant, JSON.stringify(ids), after, most));
    if (types !== undefined) return ofTypes(walk, types);
    if (idStart !== undefined) return first(withStart(walk, idStart));
    return first(all.all(tenant, after, most));
  };
}

function typeReader({
  database,
  iris,
}: Session): (walk: Walk, types: readonly string[]) => readonly number[] {
  const ofType = database.prepare<[number]>(
    'SELECT no FROM history_type WHERE tenant = ? AND type = ? AND no > ? ORDER BY no LIMIT ?',
  );
  return ({ tenant, after, most }, types) => {
    const known = [...new Set(types)].map(iris.find).filter((type) => type !== undefined);
    const found = known.map((type) => ofType.all(tenant, type, after, most).map(([no]) => no));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    return [...new Set(found.flat())].sort((one, other) => one - other).slice(0, most);
  };
}

function startReader({ database }: Session): (walk: Walk, idStart: string) => readonly (readonly [number])[] {
  const range = 'tenant = ?1 AND id >= ?2 AND id < ?3';
  const count = database.prepare<[number]>(
    `SELECT count(*) FROM (SELECT 1 FROM history_entity WHERE ${range} LIMIT ${FEW + 1})`,
  );
  const few = database.prepare<[number]>(
    `SELECT no FROM history_entity WHERE ${range} AND +no > ?4 ORDER BY +no LIMIT ?5`,
  );
  const many = database.prepare<[number]>(`SELECT no FROM history_entity INDEXED BY history_entity_tenant
    WHERE ${range} AND no > ?4 ORDER BY no LIMIT ?5`);
  return ({ tenant, after, most }, idStart) => {
    const ends = [tenant, idStart, `${idStart}\u{10ffff}`] as const;
    const [size = 0] = count.get(...ends) ?? [];
    return (size > FEW ? many : few).all(...ends, after, most);
  };
}
