import type { Session } from './session.ts';
import { compileRows, type RowsOf, type Subject } from './value-subjects.ts';

/** What one value index is for: Entities of a tenant, all or of one type, by what it has of them. */
export interface Combination {
  readonly tenant: number;
  /** IRI; undefined for Entities of every type. */
  readonly type: string | undefined;
  readonly subject: Subject;
}

/** An index of values that is there, or is being made. */
export interface ValueIndex extends Combination {
  readonly no: number;
  /** The index has every Entity whose place in the creation order is not behind this one. */
  readonly builtTo: number;
  readonly rowsOf: RowsOf;
}

/** Every Entity, also those that are still to come: the index is ready. */
export const EVERYTHING = Number.MAX_SAFE_INTEGER;
/** Grows when what is written into an index changes: older ones are made anew. */
const FORM = 2;
/** In `built_to`: the index is not used any more, and its rows are going. */
const GOING = -1;
const ALL_TYPES = 0;

/** The value indexes of all tenants, remembered; what changes them runs inside a transaction. */
export interface ValueIndexes {
  /** Those that the tenant's Entities have to be written into; nearly always the same empty list. */
  of(tenant: number): readonly ValueIndex[];
  all(): readonly ValueIndex[];
  /** The index, when it is ready. */
  find(combination: Combination): ValueIndex | undefined;
  /** Begins an index, which is to be built; false when there is one already, or its forerunner is still going. */
  create(combination: Combination): boolean;
  setBuiltTo(no: number, builtTo: number): void;
  /** Takes the index out of use. */
  retire(no: number): void;
  /** Numbers of those whose rows are to go. */
  retired(): readonly number[];
  /** The last of an index that was retired. */
  remove(no: number): void;
  /** To be called when a transaction was rolled back. */
  forget(): void;
}

/** The indexes as the tables have them. */
export function valueIndexes(session: Session): ValueIndexes {
  const { database, iris } = session;
  const insert = database.prepare(
    'INSERT OR IGNORE INTO value_index (tenant, type, path, form, built_to) VALUES (?, ?, ?, ?, 0)',
  );
  const update = database.prepare('UPDATE value_index SET built_to = ? WHERE no = ?');
  const remove = database.prepare('DELETE FROM value_index WHERE no = ?');
  const going = database.prepare<[number]>(`SELECT no FROM value_index WHERE built_to = ${GOING}`);
  const read = indexReader(session);
  database.prepare(`UPDATE value_index SET built_to = ${GOING} WHERE form <> ?`).run(FORM);
  let known: Known | undefined;
  // Read when it is needed next: where the database fails, that is no moment to read it.
  const forget = (): void => {
    known = undefined;
  };
  const current = (): Known => {
    known ??= read();
    return known;
  };
  const setBuiltTo = (no: number, builtTo: number): void => {
    update.run(builtTo, no);
    forget();
  };
  return {
    of: (tenant) => current().byTenant.get(tenant) ?? none,
    all: () => current().all,
    find: (combination) => {
      const { byKey, byTenant } = current();
      if (!byTenant.has(combination.tenant)) return undefined;
      const index = byKey.get(keyOf(combination));
      return index?.builtTo === EVERYTHING ? index : undefined;
    },
    create: ({ tenant, type, subject }) => {
      const typeNo = type === undefined ? ALL_TYPES : iris.add(type);
      const { changes } = insert.run(tenant, typeNo, JSON.stringify(subject), FORM);
      forget();
      return changes > 0;
    },
    setBuiltTo,
    retire: (no) => setBuiltTo(no, GOING),
    retired: () => going.all().map(([no]) => no),
    remove: (no) => void remove.run(no),
    forget,
  };
}

interface Known {
  readonly all: readonly ValueIndex[];
  readonly byKey: ReadonlyMap<string, ValueIndex>;
  readonly byTenant: ReadonlyMap<number, readonly ValueIndex[]>;
}

const none: readonly ValueIndex[] = [];

function indexReader({ database, iris, cellsOf }: Session): () => Known {
  const select = database.prepare<[number, number, number, string, number]>(
    `SELECT no, tenant, type, path, built_to FROM value_index WHERE built_to <> ${GOING} ORDER BY no`,
  );
  return () => {
    const all = select.all().map(([no, tenant, type, text, builtTo]): ValueIndex => {
      const subject = JSON.parse(text) as Subject;
      const typeIri = type === ALL_TYPES ? undefined : iris.nameOf(type);
      return { no, tenant, type: typeIri, subject, builtTo, rowsOf: compileRows(subject, cellsOf) };
    });
    return {
      all,
      byKey: new Map(all.map((index) => [keyOf(index), index])),
      byTenant: groupByTenant(all),
    };
  };
}

/** Runs work that changes indexes; when it throws, and so is undone, they are as the tables have them. */
export function undoable<T>(indexes: Pick<ValueIndexes, 'forget'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    indexes.forget();
    throw error;
  }
}

/** The same for the same combination, however it came about. */
export function keyOf({ tenant, type = '', subject }: Combination): string {
  return `${tenant} ${type} ${JSON.stringify(subject)}`;
}

function groupByTenant(indexes: Iterable<ValueIndex>): ReadonlyMap<number, readonly ValueIndex[]> {
  const byTenant = new Map<number, ValueIndex[]>();
  for (const index of indexes) {
    const found = byTenant.get(index.tenant);
    if (found === undefined) byTenant.set(index.tenant, [index]);
    else found.push(index);
  }
  return byTenant;
}
