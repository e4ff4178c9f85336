import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { BSON, type CommandStartedEvent, type Document } from 'mongodb';
import type { Entity } from '../../../../broker/domain/entity.ts';
import { foldRecords } from '../../../../broker/notifications/fold-records.ts';
import { openStoreOn } from '../../../../broker/store/mongo/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryEntity, HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { connectMongo, type MongoConnection } from '../../../../runtime/mongo/connect.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  changing,
  creating,
  deleting,
  LAMP,
  LEVEL,
  LOCATION,
  property,
  setting,
  typeCounts,
} from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { idsOf } from '../contract/pages.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';
const MAX_DOCUMENT = 16 * 1024 * 1024;
const MAX_INDEXES = 64;
const MAX_NAMESPACE = 255;
const LONGEST_DATABASE_NAME = 63;
const MAX_DEPTH = 100;

/** What a real MongoDB refuses and the server under test may not. */
describeWith('mongodb', () => {
  let url: string;
  let connection: MongoConnection;
  let store: Store;
  let time = START;
  let commands: Document[];
  const tenant = () => store.of('');

  beforeEach(async () => {
    url = freshUrl();
    time = START;
    commands = [];
    connection = await connectMongo({
      url: `${url}?monitorCommands=true&w=1&journal=false`,
      defaultDatabase: '',
    });
    connection.client.on('commandStarted', ({ command }: CommandStartedEvent) => commands.push(command));
    store = await openStoreOn(connection, {
      now: () => time,
      cellsOf: () => ['0123', '0122'],
      coreContextVersion: 'v1.9',
    });
    store.setDrain(async (of, entityId) => fold({ tenant: of, entityId }));
  });
  afterEach(async () => {
    await store.close();
    await dropDatabase(url);
  });

  async function fold(of?: { readonly tenant: string; readonly entityId: string }): Promise<void> {
    const records = await store.outbox.pending(1000, of);
    await store.outbox.fold(records, foldRecords(records));
  }

  /** Something of every kind that the store writes. */
  async function writeAll(): Promise<void> {
    const place = {
      kind: 'GeoProperty',
      value: { type: 'Point', coordinates: [1, 1] },
      createdAt: 1,
      modifiedAt: 1,
    } as const;
    const attributes = { [LEVEL]: [property(1, 1, { observedAt: 5 })], [LOCATION]: [place] };
    await store.createTenant('city');
    await tenant().change(ID, creating(ID, { attributes, scopes: ['/a/b', '/c'] }, [SUBSCRIPTION]));
    await fold();
    await tenant().change(
      ID,
      setting(() => 2, [SUBSCRIPTION]),
    );
    await tenant().change('urn:gone', creating('urn:gone'));
    await tenant().change('urn:gone', deleting());
    const [delivery] = await store.outbox.deliveries('', SUBSCRIPTION, 1);
    if (delivery)
      await store.outbox.settle([{ delivery, outcome: { kind: 'retry', dueAt: START, error: 'no' } }]);
    await editHistory();
    await store.documents.create('k', '', 'x', [1]);
    await store.documents.remove('k', '', 'x');
  }

  const history = (types: readonly string[]): HistoryEntity => ({
    id: 'urn:past',
    types,
    scopes: [],
    createdAt: 1,
    modifiedAt: 1,
  });
  const provided = (n: number): HistoryInstance => ({
    instanceId: `urn:ngsi-ld:Instance:${n}`,
    entityId: 'urn:past',
    attribute: LEVEL,
    kind: 'Property',
    createdAt: 1,
    modifiedAt: 1,
    attributeInstance: property(n, 1),
  });

  async function editHistory(): Promise<void> {
    const { temporal } = tenant();
    await temporal.append(history([LAMP]), [provided(1), provided(2)]);
    await temporal.removeInstance('urn:past', LEVEL, provided(1).instanceId);
    await temporal.replaceInstance('urn:past', LEVEL, provided(2).instanceId, (old) => old);
    await temporal.removeAttribute('urn:past', LEVEL, 'all');
    await temporal.append({ ...history([LAMP]), id: 'urn:long' }, [{ ...provided(3), entityId: 'urn:long' }]);
    const { rollUps } = temporal;
    await rollUps.retain('urn:long', () => ({ raw: START, hourly: 0 }));
    let reads = 0;
    await rollUps.steadily('urn:long', {}, async () => {
      await rollUps.read('urn:long', { attribute: LEVEL, order: 'newest first', limit: 1 });
      if (++reads === 1) await rollUps.retain('urn:long', () => ({ raw: START, hourly: START, daily: 0 }));
    });
    expect(reads).toBe(2);
  }

  const collections = () => connection.database.collections();

  it('has no index over two arrays, none unique, few of them, with short names', async () => {
    await writeAll();
    const found = await collections();
    expect(found.map(({ collectionName }) => collectionName)).toEqual(
      expect.arrayContaining(['entities', 'instances']),
    );
    for (const collection of found) {
      const indexes = await collection.indexes();
      const documents = await collection.find().toArray();
      expect(documents.length).toBeGreaterThan(0);
      expect(indexes.length).toBeLessThan(MAX_INDEXES / 8);
      for (const { name = '', key, unique } of indexes) {
        const arrays = (document: Document) =>
          Object.keys(key).filter((member) => Array.isArray(document[member]));
        expect(Math.max(...documents.map((document) => arrays(document).length))).toBeLessThanOrEqual(1);
        expect(name === '_id_' || !unique).toBe(true);
        const namespace = `${'x'.repeat(LONGEST_DATABASE_NAME)}.${collection.collectionName}.$${name}`;
        expect(namespace.length).toBeLessThan(MAX_NAMESPACE / 2);
      }
    }
  });

  it('writes only commands that need neither transactions nor pipelines, and no compare-and-set as an upsert', async () => {
    await writeAll();
    const updates = commands.flatMap((command): Document[] => command['updates'] ?? []);
    expect(updates.length).toBeGreaterThan(5);
    for (const { q, u, upsert } of updates) {
      expect(Array.isArray(u)).toBe(false);
      if (upsert) expect(Object.keys(q)).toEqual(['_id']);
    }
    expect(JSON.stringify(commands)).not.toMatch(/"\$inc"|startTransaction|"collation"|\$changeStream/);
  });

  it('refuses more types of a history than an index takes, and reads its pages by the Entity', async () => {
    const types = Array.from({ length: 20_001 }, (_, n) => `urn:type:${n}`);
    await expect(tenant().temporal.append(history(types), [])).rejects.toMatchObject({
      type: 'EntityTooLarge',
    });
    expect(await tenant().temporal.getEntity('urn:past')).toBeUndefined();
    await editHistory();
    await tenant().temporal.instances('urn:past', { timeproperty: 'modifiedAt', lastN: 1 });
    const finds = commands.filter((command) => command['find'] === 'instances');
    expect(finds.length).toBeGreaterThan(3);
    const entityOf = ({ entity, $and: parts = [] }: Document): unknown =>
      entity ?? parts.map(entityOf).find((found: unknown) => found !== undefined);
    for (const { filter } of finds) expect(entityOf(filter)).toMatch(/^\|urn:(?:past|long)$/);
  });

  it('asks for and deletes instances and roll-ups of an Entity by their shard key', async () => {
    await editHistory();
    const entityOf = ({ entity, $and: parts = [] }: Document): unknown =>
      entity ?? parts.map(entityOf).find((found: unknown) => found !== undefined);
    const filters = commands.flatMap((command): Document[] => {
      const [name, collection] = Object.entries(command)[0] ?? [];
      if (collection !== 'instances' && collection !== 'rollUps') return [];
      if (name === 'insert' || name === 'createIndexes') return [];
      const { filter, query, pipeline, updates = [], deletes = [] } = command;
      const written = [...updates, ...deletes].map(({ q }: Document) => q);
      return [filter, query, pipeline?.[0]?.$match, ...written].filter((one) => one !== undefined);
    });
    expect(filters.length).toBeGreaterThan(20);
    for (const filter of filters) expect(entityOf(filter)).toMatch(/^\|urn:(?:past|long)$/);
  });

  it('addresses each changed document by its shard key', async () => {
    await writeAll();
    for (const { q, multi } of commands.flatMap((command): Document[] => command['updates'] ?? [])) {
      expect([typeof q._id, multi ?? false]).toEqual(['string', false]);
    }
  });

  it('asks for a journaled majority with every write, whatever the URL says', async () => {
    await writeAll();
    await store.outbox.dropDeliveries('', SUBSCRIPTION);
    const writes = commands.filter(
      (command) => 'insert' in command || 'update' in command || 'delete' in command,
    );
    const kinds = new Set(writes.map((command) => Object.keys(command)[0]));
    expect([...kinds].sort()).toEqual(['delete', 'insert', 'update']);
    for (const { writeConcern } of writes) expect(writeConcern).toMatchObject({ w: 'majority', j: true });
  });

  it('keeps the largest Entity and the record of its change below the size of a document', async () => {
    const text = (letter: string) => property(letter.repeat(2_000_000), START);
    const attributes = (letter: string) => ({ 'urn:a': [text(letter)], 'urn:b': [text(letter)] });
    await tenant().change(ID, creating(ID, { attributes: attributes('a') }, [SUBSCRIPTION]));
    await tenant().change(ID, (current, now) => {
      const before = current as Entity;
      const entity = { ...before, modifiedAt: now, attributes: attributes('b') };
      const names = ['urn:a', 'urn:b'] as const;
      const touched = names.map((attribute) => ({
        attribute,
        kind: 'updated' as const,
        before: before.attributes[attribute]?.[0] as Entity['attributes'][string][number],
        after: entity.attributes[attribute][0] as Entity['attributes'][string][number],
      }));
      const change = {
        kind: 'updated' as const,
        before,
        entity,
        attributes: touched,
        typesChanged: false,
        scopesChanged: false,
      };
      return { answer: undefined, change, notify: [SUBSCRIPTION] };
    });
    const held = await connection.database.collection('entities').findOne();
    expect(BSON.calculateObjectSize(held as Document)).toBeGreaterThan(MAX_DOCUMENT * 0.7);
    await fold();
    for (const collection of await collections()) {
      for (const document of [held as Document, ...(await collection.find().toArray())]) {
        expect(BSON.calculateObjectSize(document)).toBeLessThan(MAX_DOCUMENT);
        expect(depthOf(document)).toBeLessThan(MAX_DEPTH / 10);
      }
    }
    const deliveries = await store.outbox.deliveries('', SUBSCRIPTION, 10);
    expect(deliveries[1]?.change.before?.attributes).toEqual(attributes('a'));
  });

  it('folds before more than 64 change records or 1 MB of them are pending', async () => {
    await tenant().change(ID, creating(ID));
    await Promise.all(
      Array.from({ length: 300 }, () =>
        tenant().change(
          ID,
          setting((level) => level + 1),
        ),
      ),
    );
    expect((await tenant().get(ID))?.attributes[LEVEL]?.[0]?.value).toBe(300);
    const large = setting(() => 'x'.repeat(300_000), [SUBSCRIPTION]);
    for (let round = 0; round < 5; round++) await Promise.all([1, 2].map(() => tenant().change(ID, large)));
    const sets = commands
      .flatMap((command): Document[] => command['updates'] ?? [])
      .map(({ u }) => u['$set'] ?? {});
    const [counts, bytes] = ['pendingCount', 'pendingBytes'].map((name) =>
      Math.max(...sets.map((members) => Number(members[name] ?? 0))),
    );
    expect(counts).toBe(64);
    expect(bytes).toBeGreaterThan(500_000);
    expect(bytes).toBeLessThanOrEqual(1024 * 1024);
    await fold();
    const history = await tenant().temporal.instances(ID, { timeproperty: 'modifiedAt' });
    expect(history.instances.get(LEVEL)).toHaveLength(311);
  });

  it('shows a tombstone to nobody, and takes it away an hour after it was folded', async () => {
    const tombstones = () => connection.database.collection('entities').countDocuments();
    await tenant().change(ID, creating(ID, { scopes: ['/a'] }));
    await tenant().change(ID, changing({ expiresAt: START + 9e12 }));
    await tenant().change(ID, deleting());
    await fold();
    expect(await tombstones()).toBe(1);
    expect(await tenant().get(ID)).toBeUndefined();
    for (const condition of [
      { kind: 'anything' },
      { kind: 'ids', ids: [ID] },
      { kind: 'type', type: LAMP },
      { kind: 'scope', scope: '/', below: true },
      { kind: 'cells', attribute: LOCATION, cells: ['0'], enclosing: [] },
    ] as const) {
      expect(await idsOf(tenant(), condition)).toEqual([]);
      expect(await tenant().count(condition)).toBe(0);
    }
    expect(await typeCounts(tenant())).toEqual(new Map());
    time += 2 * 3_600_000_000;
    await fold();
    expect(await tombstones()).toBe(0);
  });

  it('takes an Entity away an hour after it has expired, unless it was given more time or none', async () => {
    const ids = async () =>
      (await connection.database.collection<{ _id: string }>('entities').find().toArray())
        .map(({ _id }) => _id.slice(1))
        .sort();
    for (const id of ['urn:gone', 'urn:longer', 'urn:lasting'])
      await tenant().change(id, creating(id, { expiresAt: START + 1_000_000 }));
    await tenant().change('urn:longer', changing({ expiresAt: START + 9e12 }));
    await tenant().change('urn:lasting', (current, now) => {
      const { expiresAt: _, ...lasting } = current as Entity;
      return changing({})(lasting, now);
    });
    await fold();
    time += 1_800_000_000;
    await fold();
    // The end is recorded behind that.
    await eventually(async () => expect(await store.outbox.pending(10)).toHaveLength(1));
    await fold();
    expect(await store.of('').temporal.getEntity('urn:gone')).toMatchObject({ deletedAt: START + 1_000_000 });
    expect(await ids()).toEqual(['urn:gone', 'urn:lasting', 'urn:longer']);
    time += 2 * 3_600_000_000;
    await fold();
    expect(await ids()).toEqual(['urn:lasting', 'urn:longer']);
  });
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
