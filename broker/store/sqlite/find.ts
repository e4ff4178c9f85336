import type { Entity } from '../../domain/entity.ts';
import type { Condition } from '../../domain/query/condition.ts';
import type { FindPage } from '../store.ts';
import {
  type ConditionScope,
  cellSources,
  cellsPart,
  isExact,
  type Sources,
  type Sql,
  toFilter,
  toSources,
} from './condition.ts';
import { type EntityCache, entityOf, keyPrefixOf, storedEntity } from './entity-cache.ts';
import type { Session } from './session.ts';
import type { TypeCounts } from './type-counts.ts';

/** Finds Entities of any tenant: see `find` and `count` of the TenantStore. */
export interface Finder {
  find(tenant: string, condition: Condition, page?: FindPage): AsyncIterable<readonly Entity[]>;
  count(tenant: string, condition: Condition): number;
}

export interface FinderParts {
  readonly session: Session;
  readonly cache: EntityCache;
  readonly typeCounts: TypeCounts;
}

/** Rows of one page. */
const SMALLEST_PAGE = 20;
const LARGEST_PAGE = 500;
/** Text of one page, in characters. */
const HEAVIEST_PAGE = 4 * 1024 * 1024;
/** As many Entities in the cells are looked up at once; where there are more they are met soon by walking. */
const FEW_IN_CELLS = 1000;
/** After so many Entities in vain walking was the wrong choice. */
const WALKED_IN_VAIN = 500;
/** A walk through everything must not push out of the cache what is read again and again. */
const CACHED_OF_A_WALK = 1000;

export function finder(parts: FinderParts): Finder {
  return {
    find: (tenant, condition, page = {}) => find(parts, tenant, condition, page),
    count: (tenant, condition) => count(parts, tenant, condition),
  };
}

async function* find(
  parts: FinderParts,
  tenant: string,
  condition: Condition,
  { offset = 0, limit = LARGEST_PAGE }: FindPage,
): AsyncGenerator<readonly Entity[]> {
  const { read } = parts.session;
  const walk = await read(() => walkOf(parts, tenant, condition));
  if (walk === undefined) return;
  let size = Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, limit + 1));
  let skipped = offset;
  for (;;) {
    const wanted = size;
    const skip = skipped;
    const page = await read(() => walk.page(wanted, skip));
    if (page.length > 0) yield page;
    if (walk.isAtEnd()) return;
    skipped = 0;
    size = Math.min(LARGEST_PAGE, size * 2);
  }
}

/** A walk through what meets a Condition, in creation order; each page is read at once. */
interface Walk {
  page(size: number, skip: number): readonly Entity[];
  isAtEnd(): boolean;
}

function walkOf(parts: FinderParts, name: string, condition: Condition): Walk | undefined {
  const { session, typeCounts } = parts;
  const tenant = session.tenants.find(name);
  if (tenant === undefined) return undefined;
  const scope = scopeOf(session, tenant);
  const inCells = cellsPart(condition);
  const load = loader(parts, keyPrefixOf(name));
  if (inCells === undefined) return steppingWalk(steps(session, scope, condition), load);
  const collect = (most: number, after: number) => inCellsAfter(session, scope, inCells, { most, after });
  const few = collect(FEW_IN_CELLS + 1, 0);
  if (few.length <= FEW_IN_CELLS || typeCounts.of(name, undefined) <= FEW_IN_CELLS) {
    return steppingWalk(listSteps(few), load);
  }
  return steppingWalk(denseSteps(steps(session, scope, condition), collect), load);
}

/** Gives up to `size` numbers behind `after`, the first `skip` left out, in creation order. */
type Steps = (after: number, size: number, skip: number) => readonly number[];

function steppingWalk(next: Steps, load: (seqs: readonly number[]) => Loaded): Walk {
  let after = 0;
  let isAtEnd = false;
  return {
    page: (size, skip) => {
      const seqs = next(after, size, skip);
      const { entities, last } = load(seqs);
      isAtEnd = seqs.length < size && last === seqs.at(-1);
      after = last ?? after;
      return entities;
    },
    isAtEnd: () => isAtEnd,
  };
}

