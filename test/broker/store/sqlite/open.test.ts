import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../../../broker/domain/change/changes.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore, type SqliteStoreOptions, storeOn } from '../../../../broker/store/sqlite/open.ts';
import { brokerSchema } from '../../../../broker/store/sqlite/schema.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { migrate, readMeta } from '../../../../runtime/sqlite/migrate.ts';
import { openDatabase } from '../../../../runtime/sqlite/open.ts';
import { StartError } from '../../../../runtime/start-error.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import {
  createMany,
  createNotifying,
  creating,
  foldAll,
  LEVEL,
  property,
  TOLD,
  typeCounts,
} from '../contract/entities.ts';

const folder = tempFolder();
const options: Omit<SqliteStoreOptions, 'path'> = {
  now: () => 1_800_000_000_000_000,
  cellsOf: () => [],
  coreContextVersion: '1.9',
  historyOf: toHistory,
};
const ID = 'urn:ngsi-ld:Lamp:1';

describe('the file of the SQLite store', () => {
  it('is written ahead, and synced at every commit', async () => {
    const database = openDatabase(`sqlite:${join(folder, 'journal.db')}`);
    const store = storeOn(database, options);
    await createMany(store.of(''), 1);
    expect(database.prepare<[string]>('PRAGMA journal_mode').get()).toEqual(['wal']);
    expect(database.prepare<[number]>('PRAGMA synchronous').get()).toEqual([2]);
    await store.close();
  });

  it('names its schema version and the version of the core @context that made it', async () => {
    const path = join(folder, 'versions.db');
    await openSqliteStore({ ...options, path, coreContextVersion: '1.8' }).close();
    await openSqliteStore({ ...options, path }).close();
    const database = openDatabase(`sqlite:${path}`);
    expect(readMeta(database, 'format')).toBe('carillon-broker');
    expect(readMeta(database, 'schemaVersion')).toBe(String(brokerSchema.migrations.length));
    expect(readMeta(database, 'coreContextVersion')).toBe('1.8');
    database.close();
  });

  it('is led forward from every earlier schema, with what is in it', async () => {
    for (const version of brokerSchema.migrations.keys()) {
      const path = join(folder, `from-${version}.db`);
      const database = openDatabase(`sqlite:${path}`);
      migrate(database, { ...brokerSchema, migrations: brokerSchema.migrations.slice(0, version) });
      if (version > 0) database.exec("INSERT INTO tenant (name) VALUES ('city')");
      database.close();
      const store = openSqliteStore({ ...options, path });
      expect(await store.hasTenant('city')).toBe(version > 0);
      await store.of('city').change(ID, creating(ID, {}, TOLD));
      expect(await foldAll(store)).toHaveLength(1);
      expect(await store.of('city').temporal.getEntity(ID)).toBeDefined();
      await store.close();
    }
  });

  it('is refused where a page of it is damaged that is read only once it is open', async () => {
    const path = join(folder, 'damaged.db');
    const database = openDatabase(`sqlite:${path}`);
    migrate(database, brokerSchema);
    const [page] =
      database
        .prepare<[number]>("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = 'value_index'")
        .get() ?? [];
    database.close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * (Number(page) - 1), 4096 * Number(page));
    writeFileSync(path, bytes);
    const open = () => openSqliteStore({ ...options, path });
    expect(open).toThrow(StartError);
    expect(open).toThrow(/damaged\.db cannot be used: the file is damaged: put back a backup/);
  });

  it('is told of when it cannot be written, and when it can again, once each', async () => {
    const database = openDatabase(`sqlite:${join(folder, 'full.db')}`);
    const told: (string | undefined)[] = [];
    const store = storeOn(database, { ...options, onWrites: (problem) => told.push(problem) });
    await createMany(store.of(''), 1);
    const [pages] = database.prepare<[number]>('PRAGMA page_count').get() ?? [];
    database.exec(`PRAGMA max_page_count = ${pages}`);
    const members = { attributes: { [LEVEL]: [property('x'.repeat(100_000), 1)] } };
    const large = (id: string) => store.of('').change(id, creating(id, members));
    for (const id of ['urn:a:1', 'urn:a:2'])
      await expect(large(id)).rejects.toMatchObject({ type: 'Unavailable' });
    expect(told).toStrictEqual([expect.stringContaining('the disk is full: make room on it')]);
    database.exec('PRAGMA max_page_count = 100000');
    await large('urn:a:1');
    expect(told.slice(1)).toStrictEqual([undefined]);
    await store.close();
  });

  it('is refused to a second opener, with the remedy, and goes on serving the first', async () => {
    const path = join(folder, 'shared.db');
    const store = openSqliteStore({ ...options, path });
    expect(() => openSqliteStore({ ...options, path })).toThrow(StartError);
    expect(() => openSqliteStore({ ...options, path })).toThrow(
      /shared\.db cannot be used: another process has it open/,
    );
    await store.of('').change(ID, creating(ID));
    await store.close();
    await openSqliteStore({ ...options, path }).close();
  });

  it('is refused when it is of a newer release, or of another program, and left as it was', () => {
    const newer = join(folder, 'newer.db');
    const database = openDatabase(`sqlite:${newer}`);
    migrate(database, {
      ...brokerSchema,
      migrations: [...brokerSchema.migrations, 'CREATE TABLE later (x)'],
    });
    database.close();
    expect(() => openSqliteStore({ ...options, path: newer })).toThrow('written by a newer release');
    const other = join(folder, 'other.db');
    const theirs = openDatabase(`sqlite:${other}`);
    migrate(theirs, { format: 'another', migrations: [] });
    theirs.close();
    expect(() => openSqliteStore({ ...options, path: other })).toThrow('no carillon-broker file but another');
  });
});

