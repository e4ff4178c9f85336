import type { Entity, Micros } from '../../domain/entity.ts';
import { type EntityCache, entityOf, type StoredEntity, storedEntity, withEntity } from './entity-cache.ts';
import type { EntityRows } from './entity-rows.ts';
import type { RecordTable, StagedRecord } from './record-table.ts';
import type { Stamps } from './stamps.ts';

/** An Entity as the group under way has it. */
export interface Staged {
  readonly key: string;
  readonly tenant: string;
  readonly id: string;
  /** The row before the group. */
  readonly base: StoredEntity | undefined;
  /** Place in the creation order, of the state that is there now or was last. */
  seq: number;
  entity: Entity | undefined;
  text: string | undefined;
  /** When it was changed last, deletion included. */
  changedAt: Micros;
  isChanged: boolean;
}

/** The changes of the group under way: in memory until the group is about to commit, then written at once. */
export interface StagedChanges {
  /** The Entity as the next member of the group has to see it. */
  of(key: string, tenant: string, id: string): Staged;
  /** Adds the record of a change that was staged. */
  record(record: StagedRecord): void;
  /** Has the group take away many of the Entities that have expired; as a member of it. */
  askSweep(): void;
  /** Writes everything; inside the transaction. */
  write(): void;
  /** After the commit: what was staged is the state. True when there were records. */
  settle(): boolean;
  /** After a failure: as if nothing had been asked. */
  discard(): void;
}

export interface StagedChangesParts {
  readonly cache: EntityCache;
  readonly rows: EntityRows;
  readonly records: RecordTable;
  readonly stamps: Stamps;
  readonly now: () => Micros;
}

/** Expired Entities are looked for at most so often, with what is written anyway, and oftener while there are some. */
const SWEEP_INTERVAL: Micros = 1_000_000;
/** So many go beside the writes of others, and so many when they are all that is done. */
const SOME_SWEPT = 100;
const MANY_SWEPT = 1000;

/** Nothing staged yet. */
export function stagedChanges(parts: StagedChangesParts): StagedChanges {
  const { rows, records, stamps } = parts;
  const staged = new Map<string, Staged>();
  // In the order of their stamps.
  let recorded: StagedRecord[] = [];
  const sweeper = expirySweeper(parts, (key) => staged.has(key));
  const clear = (): void => {
    staged.clear();
    recorded = [];
    sweeper.clear();
  };
  return {
    record: (record) => void recorded.push(record),
    askSweep: sweeper.ask,
    of: (key, tenant, id) => {
      let found = staged.get(key);
      if (found === undefined) {
        found = load(parts, { key, tenant, id });
        staged.set(key, found);
      }
      return found;
    },
    write: () => {
      let isWritten = false;
      for (const entry of staged.values()) {
        if (!entry.isChanged) continue;
        rows.write(entry);
        isWritten = true;
      }
      for (const record of recorded) records.insert(record);
      sweeper.sweep(isWritten);
      rows.writeCounts();
      stamps.reserve();
    },
    settle: () => {
      for (const entry of staged.values()) remember(parts.cache, entry);
      for (const record of recorded) records.remember(record);
      for (const stored of sweeper.swept()) parts.cache.delete(stored);
      const isAny = recorded.length > 0;
      clear();
      return isAny;
    },
    discard: () => {
      clear();
      rows.forgetCounts();
      stamps.forgetReservation();
      records.doubt();
    },
  };
}

/** Takes away Entities that have expired, but for what is staged: many when asked, else some beside what is written. */
function expirySweeper({ rows, now }: StagedChangesParts, isStaged: (key: string) => boolean) {
  let sweptAt = now();
  let isAsked = false;
  let swept: readonly StoredEntity[] = [];
  return {
    ask: (): void => {
      isAsked = true;
    },
    sweep: (isWritten: boolean): void => {
      const at = now();
      if (!isAsked && !(isWritten && at - sweptAt >= SWEEP_INTERVAL)) return;
      swept = rows.sweep(at, isStaged, isAsked ? MANY_SWEPT : SOME_SWEPT);
      if (swept.length === 0) sweptAt = at;
    },
    /** What went with the group under way. */
    swept: () => swept,
    clear: (): void => {
      isAsked = false;
      swept = [];
    },
  };
}

function load(
  { cache, rows }: StagedChangesParts,
  { key, tenant, id }: Pick<Staged, 'key' | 'tenant' | 'id'>,
): Staged {
  const base = cache.get(key) ?? rows.find(key, tenant, id);
  const entity = base && entityOf(base);
  return {
    key,
    tenant,
    id,
    base,
    seq: base?.seq ?? 0,
    entity,
    text: undefined,
    changedAt: entity?.modifiedAt ?? rows.deletedAt(tenant, id),
    isChanged: false,
  };
}

/**
 * Puts into the cache what was committed. Of what is new the text, which takes less room and may never be read; what was
 * there before as it is, for it will be read or changed again.
 */
function remember(cache: EntityCache, { key, seq, entity, text, base, isChanged }: Staged): void {
  if (!isChanged) {
    if (base !== undefined) cache.set(base);
    return;
  }
  if (base !== undefined) cache.delete(base);
  if (text === undefined) return;
  const stored = storedEntity(key, seq, text);
  cache.set(base === undefined ? stored : withEntity(stored, entity as Entity));
}
