import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openStoreOn } from '../../../../broker/store/mongo/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryInstance, TemporalStore } from '../../../../broker/store/temporal-store.ts';
import { connectMongo, type MongoConnection } from '../../../../runtime/mongo/connect.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { eventually } from '../../../support/eventually.ts';
import { creating, LAMP, LEVEL, property } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';
import { barrier, type Hook, hooked } from './hooked-connection.ts';
import { lossyProxy } from './lossy-proxy.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const OTHER = 'urn:ngsi-ld:Lamp:other';
const NAME = 'https://example.org/name';
const SECOND = 1_000_000;
const entity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };
/** More than are written by one command. */
const MANY = 600;

function instances(count: number, from = 0): readonly HistoryInstance[] {
  return Array.from({ length: count }, (_, n) => {
    const said = { observedAt: from + n, createdAt: 1, modifiedAt: 1 };
    return {
      ...{ instanceId: `urn:ngsi-ld:Instance:${from + n}`, entityId: ID, attribute: LEVEL },
      ...{ kind: 'Property', ...said, attributeInstance: property(from + n, 1, said) },
    };
  });
}

describeWith('mongodb', () => {
  let url: string;
  let time: number;
  let stores: Store[];
  let connections: MongoConnection[];

  beforeEach(() => {
    time = START;
    url = freshUrl();
    stores = [];
    connections = [];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await dropDatabase(url);
  });

  async function open(hooks: Readonly<Record<string, Hook>> = {}, storeUrl = url): Promise<Store> {
    const connection = await connectMongo({ url: storeUrl, defaultDatabase: '' });
    const store = await openStoreOn(hooked(connection, hooks), {
      ...{ now: () => time, cellsOf: () => [], coreContextVersion: 'v1.9' },
    });
    connections.push(connection);
    stores.push(store);
    return store;
  }
  const temporal = (store: Store): TemporalStore => store.of('').temporal;
  const seen = async (store: Store) => {
    const { instances: found } = await temporal(store).instances(ID, { timeproperty: 'observedAt' });
    return (found.get(LEVEL) ?? []).map(({ attributeInstance }) => attributeInstance.value);
  };
  const known = async (store: Store) => [
    await temporal(store).getEntity(ID),
    (await temporal(store).candidates({ types: [LAMP], limit: 9 })).entities.length,
  ];
  const pass = (micros: number): void => {
    time += micros;
  };
  const all = (count: number) => Array.from({ length: count }, (_, n) => n);
  const rows = () => (connections[0] as MongoConnection).database.collection('instances').countDocuments();
  /** Lets time pass, and folds something of another Entity, with which comes what is done from time to time. */
  const letPass = async (store: Store, micros: number) => {
    pass(micros);
    await store.of('').change(OTHER, creating(OTHER));
    await store.outbox.fold(await store.outbox.pending(9), { history: [], deliveries: [] });
  };

  describe('instances that are provided together', () => {
    it.each([MANY, 2])('are all seen from one moment on, with their Entity: %d', async (count) => {
      const written = barrier();
      // When the rows are there.
      const writer = await open({ 'historyEntities.updateOne': () => written.pass() });
      const reader = await open();
      const providing = temporal(writer).append(entity, instances(count));
      await written.reached;
      expect(await rows()).toBeGreaterThan(1);
      expect([await seen(reader), ...(await known(reader))]).toEqual([[], undefined, 0]);
      written.open();
      expect(await providing).toBe(true);
      expect([await seen(reader), ...(await known(reader))]).toEqual([all(count), entity, 1]);
    });

    it('are not seen by one who began to read before', async () => {
      const asked = barrier();
      const reader = await open({ 'instances.distinct': () => asked.pass() });
      const writer = await open();
      await temporal(writer).append(entity, instances(1));
      const reading = seen(reader);
      await asked.reached;
      const written = barrier();
      const other = await open({
        'historyEntities.updateOne': (n) => (n === 1 ? written.pass() : undefined),
      });
      const providing = temporal(other).append(entity, instances(MANY, 1));
      await written.reached;
      asked.open();
      expect(await reading).toEqual([0]);
      written.open();
      await providing;
    });

    it('are seen with all their Attributes by one who looks for these meanwhile', async () => {
      const asked = barrier();
      const reader = await open({
        'historyEntities.findOne': (n) => (n === 0 ? asked.pass() : undefined),
      });
      const writer = await open();
      const reading = temporal(reader).instances(ID, { timeproperty: 'observedAt' });
      await asked.reached;
      const others = instances(MANY).map((one) => ({
        ...one,
        ...{ attribute: NAME, instanceId: `${one.instanceId}-name` },
      }));
      await temporal(writer).append(entity, [...instances(MANY), ...others]);
      asked.open();
      const { instances: found } = await reading;
      expect([...found].map(([attribute, { length }]) => [attribute, length])).toEqual([
        [LEVEL, MANY],
        [NAME, MANY],
      ]);
    });

    it('are never seen when who writes them ends half way, and are deleted', async () => {
      const writer = await open({ 'instances.insertMany': end(1) });
      const other = await open();
      await expect(temporal(writer).append(entity, instances(MANY))).rejects.toThrow('ends');
      expect([await rows(), await seen(other), ...(await known(other))]).toEqual([500, [], undefined, 0]);
      await letPass(other, 61 * SECOND);
      await eventually(async () => expect(await rows()).toBe(0));
      expect([await seen(other), ...(await known(other))]).toEqual([[], undefined, 0]);
      await temporal(other).append(entity, instances(MANY));
      expect(await seen(other)).toEqual(all(MANY));
    });

    it('are provided by a request that is repeated when nobody goes on', async () => {
      const writer = await open({ 'instances.insertMany': end(1) });
      await expect(temporal(writer).append(entity, instances(MANY))).rejects.toThrow('ends');
      const other = await open({ 'historyEntities.findOne': () => pass(SECOND) });
      expect(await temporal(other).append(entity, instances(MANY))).toBe(true);
      expect(await seen(other)).toEqual(all(MANY));
    });

    it('are there once though two processes are given the same, and known first to one', async () => {
      const first = barrier();
      const waits = barrier();
      const one = await open({ 'instances.insertMany': (n) => (n === 1 ? first.pass() : undefined) });
      const other = await open({
        'historyEntities.findOne': (n) => (n === 4 ? waits.pass() : undefined),
      });
      const providing = [temporal(one).append(entity, instances(MANY))];
      await first.reached;
      providing.push(temporal(other).append(entity, instances(MANY)));
      await waits.reached;
      waits.open();
      first.open();
      expect(await Promise.all(providing)).toEqual([true, false]);
      expect([await seen(one), await rows()]).toEqual([all(MANY), MANY]);
    });

    it.each([
      ['the history of the Entity', (store: TemporalStore) => store.removeEntity(ID)],
      ['the Attribute', (store: TemporalStore) => store.removeAttribute(ID, LEVEL, 'all')],
    ])('come whole after what takes away %s meanwhile', async (_, remove) => {
      const held = barrier();
      const writer = await open({ 'instances.insertMany': (n) => (n === 2 ? held.pass() : undefined) });
      const other = await open();
      await temporal(writer).append(entity, instances(1, MANY));
      const providing = temporal(writer).append(entity, instances(MANY));
      await held.reached;
      expect(await remove(temporal(other))).toBe(true);
      held.open();
      await providing;
      expect([await seen(other), (await known(other))[0]]).toEqual([all(MANY), entity]);
    });

    it.each([1, MANY])('bring no history back that is taken away meanwhile: %d', async (count) => {
      const held = barrier();
      let isHeld = false;
      const writer = await open({ 'instances.insertMany': () => (isHeld ? held.pass() : undefined) });
      const other = await open();
      await temporal(writer).append(entity, instances(1, MANY));
      isHeld = true;
      const extending = temporal(writer).extend(ID, [], instances(count));
      await held.reached;
      expect(await temporal(other).removeEntity(ID)).toBe(true);
      held.open();
      // One alone was added before, as far as anybody can tell.
      expect(await extending).toBe(count === 1);
      expect([await seen(other), ...(await known(other))]).toEqual([[], undefined, 0]);
    });

    it.each(['insert', 'update'])('are there once when the reply to an %s is lost', async (command) => {
      const proxy = await lossyProxy(url);
      const store = await open({}, proxy.url);
      await temporal(store).append(entity, instances(1));
      proxy.loseReplyTo(command);
      expect(await temporal(store).append(entity, instances(MANY))).toBe(false);
      expect(await seen(store)).toEqual(all(MANY));
      await store.close();
      await proxy.goAway();
    });
  });

  it('says that a history is new though the reply was lost by which it became known', async () => {
    const proxy = await lossyProxy(url);
    const store = await open({}, proxy.url);
    await store.hasTenant('');
    proxy.loseReplyTo('update');
    expect(await temporal(store).append(entity, instances(2))).toBe(true);
    expect(await seen(store)).toEqual([0, 1]);
    await store.close();
    await proxy.goAway();
  });
});

/** Ends who calls at that call, and all later ones. */
function end(at: number): Hook {
  return (calls) => {
    if (calls >= at) throw new Error('the process ends');
  };
}
