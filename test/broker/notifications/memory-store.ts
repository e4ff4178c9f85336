import type { Json } from '../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import type { DeadLetterLimits, DeadLetterName, DeadLetters } from '../../../broker/store/dead-letters.ts';
import type { Delivery, DeliveryOutcome, StoredDelivery } from '../../../broker/store/delivery.ts';
import type { DocumentFeed, DocumentPage, Documents } from '../../../broker/store/documents.ts';
import type { ChangeRecord, Folded, Outbox } from '../../../broker/store/outbox.ts';

interface Row extends StoredDelivery {
  readonly state: 'pending' | 'delivered' | 'dead';
}

/** An outbox in memory that can be away, for what a real store cannot be made to do in a test. */
export interface MemoryOutbox extends Outbox {
  /** While true every call is refused. */
  isAway: boolean;
  /** Appends change records as a commit does. */
  commit(...records: readonly ChangeRecord[]): void;
  /** Stores deliveries as a fold does. */
  store(...deliveries: readonly Delivery[]): void;
  readonly records: readonly ChangeRecord[];
  readonly history: Folded['history'][number][];
  rows(state: Row['state']): readonly Row[];
  /** Times that `deliveries` and `pending` were asked. */
  readonly asked: { deliveries: number; pending: number };
}

/** A new outbox. Every answer takes a turn of the event loop, as a database's does. */
export function memoryOutbox(): MemoryOutbox {
  const rows = new Map<string, Row>();
  /** In which order they were stored. */
  const places = new Map<string, number>();
  let stored = 0;
  const listeners: (() => void)[] = [];
  let records: readonly ChangeRecord[] = [];
  const outbox = {
    isAway: false,
    history: [] as Folded['history'][number][],
    asked: { deliveries: 0, pending: 0 },
    get records() {
      return records;
    },
    rows: (state: Row['state']) => [...rows.values()].filter((row) => row.state === state),
    commit: (...more: readonly ChangeRecord[]) => {
      records = [...records, ...more];
      for (const listener of listeners) listener();
    },
    store: (...deliveries: readonly Delivery[]) => {
      for (const delivery of deliveries)
        if (!rows.has(delivery.id)) {
          places.set(delivery.id, stored++);
          rows.set(delivery.id, { ...delivery, attempts: 0, dueAt: delivery.at, state: 'pending' });
        }
    },
    onCommitted: (listener: () => void) => void listeners.push(listener),
    pending: async (limit: number, of?: { readonly tenant: string; readonly entityId: string }) => {
      outbox.asked.pending += 1;
      await answer();
      return records.filter((record) => isOf(record, of)).slice(0, limit);
    },
    fold: async (folded: readonly ChangeRecord[], { history, deliveries }: Folded) => {
      await answer();
      outbox.history.push(...history);
      outbox.store(...deliveries);
      const stamps = new Set(folded.map(({ stamp }) => stamp));
      records = records.filter(({ stamp }) => !stamps.has(stamp));
    },
    deliveries: async (tenant: string, subscriptionId: string, limit: number, after = '') => {
      outbox.asked.deliveries += 1;
      // As it was when it was asked: what happens until the answer comes is not in it.
      const found = [...rows.values()]
        .filter((row) => row.state === 'pending' && row.order > after)
        .filter((row) => row.tenant === tenant && row.subscriptionId === subscriptionId)
        .sort((one, other) => (one.order < other.order ? -1 : 1))
        .slice(0, limit);
      await answer();
      return found;
    },
    horizon: () => {
      const count = stored;
      return ({ id }: StoredDelivery) => (places.get(id) ?? count) < count;
    },
    subscriptionsWithDeliveries: async () => {
      await answer();
      const waiting = outbox
        .rows('pending')
        .map(({ tenant, subscriptionId }) => ({ tenant, subscriptionId }));
      return [...new Map(waiting.map((of) => [JSON.stringify(of), of])).values()];
    },
    settle: async (outcomes: Parameters<Outbox['settle']>[0]) => {
      await answer();
      for (const { delivery, outcome } of outcomes) {
        const row = rows.get(delivery.id);
        if (row) rows.set(row.id, settled(row, outcome));
      }
    },
    dead: deadLettersAmong(rows),
    subscriptionsWithDeadLetters: async () => {
      await answer();
      const dead = outbox.rows('dead').map(({ tenant, subscriptionId }) => ({ tenant, subscriptionId }));
      return [...new Map(dead.map((of) => [JSON.stringify(of), of])).values()];
    },
    // When one died is not known here: that the stores promise.
    forgetDeadLetters: async (tenant: string, subscriptionId: string, { most }: DeadLetterLimits) => {
      await answer();
      const dead = outbox
        .rows('dead')
        .filter((row) => row.tenant === tenant && row.subscriptionId === subscriptionId);
      if (dead.length > most) rows.delete((dead[0] as Row).id);
      return dead.length > most + 1;
    },
    dropDeliveries: async (tenant: string, subscriptionId: string) => {
      await answer();
      for (const row of rows.values())
        if (row.tenant === tenant && row.subscriptionId === subscriptionId) rows.delete(row.id);
    },
  };
  const answer = async (): Promise<void> => {
    await new Promise(setImmediate);
    if (outbox.isAway) throw new NgsiLdError('Unavailable', 'the store is away');
  };
  return outbox;
}