describe('a disk that fails', () => {
  const onMemory = () => {
    const database = openDatabase('sqlite::memory:');
    return { database, store: storeOn(database, options) };
  };
  const large = { attributes: { [LEVEL]: [property('x'.repeat(100_000), 1)] } };

  it('when it is full, fails the whole group with Unavailable, keeps what was there, and works again', async () => {
    const { database, store } = onMemory();
    const tenant = store.of('');
    const before = await tenant.change(ID, creating(ID));
    const [pages] = database.prepare<[number]>('PRAGMA page_count').get() ?? [0];
    database.exec(`PRAGMA max_page_count = ${pages + 10}`);
    const outcomes = await Promise.allSettled([
      tenant.change('urn:x:small', creating('urn:x:small', { types: ['urn:new'] })),
      tenant.change('urn:x:large', creating('urn:x:large', large)),
      tenant.change(ID, creating(ID)),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { type: 'Unavailable' } },
      { status: 'rejected', reason: { type: 'Unavailable' } },
      { status: 'rejected', reason: { type: 'AlreadyExists' } },
    ]);
    expect((outcomes[0] as PromiseRejectedResult).reason.message).toContain('the disk is full');
    expect(await tenant.get('urn:x:small')).toBeUndefined();
    expect(await tenant.get(ID)).toEqual(before);
    expect((await typeCounts(tenant)).size).toBe(1);
    database.exec('PRAGMA max_page_count = 1000000');
    await tenant.change('urn:x:small', creating('urn:x:small', { types: ['urn:new'] }, TOLD));
    expect(await tenant.count({ kind: 'type', type: 'urn:new' })).toBe(1);
    expect(await foldAll(store)).toHaveLength(1);
    const { entities } = await tenant.temporal.candidates({ limit: 10 });
    expect(entities.map(({ id }) => id)).toEqual([ID, 'urn:x:small']);
    await store.close();
  });

  it('when it can only be read, answers reads and refuses writes with Unavailable', async () => {
    const { database, store } = onMemory();
    const made = await store.of('').change(ID, creating(ID));
    database.exec('PRAGMA query_only = 1');
    await expect(store.of('').change('urn:x', creating('urn:x'))).rejects.toMatchObject({
      type: 'Unavailable',
    });
    await expect(store.documents.put('k', '', 'x', 1)).rejects.toMatchObject({ type: 'Unavailable' });
    expect(await store.of('').get(ID)).toEqual(made);
    await store.close();
  });

  it('never gives the stamps of a group that failed to a later one twice', async () => {
    const { database, store } = onMemory();
    database.exec('PRAGMA query_only = 1');
    await expect(createNotifying(store.of(''), 3)).rejects.toMatchObject({ type: 'Unavailable' });
    database.exec('PRAGMA query_only = 0');
    await createNotifying(store.of(''), 3);
    const again = storeOn(database, options);
    await again.of('').change('urn:x', creating('urn:x', {}, TOLD));
    const stamps = (await again.outbox.pending(10)).map(({ stamp }) => stamp);
    expect(new Set(stamps).size).toBe(4);
    expect(stamps).toEqual([...stamps].sort());
    await store.close();
  });
});