interface Loaded {
  readonly entities: readonly Entity[];
  /** The last number that was looked at: a page of large Entities ends early. */
  readonly last: number | undefined;
}

function loader({ session, cache }: FinderParts, prefix: string): (seqs: readonly number[]) => Loaded {
  const select = session.database.cached<[string, string]>('SELECT id, body FROM entity WHERE seq = ?');
  let walked = 0;
  const load = (seq: number) => {
    const cached = cache.at(seq);
    if (cached !== undefined) return cached;
    const row = select.get(seq);
    if (row === undefined) return undefined;
    const stored = storedEntity(prefix + row[0], seq, row[1]);
    if (walked < CACHED_OF_A_WALK) cache.set(stored);
    return stored;
  };
  return (seqs) => {
    const entities: Entity[] = [];
    let weight = 0;
    let last: number | undefined;
    for (const seq of seqs) {
      const stored = load(seq);
      last = seq;
      if (stored === undefined) continue;
      entities.push(entityOf(stored));
      walked += 1;
      weight += stored.weight;
      if (weight > HEAVIEST_PAGE) break;
    }
    return { entities, last };
  };
}

function scopeOf({ database, iris }: Session, tenant: number): ConditionScope {
  const size = database.cached<[number]>(
    'SELECT count(*) FROM (SELECT 1 FROM token WHERE tenant = ? AND token = ? LIMIT 5000)',
  );
  return { tenant, numberOf: iris.find, sizeOf: (token) => size.get(tenant, token)?.[0] ?? 0 };
}

function alive({ now }: Session): Sql {
  return {
    text: 'o.seq NOT IN (SELECT seq FROM entity INDEXED BY entity_expiry WHERE expires_at <= ?)',
    values: [now()],
  };
}

function union(sources: Sources): Sql {
  return {
    text: sources.map(({ text }) => text).join(' UNION '),
    values: sources.flatMap(({ values }) => values),
  };
}

/** Steps through the index of what the Condition says; the plan is made once. */
function steps(session: Session, scope: ConditionScope, condition: Condition): Steps {
  return (after, size, skip) => {
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

function listSteps(seqs: readonly number[]): Steps {
  return (after, size, skip) => {
    const first = seqs.findIndex((seq) => seq > after);
    return first === -1 ? [] : seqs.slice(first + skip, first + skip + size);
  };
}

/** Walks on without looking at cells; where that meets too little, looks up all that is left in them. */
function denseSteps(walk: Steps, collect: (most: number, after: number) => readonly number[]): Steps {
  let met = 0;
  let rest: Steps | undefined;
  return (after, size, skip) => {
    if (rest === undefined && met >= WALKED_IN_VAIN) rest = listSteps(collect(-1, after));
    met += size;
    return (rest ?? walk)(after, size, skip);
  };
}

/** Numbers of the Entities in the cells that meet the rest, in creation order. */
function inCellsAfter(
  session: Session,
  scope: ConditionScope,
  { cells, rest }: NonNullable<ReturnType<typeof cellsPart>>,
  { most, after }: { readonly most: number; readonly after: number },
): readonly number[] {
  const filters = [{ text: 'o.seq > ?', values: [after] }, toFilter(rest, scope), alive(session)];
  const sources = cellSources(cells, scope, filters);
  if (sources.length === 0) return [];
  const { text, values } = union(sources);
  return session.database
    .cached<[number]>(`${text} LIMIT ?`)
    .all(...values, most)
    .map(([seq]) => seq)
    .sort((one, other) => one - other);
}

function count({ session, typeCounts }: FinderParts, name: string, condition: Condition): number {
  if (condition.kind === 'anything') return typeCounts.of(name, undefined);
  if (condition.kind === 'type') return typeCounts.of(name, condition.type);
  if (!isExact(condition)) throw new Error('Only exact Conditions can be counted.');
  const tenant = session.tenants.find(name);
  if (tenant === undefined) return 0;
  const sources = toSources(condition, scopeOf(session, tenant), [alive(session)]);
  if (sources.length === 0) return 0;
  const { text, values } = union(sources);
  return session.database.cached<[number]>(`SELECT count(*) FROM (${text})`).get(...values)?.[0] ?? 0;
}