/** When one died is not known here, as if all had died at once: that the stores promise. */
function deadLettersAmong(rows: Map<string, Row>): DeadLetters {
  const of = (tenant: string, subscriptionId?: string) =>
    [...rows.values()]
      .filter((row) => row.state === 'dead' && row.tenant === tenant)
      .filter((row) => subscriptionId === undefined || row.subscriptionId === subscriptionId)
      .map((row) => ({ lastError: '', ...row, diedAt: 0 }));
  const each = (some: readonly DeadLetterName[], change: (row: Row) => void): number => {
    const found = some.flatMap(({ id }) => rows.get(id) ?? []).filter(({ state }) => state === 'dead');
    found.forEach(change);
    return found.length;
  };
  return {
    next: async (tenant, after = '') =>
      of(tenant)
        .map(({ subscriptionId }) => subscriptionId)
        .sort()
        .find((id) => id > after),
    list: async (tenant, subscriptionId, { after, limit }) =>
      of(tenant, subscriptionId)
        .sort((one, other) => (one.order < other.order ? -1 : 1))
        .filter(({ order }) => order > (after?.order ?? ''))
        .slice(0, limit),
    get: async (tenant, subscriptionId, order) =>
      of(tenant, subscriptionId).find((letter) => letter.order === order),
    replay: async (_tenant, _subscriptionId, some) =>
      each(some, ({ lastError, ...row }) =>
        rows.set(row.id, { ...row, state: 'pending', attempts: 0, dueAt: row.at, replayedAt: row.at }),
      ),
    drop: async (_tenant, _subscriptionId, some) => each(some, ({ id }) => rows.delete(id)),
  };
}

function settled(row: Row, outcome: DeliveryOutcome): Row {
  if (outcome.kind === 'delivered') return { ...row, state: 'delivered' };
  const failed = { ...row, attempts: row.attempts + 1, lastError: outcome.error };
  return outcome.kind === 'dead' ? { ...failed, state: 'dead' } : { ...failed, dueAt: outcome.dueAt };
}

function isOf({ tenant, change }: ChangeRecord, of?: { readonly tenant: string; readonly entityId: string }) {
  return !of || (tenant === of.tenant && (change.entity ?? change.before)?.id === of.entityId);
}

/** Documents in memory; like the outbox they can be away. */
export interface MemoryDocuments extends Documents {
  isAway: boolean;
  /** Calls by name, and what feeds told of: all there are, or only what was written. */
  readonly asked: {
    get: number;
    list: number;
    revision: number;
    update: number;
    whole: number;
    told: number;
  };
}

