import { type Collection, type Db, type IndexDescription, MongoServerError } from 'mongodb';
import { StartError } from '../../../runtime/start-error.ts';
import type { TimeProperty } from '../temporal-store.ts';
import { buryExisting } from './bury-existing.ts';
import type { DeliveryDocument } from './delivery-document.ts';
import type { EntityDocument } from './entity-document.ts';
import type { HistoryDocument, HistoryEntityDocument } from './history-document.ts';
import { markExisting } from './mark-existing.ts';
import { placeExisting } from './place-existing.ts';
import type { RollUpDocument } from './roll-up-document.ts';
import { shapeExisting } from './shape-existing.ts';
import type { ShapeDocument } from './shapes.ts';
import type { StoredDocument } from './stored-document.ts';
import type { TenantDocument } from './tenants.ts';

/** The collections of a store. Every one may be sharded by `_id`. */
export interface Collections {
  readonly entities: Collection<EntityDocument>;
  readonly shapes: Collection<ShapeDocument>;
  readonly instances: Collection<HistoryDocument>;
  readonly historyEntities: Collection<HistoryEntityDocument>;
  readonly rollUps: Collection<RollUpDocument>;
  readonly deliveries: Collection<DeliveryDocument>;
  readonly documents: Collection<StoredDocument>;
  readonly tenants: Collection<TenantDocument>;
}

/** Instances of an Attribute in the order of one time, those of one moment as they were written: see `historyOrder`. */
function timeIndex(time: TimeProperty): IndexDescription['key'] {
  return { entity: 1, attribute: 1, [time]: 1, modifiedAt: 1, instanceId: 1, _id: 1 };
}

/** What is indexed besides `_id`. No index has more than one array, none is unique. */
const indexes: Readonly<Partial<Record<keyof Collections, readonly IndexDescription[]>>> = {
  entities: [
    { name: 'found', key: { tokens: 1, sequence: 1, visibleUntil: 1 } },
    { name: 'values', key: { values: 1, sequence: 1, visibleUntil: 1 } },
    { name: 'shapes', key: { shape: 1, visibleUntil: 1 } },
    { name: 'pending', key: { oldest: 1 }, sparse: true },
    { name: 'deleted', key: { deletedAt: 1 }, sparse: true },
    { name: 'expired', key: { expiresAt: 1 }, sparse: true },
  ],
  instances: [
    { name: 'byObserved', key: timeIndex('observedAt') },
    { name: 'byModified', key: timeIndex('modifiedAt') },
    { name: 'byCreated', key: timeIndex('createdAt') },
    {
      name: 'byDeleted',
      key: timeIndex('deletedAt'),
      partialFilterExpression: { deletedAt: { $exists: true } },
    },
    { name: 'provided', key: { instanceId: 1 }, sparse: true },
    { name: 'gone', key: { gone: 1 }, sparse: true },
  ],
  historyEntities: [
    { name: 'found', key: { found: 1, place: 1 } },
    { name: 'removals', key: { sweepAt: 1 }, sparse: true },
  ],
  rollUps: [
    { name: 'periods', key: { entity: 1, attribute: 1, start: 1, unit: 1 } },
    { name: 'unfinished', key: { unfinished: 1 }, sparse: true },
  ],
  deliveries: [
    { name: 'queues', key: { place: 1 } },
    { name: 'dead', key: { dead: 1 }, sparse: true },
    { name: 'log', key: { logged: 1, _id: 1 } },
  ],
  documents: [
    { name: 'created', key: { kind: 1, created: 1 } },
    { name: 'revision', key: { kind: 1, version: 1 } },
    { name: 'deleted', key: { deletedAt: 1 }, sparse: true },
  ],
};

interface MetaDocument {
  readonly _id: 'schema';
  readonly format: string;
  readonly version: number;
  /** The core @context that the first stored names were expanded with. */
  readonly coreContextVersion?: string;
}

const FORMAT = 'carillon-broker';
/** A code of the server. */
const INDEX_NOT_FOUND = 27;

/** Migration n leads from version n to n + 1; each may be run again, and by several processes at once. */
const migrations: readonly ((database: Db) => Promise<void>)[] = [
  createIndexes,
  addShapes,
  addGraves,
  addMarks,
  createIndexes,
  addPlaces,
  createIndexes,
  orderMoments,
];

/**
 * Brings the database forward to the newest version, an empty one from the first.
 * @throws StartError when it belongs to something else or is of a newer version
 */
export async function migrate(database: Db, coreContextVersion: string): Promise<Collections> {
  const meta = database.collection<MetaDocument>('meta');
  const found = await meta.findOne({ _id: 'schema' });
  assertOurs(database.databaseName, found);
  const version = found?.version ?? 0;
  if (version < migrations.length) {
    for (const migration of migrations.slice(version)) await migration(database);
    const update = {
      $max: { version: migrations.length },
      $set: { format: FORMAT },
      $setOnInsert: { coreContextVersion },
    };
    await meta.updateOne({ _id: 'schema' }, update, { upsert: true });
  }
  return collectionsOf(database);
}

function assertOurs(name: string, found: MetaDocument | null): void {
  if (found && found.format !== FORMAT) {
    throw new StartError(
      `The database "${name}" is no ${FORMAT} database but ${found.format}: name another one in the store URL.`,
    );
  }
  if (found && found.version > migrations.length) {
    throw new StartError(
      `The database "${name}" has schema version ${found.version}, written by a newer release; this one knows ${migrations.length}: update the program, or name another database.`,
    );
  }
}

async function addShapes(database: Db): Promise<void> {
  await createIndexes(database);
  const { entities, shapes } = collectionsOf(database);
  await shapeExisting(entities, shapes);
}

async function addGraves(database: Db): Promise<void> {
  await createIndexes(database);
  await buryExisting(collectionsOf(database).deliveries);
}

async function addMarks(database: Db): Promise<void> {
  await createIndexes(database);
  await markExisting(collectionsOf(database).entities);
}

async function addPlaces(database: Db): Promise<void> {
  await createIndexes(database);
  await placeExisting(collectionsOf(database).historyEntities);
}

/** Until then those of one moment stood by `_id`. */
async function orderMoments(database: Db): Promise<void> {
  await createIndexes(database);
  const { instances } = collectionsOf(database);
  for (const name of ['observed', 'modified', 'created', 'deletions']) await dropIndex(instances, name);
}

/** Without effect where there is none of this name. */
async function dropIndex(collection: Collection<HistoryDocument>, name: string): Promise<void> {
  const found = await collection.indexes();
  if (!found.some((index) => index.name === name)) return;
  try {
    await collection.dropIndex(name);
  } catch (error) {
    // Another process was quicker.
    if (!(error instanceof MongoServerError) || error.code !== INDEX_NOT_FOUND) throw error;
  }
}

async function createIndexes(database: Db): Promise<void> {
  for (const [name, descriptions] of Object.entries(indexes)) {
    await database.collection(name).createIndexes([...descriptions]);
  }
}

function collectionsOf(database: Db): Collections {
  return {
    entities: database.collection('entities'),
    shapes: database.collection('shapes'),
    instances: database.collection('instances'),
    historyEntities: database.collection('historyEntities'),
    rollUps: database.collection('rollUps'),
    deliveries: database.collection('deliveries'),
    documents: database.collection('documents'),
    tenants: database.collection('tenants'),
  };
}