describe('a group', () => {
  it('does not roll back what others wrote when one member fails in the database', async () => {
    const database = openDatabase('sqlite::memory:');
    const store = storeOn(database, options);
    database.exec(`CREATE TRIGGER no BEFORE INSERT ON document WHEN NEW.id = 'bad'
      BEGIN SELECT RAISE(ABORT, 'no such thing'); END`);
    const outcomes = await Promise.allSettled([
      store.documents.put('k', '', 'good', 1),
      store.documents.put('k', '', 'bad', 2),
      store.of('').change(ID, creating(ID)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.documents.list('k')).map(({ id }) => id)).toEqual(['good']);
    expect(await store.of('').get(ID)).toBeDefined();
    await store.close();
  });

  it('keeps names right when a member that made some is undone', async () => {
    const database = openDatabase('sqlite::memory:');
    const store = storeOn(database, options);
    const entity = { id: ID, types: ['urn:T'], scopes: [], createdAt: 1, modifiedAt: 1 };
    const instance = (attribute: string, instanceId: string) => ({
      instanceId,
      entityId: ID,
      attribute,
      kind: 'Property' as const,
      createdAt: 1,
      modifiedAt: 1,
      attributeInstance: property(attribute, 1),
    });
    database.exec(`CREATE TRIGGER no BEFORE INSERT ON history_entity WHEN NEW.id = 'bad'
      BEGIN SELECT RAISE(ABORT, 'no such thing'); END`);
    const failing = store.outbox.fold([], {
      history: [
        { tenant: 'city', entity, instances: [instance('urn:a', 'i1')] },
        { tenant: 'city', entity: { ...entity, id: 'bad' }, instances: [] },
      ],
      deliveries: [],
    });
    await expect(failing).rejects.toThrow('no such thing');
    expect(await store.hasTenant('city')).toBe(false);
    await store.of('other').temporal.append(entity, [instance('urn:b', 'i2')]);
    expect(await store.hasTenant('city')).toBe(false);
    await store.of('city').temporal.append(entity, [instance('urn:a', 'i3')]);
    const found = await store.of('other').temporal.instances(ID, { timeproperty: 'createdAt' });
    expect([...found.instances.keys()]).toEqual(['urn:b']);
    await store.close();
  });
});

describe('expired Entities', () => {
  it('are taken away with a later write, their counts and tokens too, and can be created again', async () => {
    let time = 1_800_000_000_000_000;
    const database = openDatabase('sqlite::memory:');
    const store = storeOn(database, { ...options, now: () => time });
    const rows = (table: string) => database.prepare<[number]>(`SELECT count(*) FROM ${table}`).get()?.[0];
    const tenant = store.of('');
    const expiresAt = time + 1000;
    await createMany(tenant, 5, () => ({ expiresAt }));
    await tenant.change('urn:x:staying', creating('urn:x:staying'));
    time += 5_000_000;
    const again = tenant.change('urn:ngsi-ld:Lamp:e3', creating('urn:ngsi-ld:Lamp:e3'));
    await Promise.all([again, tenant.change('urn:x:new', creating('urn:x:new'))]);
    expect([rows('entity'), rows('token')]).toEqual([3, 3]);
    expect(await tenant.count({ kind: 'anything' })).toBe(3);
    expect([...(await typeCounts(tenant)).values()]).toEqual([3]);
    await tenant.change('urn:ngsi-ld:Lamp:e1', creating('urn:ngsi-ld:Lamp:e1'));
    expect(await tenant.get('urn:ngsi-ld:Lamp:e1')).toBeDefined();
    expect([...(await typeCounts(tenant)).values()]).toEqual([4]);
    await store.close();
  });
});

describe('what is taken away', () => {
  it('leaves with a few writes, however many Entities have expired at once', async () => {
    let time = 1_800_000_000_000_000;
    const database = openDatabase('sqlite::memory:');
    const store = storeOn(database, { ...options, now: () => time });
    const tenant = store.of('');
    await createMany(tenant, 450, () => ({ expiresAt: time + 1000 }));
    time += 5_000_000;
    for (let index = 0; index < 6; index += 1)
      await tenant.change(`urn:x:${index}`, creating(`urn:x:${index}`));
    expect(database.prepare('SELECT count(*) FROM entity').get()).toEqual([6]);
    await store.close();
  });

  it('leaves some at a time where it is large', async () => {
    let time = 1_800_000_000_000_000;
    const database = openDatabase('sqlite::memory:');
    const store = storeOn(database, { ...options, now: () => time });
    const tenant = store.of('');
    const attributes = { [LEVEL]: [property(0, time, { unitCode: 'x'.repeat(1_500_000) })] };
    await createMany(tenant, 8, () => ({ expiresAt: time + 1000, attributes }));
    time += 5_000_000;
    const expiring = 'SELECT count(*) FROM entity WHERE expires_at IS NOT NULL';
    const left: unknown[] = [];
    for (let index = 0; index < 3; index += 1) {
      await tenant.change(`urn:x:${index}`, creating(`urn:x:${index}`));
      left.push(...(database.prepare<[number]>(expiring).get() ?? []));
    }
    expect(left).toEqual([5, 2, 0]);
    await store.close();
  });

  it('leaves before types and Attributes are counted, however much of it there is, and without a write', async () => {
    let time = 1_800_000_000_000_000;
    const database = openDatabase('sqlite::memory:');
    const store = storeOn(database, { ...options, now: () => time });
    const tenant = store.of('');
    await createMany(tenant, 2450, (index) => (index === 0 ? {} : { expiresAt: time + 1000 }));
    await foldAll(store);
    time += 5_000_000;
    expect(await tenant.attributeCount(LEVEL)).toBe(1);
    expect([...(await typeCounts(tenant)).values()]).toEqual([1]);
    const [left = 0] = database.prepare<[number]>('SELECT count(*) FROM entity').get() ?? [];
    expect(left).toBeLessThanOrEqual(101);
    await store.close();
  });

  it('goes in pieces, so that others come in between, when a Subscription with many deliveries is deleted', async () => {
    const database = openDatabase('sqlite::memory:');
    const store = storeOn(database, options);
    await storeDeliveries(store, 2500);
    const dropping = store.outbox.dropDeliveries('', 'urn:s');
    await store.documents.put('kind', '', 'id', {});
    expect(await store.outbox.deliveries('', 'urn:s', 1)).toHaveLength(1);
    await dropping;
    for (const table of ['delivery', 'queue', 'notified'])
      expect(database.prepare(`SELECT count(*) FROM ${table}`).get()).toEqual([0]);
    await store.close();
  });

  it('goes in pieces when many deliveries have been kept for long enough', async () => {
    let time = 1_800_000_000_000_000;
    const database = openDatabase('sqlite::memory:');
    const store = storeOn(database, { ...options, now: () => time });
    await storeDeliveries(store, 2500);
    const pending = await store.outbox.deliveries('', 'urn:s', 2500);
    const outcome = { kind: 'delivered' } as const;
    await store.outbox.settle(pending.map((delivery) => ({ delivery, outcome })));
    time += 3_600_000_000;
    const left: unknown[] = [];
    for (let call = 0; call < 3; call += 1) {
      await store.outbox.settle([]);
      left.push(database.prepare('SELECT count(*) FROM notified').get());
    }
    expect(left).toEqual([[1500], [500], [0]]);
    await store.close();
  });
});

async function storeDeliveries(store: Store, count: number): Promise<void> {
  const change: Change = { kind: 'created', attributes: [], typesChanged: true, scopesChanged: false };
  const deliveries = Array.from({ length: count }, (_, index) => {
    const order = String(index).padStart(6, '0');
    return {
      id: order,
      tenant: '',
      subscriptionId: 'urn:s',
      entityId: ID,
      order,
      at: 1,
      change: { ...change },
    };
  });
  await store.outbox.fold([], { history: [], deliveries });
}

describe('integers', () => {
  it('beyond 2^53 are kept as they are in values, and never reach a column', async () => {
    const store = openSqliteStore({ ...options, path: ':memory:' });
    const value = [2 ** 53, -(2 ** 60), 1.7976931348623157e308, '\u0001#9007199254740993'];
    const attributes = { [LEVEL]: [property(value, 1)] };
    await store.of('').change(ID, creating(ID, { attributes }, ['urn:s']));
    expect((await store.of('').get(ID))?.attributes[LEVEL]?.[0]?.value).toEqual(value);
    const [record] = await store.outbox.pending(1);
    expect(record?.change.attributes[0]?.after?.value).toEqual(value);
    await store.close();
  });
});

describe('delivered notifications', () => {
  it('are kept for the time that was asked, and then taken away with their text', async () => {
    let time = 1_800_000_000_000_000;
    const database = openDatabase('sqlite::memory:');
    const store = storeOn(database, { ...options, now: () => time, deliveredKept: 1000 });
    const rows = (table: string) => database.prepare<[number]>(`SELECT count(*) FROM ${table}`).get()?.[0];
    const deliver = async (id: string) => {
      await store.of('').change(id, creating(id, {}, ['urn:s:1', 'urn:s:2']));
      const records = await store.outbox.pending(10);
      const deliveries = records.flatMap(({ stamp, at, change, notify }) =>
        notify.map((subscriptionId) => ({
          id: `${stamp}/${subscriptionId}`,
          tenant: '',
          subscriptionId,
          entityId: id,
          order: stamp,
          at,
          change,
        })),
      );
      await store.outbox.fold(records, { history: [], deliveries });
      return deliveries.map((delivery) => ({ delivery, outcome: { kind: 'delivered' } as const }));
    };
    const [one, two] = await deliver('urn:x:1');
    await store.outbox.settle(one ? [one] : []);
    expect([rows('delivery'), rows('notified')]).toEqual([2, 1]);
    time += 2000;
    await store.outbox.settle(await deliver('urn:x:2'));
    expect([rows('delivery'), rows('notified')]).toEqual([3, 2]);
    await store.outbox.settle(two ? [two] : []);
    time += 2000;
    await store.outbox.settle([]);
    expect([rows('delivery'), rows('notified')]).toEqual([0, 0]);
    await store.close();
  });
});
