import { connectMongo, type MongoConnection } from '../../../runtime/mongo/connect.ts';
import type { Micros } from '../../domain/entity.ts';
import { keptEnds } from '../kept-ends.ts';
import type { Outbox } from '../outbox.ts';
import type { Store } from '../store.ts';
import { type ChangeAttemptParts, changeAttempt } from './change-attempt.ts';
import { ChangeQueue } from './change-queue.ts';
import { mongoDeadLetters } from './dead-letters.ts';
import { Deliveries } from './deliveries.ts';
import { mongoDeliveryLog } from './delivery-log.ts';
import { mongoDocuments } from './documents.ts';
import { type DueEnds, dueEnds } from './due-ends.ts';
import { MongoTenant, type TenantParts } from './entities.ts';
import { Gate } from './gate.ts';
import type { HistoryParts } from './history.ts';
import { lastHistoryPlace } from './history-candidates.ts';
import type { ProvisionParts } from './history-provision.ts';
import { hearingOf, momentReads } from './moment-reads.ts';
import { mongoOutbox } from './outbox.ts';
import { RelayLink } from './relay-link.ts';
import { Retrieval } from './retrieval.ts';
import { type Collections, migrate } from './schema.ts';
import { lastSequence, Sequences } from './sequences.ts';
import { Shapes } from './shapes.ts';
import { StampSource, textOf } from './stamps.ts';
import { removalSweeper } from './sweep-removals.ts';
import { KEPT, sweeper } from './sweeper.ts';
import { MongoTemporal } from './temporal.ts';
import { Tenants } from './tenants.ts';
import type { CellsOf } from './tokens.ts';
import { inTurn } from './turns.ts';
import { openValueIndexes } from './value-indexing.ts';

export interface MongoStoreOptions {
  /** `mongodb://…` or `mongodb+srv://…`; the database is `carillon` where it names none. */
  readonly url: string;
  readonly now: () => Micros;
  /** The cell tokens of a geometry, as broker/domain/query/condition.ts describes them. */
  readonly cellsOf: CellsOf;
  /** Recorded in a new database. */
  readonly coreContextVersion: string;
  /** How long delivered notifications are kept, where that is longer than an hour. */
  readonly deliveredKept?: Micros;
  /** Between the steps of what is done in the background: by default, what came meanwhile is done first. */
  readonly pause?: () => Promise<void>;
}

/**
 * A store on MongoDB 4.4 or later: a replica set, a sharded cluster or a single server, which any number of processes
 * may use at once. @throws StartError when the URL is wrong, no server answers, or the database is not ours
 */
export async function openMongoStore({ url, ...parts }: MongoStoreOptions): Promise<Store> {
  return openStoreOn(await connectMongo({ url, defaultDatabase: 'carillon' }), parts);
}

/** As `openMongoStore`, on a connection that is the store's from now on: it is closed with it. */
export async function openStoreOn(
  connection: MongoConnection,
  { coreContextVersion, ...parts }: Omit<MongoStoreOptions, 'url'>,
): Promise<Store> {
  try {
    return await storeOf(connection, await migrate(connection.database, coreContextVersion), parts);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

type StoreParts = Pick<MongoStoreOptions, 'now' | 'cellsOf' | 'pause' | 'deliveredKept'>;

async function storeOf(
  connection: MongoConnection,
  collections: Collections,
  { now, cellsOf, pause, deliveredKept = 0 }: StoreParts,
): Promise<Store> {
  const keptFor = Math.max(KEPT, deliveredKept);
  const { entities } = collections;
  const gate = new Gate();
  const stamps = new StampSource(now);
  const documents = mongoDocuments({ collection: collections.documents, gate, now });
  const { indexes, usage } = await openValueIndexes({ entities, documents, stamps, gate, now, pause });
  const relay = new RelayLink();
  const shapes = new Shapes(collections.shapes);
  const tenants = new Tenants(collections.tenants, gate);
  const kept = keptEnds();
  const queue = queueOf({ entities, shapes, stamps, cellsOf, indexes, partOfEnd: kept.partOf }, relay);
  const ends = dueEnds({ entities, queue, now }, (work) => gate.run(work));
  const history = { ...collections, ...historyOrders(collections, now) };
  const temporalParts = { ...history, gate, stamps, now, ends, drain: relay.drain.bind(relay) };
  const tenantParts: TenantParts = {
    entities,
    shapes,
    queue,
    retrieval: new Retrieval(entities, now),
    sequences: new Sequences((tenant) => lastSequence(entities, tenant), new StampSource(now)),
    indexes,
    usage,
    reads: momentReads({ now, hear: await hearingOf(connection.database, entities) }),
    gate,
    now,
    temporal: (tenant) => new MongoTemporal(tenant, temporalParts),
  };
  return {
    of: (tenant) => new MongoTenant(tenant, tenantParts),
    tenants: () => tenants.list(),
    hasTenant: (tenant) => tenants.has(tenant),
    createTenant: (tenant) => tenants.create(tenant),
    outbox: outboxOf(history, { gate, stamps, now, relay, keptFor, ends }),
    deliveryLog: mongoDeliveryLog({ deliveries: collections.deliveries, gate, keptFor }),
    documents,
    setDrain: (drain) => relay.set(drain),
    setKeptEnds: kept.set,
    ping: () => gate.run(() => connection.ping()),
    close: async () => {
      await gate.close();
      await connection.close();
    },
  };
}

function historyOrders(
  { historyEntities }: Collections,
  now: () => Micros,
): Pick<ProvisionParts, 'historyPlaces' | 'inTurn'> {
  const last = (tenant: string) => lastHistoryPlace(historyEntities, tenant);
  return { historyPlaces: new Sequences(last, new StampSource(now)), inTurn: inTurn() };
}

function queueOf(parts: Omit<ChangeAttemptParts, 'canDrain' | 'onCommitted'>, relay: RelayLink): ChangeQueue {
  return new ChangeQueue({
    attempt: changeAttempt({
      ...parts,
      canDrain: () => relay.isThere(),
      onCommitted: () => relay.announce(),
    }),
    drain: (tenant, id) => relay.drain(tenant, id),
  });
}

interface OutboxNeeds {
  readonly gate: Gate;
  readonly stamps: StampSource;
  readonly now: () => Micros;
  readonly relay: RelayLink;
  readonly keptFor: Micros;
  readonly ends: DueEnds;
}

function outboxOf(
  collections: Collections & HistoryParts,
  { gate, stamps, now, relay, keptFor, ends }: OutboxNeeds,
): Outbox {
  const { entities, documents, instances } = collections;
  const deliveries = new Deliveries(collections.deliveries, stamps, now);
  const sweepRemovals = removalSweeper(collections, now, (work) => gate.run(work));
  const sweep = sweeper(now, [
    (before) => deliveries.forgetDelivered(before + KEPT - keptFor),
    (before) => entities.deleteMany({ deletedAt: { $lt: before }, oldest: { $exists: false } }),
    async () => ends.sweep(),
    (before) => documents.deleteMany({ deletedAt: { $lt: before } }),
    (before) => instances.deleteMany({ gone: { $lt: textOf(before) } }),
    async () => sweepRemovals(),
  ]);
  return mongoOutbox({
    ...collections,
    deliveries,
    dead: mongoDeadLetters({ deliveries: collections.deliveries, gate, now }),
    gate,
    sweep,
    onCommitted: (listener) => relay.listen(listener),
  });
}