/** New documents. */
export function memoryDocuments(): MemoryDocuments {
  const bodies = new Map<string, { kind: string; tenant: string; id: string; body: Json }>();
  let revision = 0;
  /** Every write in its order, for feeds. */
  const journal: { readonly kind: string; readonly tenant: string; readonly id: string }[] = [];
  const keyOf = (kind: string, tenant: string, id: string) => JSON.stringify([kind, tenant, id]);
  const documents = {
    isAway: false,
    asked: { get: 0, list: 0, revision: 0, update: 0, whole: 0, told: 0 },
    get: async (kind: string, tenant: string, id: string) => {
      documents.asked.get += 1;
      await answer();
      return bodies.get(keyOf(kind, tenant, id))?.body;
    },
    create: async (kind: string, tenant: string, id: string, body: Json) => {
      await answer();
      if (bodies.has(keyOf(kind, tenant, id))) return false;
      write(kind, tenant, id, body);
      return true;
    },
    put: async (kind: string, tenant: string, id: string, body: Json) => {
      await answer();
      write(kind, tenant, id, body);
    },
    update: async (kind: string, tenant: string, id: string, change: (body: Json) => Json) => {
      documents.asked.update += 1;
      await answer();
      const found = bodies.get(keyOf(kind, tenant, id));
      return found && write(kind, tenant, id, change(found.body));
    },
    remove: async (kind: string, tenant: string, id: string) => {
      await answer();
      note(kind, tenant, id);
      return bodies.delete(keyOf(kind, tenant, id));
    },
    list: async (kind: string, tenant?: string) => {
      documents.asked.list += 1;
      const found = listed(kind, tenant);
      await answer();
      return found;
    },
    getMany: async (kind: string, tenant: string, ids: readonly string[]) => {
      await answer();
      return new Map(
        listed(kind, tenant)
          .filter(({ id }) => ids.includes(id))
          .map(({ id, body }) => [id, body]),
      );
    },
    page: async (kind: string, tenant: string, { offset, limit }: DocumentPage) => {
      await answer();
      const all = listed(kind, tenant);
      return { rows: all.slice(offset, offset + limit), count: all.length };
    },
    follow: (kind: string): DocumentFeed => {
      let place: number | undefined;
      return {
        next: async () => {
          // As it was when it was asked: what happens until the answer comes is not in it.
          const end = journal.length;
          const touched = place === undefined ? undefined : touchedOf(kind, journal.slice(place, end));
          const present = listed(kind).filter(
            ({ tenant, id }) => touched?.has(keyOf(kind, tenant, id)) ?? true,
          );
          const there = new Set(present.map(({ tenant, id }) => keyOf(kind, tenant, id)));
          const gone = [...(touched ?? [])].filter(([key]) => !there.has(key)).map(([, of]) => of);
          await answer();
          place = end;
          if (touched) documents.asked.told += touched.size;
          else documents.asked.whole += 1;
          return { present, gone, isWhole: touched === undefined };
        },
      };
    },
    revision: async () => {
      documents.asked.revision += 1;
      await answer();
      return String(revision);
    },
  };
  const listed = (kind: string, tenant?: string) =>
    [...bodies.values()].filter(
      (row) => row.kind === kind && (tenant === undefined || row.tenant === tenant),
    );
  const touchedOf = (kind: string, writes: typeof journal) =>
    new Map(
      writes
        .filter((write) => write.kind === kind)
        .map(({ tenant, id }) => [keyOf(kind, tenant, id), { tenant, id }] as const),
    );
  const note = (kind: string, tenant: string, id: string): void => {
    revision += 1;
    journal.push({ kind, tenant, id });
  };
  const write = (kind: string, tenant: string, id: string, body: Json): Json => {
    note(kind, tenant, id);
    bodies.set(keyOf(kind, tenant, id), { kind, tenant, id, body });
    return body;
  };
  const answer = async (): Promise<void> => {
    await new Promise(setImmediate);
    if (documents.isAway) throw new NgsiLdError('Unavailable', 'the store is away');
  };
  return documents;
}
