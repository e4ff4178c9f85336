import type { Change } from '../../domain/change/changes.ts';
import { endExpired } from '../../domain/change/entity-changes.ts';
import type { Entity, Micros } from '../../domain/entity.ts';
import type { ChangeRecord, HistoryPart } from '../outbox.ts';
import { type EntityCache, entityOf, type StoredEntity, storedEntity, withEntity } from './entity-cache.ts';
import type { EntityRows } from './entity-rows.ts';
import { living } from './living.ts';
import type { StagedRecords } from './staged-records.ts';
import { type Stamps, stampText } from './stamps.ts';

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
  /** Counts what a change makes, in characters of its text. */
  grow(weight: number): void;
  /** True when so much is staged that the rest should come with the next group. */
  isFull(): boolean;
  /** Adds the record of a change that was staged. */
  readonly record: StagedRecords['add'];
  /** Ends an Entity whose expiresAt has come by then, and records it; no effect on others. */
  end(staged: Staged, at: Micros): void;
  /** Has the group take away many of the Entities that have expired; as a member of it. */
  askSweep(): void;
  /** Writes everything; inside the transaction. */
  write(): void;
  /** After the commit: what was staged is the state. True when there are records for the relay. */
  settle(): boolean;
  /** After a failure: as if nothing had been asked. */
  discard(): void;
}

export interface StagedChangesParts {
  readonly cache: EntityCache;
  readonly rows: EntityRows;
  readonly records: StagedRecords;
  readonly stamps: Stamps;
  readonly now: () => Micros;
  /** What of the ends of Entities that expired goes into the history. */
  readonly partOfEnd: (end: Change) => HistoryPart;
}

/** Expired Entities are looked for at most so often, with what is written anyway, and oftener while there are some. */
const SWEEP_INTERVAL: Micros = 1_000_000;
/** So many go beside the writes of others, and so many when they are all that is done. */
const SOME_SWEPT = 100;
const MANY_SWEPT = 500;

/** Text of the states before and after that are staged together, in characters: they are all in memory. */
const HEAVIEST_GROUP = 16 * 1024 * 1024;

/** Nothing staged yet. */
export function stagedChanges(parts: StagedChangesParts): StagedChanges {
  const { rows, records, stamps } = parts;
  const staged = new Map<string, Staged>();
  let weight = 0;
  const end = (entry: Staged, at: Micros): void => {
    const record = endOf(parts, entry, at);
    if (record !== undefined) records.add(entry.id, record, undefined);
  };
  const sweeper = expirySweeper(parts, staged, end);
  const clear = (): void => {
    staged.clear();
    weight = 0;
    sweeper.clear();
  };
  return {
    record: records.add,
    end,
    askSweep: sweeper.ask,
    of: (key, tenant, id) => {
      let found = staged.get(key);
      if (found === undefined) {
        found = load(parts, { key, tenant, id });
        staged.set(key, found);
        weight += found.base?.weight ?? 0;
      }
      return found;
    },
    grow: (more) => {
      weight += more;
    },
    isFull: () => weight > HEAVIEST_GROUP,
    write: () => {
      sweeper.sweep();
      for (const entry of staged.values()) if (entry.isChanged) rows.write(entry);
      records.write();
      rows.writeCounts();
      stamps.reserve();
    },
    settle: () => {
      for (const entry of staged.values()) remember(parts.cache, entry);
      clear();
      return records.settle();
    },
    discard: () => {
      clear();
      rows.forgetCounts();
      stamps.forgetReservation();
      records.discard();
    },
  };
}

/** Ends the Entity if its expiresAt has come; gives the record, where there is one. */
function endOf(
  { stamps, partOfEnd }: StagedChangesParts,
  staged: Staged,
  by: Micros,
): ChangeRecord | undefined {
  const { entity, tenant } = staged;
  if (entity === undefined || living(entity, by) !== undefined) return undefined;
  const { change, at } = endExpired(entity);
  staged.entity = undefined;
  staged.text = undefined;
  staged.changedAt = at;
  staged.isChanged = true;
  const part = partOfEnd(change);
  if (part.isHistory === false) return undefined;
  return { tenant, stamp: stampText(stamps.next()), at, change, notify: [], ...part };
}

/** Ends Entities that have expired, but for what is staged: many when asked, else some beside what is written. */
function expirySweeper(
  { rows, now }: StagedChangesParts,
  staged: Map<string, Staged>,
  end: (entry: Staged, at: Micros) => void,
) {
  let sweptAt = now();
  let isAsked = false;
  const isAnyWritten = (): boolean => [...staged.values()].some(({ isChanged }) => isChanged);
  return {
    ask: (): void => {
      isAsked = true;
    },
    sweep: (): void => {
      const at = now();
      if (!isAsked && (at - sweptAt < SWEEP_INTERVAL || !isAnyWritten())) return;
      rows.sweepTombstones(at);
      const expired = rows.expired(at, isAsked ? MANY_SWEPT : SOME_SWEPT);
      const others = expired.filter(({ base }) => !staged.has(base.key));
      for (const { base, tenant, id } of others) {
        const entry = stagedFrom({ key: base.key, tenant, id, base }, 0);
        staged.set(base.key, entry);
        end(entry, at);
      }
      if (others.length === 0) sweptAt = at;
    },
    clear: (): void => {
      isAsked = false;
    },
  };
}

function load(
  { cache, rows }: StagedChangesParts,
  { key, tenant, id }: Pick<Staged, 'key' | 'tenant' | 'id'>,
): Staged {
  const base = cache.get(key) ?? rows.find(key, tenant, id);
  return stagedFrom({ key, tenant, id, base }, base === undefined ? rows.deletedAt(tenant, id) : 0);
}

function stagedFrom(of: Pick<Staged, 'key' | 'tenant' | 'id' | 'base'>, deletedAt: Micros): Staged {
  const entity = of.base && entityOf(of.base);
  return {
    ...of,
    seq: of.base?.seq ?? 0,
    entity,
    text: undefined,
    changedAt: entity?.modifiedAt ?? deletedAt,
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
