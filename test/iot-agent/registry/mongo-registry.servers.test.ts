import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mongoRegistry } from '../../../iot-agent/registry/mongo-registry.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { connectMongo, type MongoConnection } from '../../../runtime/mongo/connect.ts';
import { describeWith } from '../../support/describe-with.ts';
import { eventually } from '../../support/eventually.ts';
import { deviceRecord, registryContract } from './contract.ts';

const clock = systemClock();

describeWith('mongodb', () => {
  let connection: MongoConnection;

  beforeAll(async () => {
    connection = await connectMongo({
      url: process.env['MONGODB_TEST_URI'] ?? '',
      defaultDatabase: 'carillon-agent-test',
    });
  });
  afterAll(() => connection.close());

  const freshDatabase = () => connection.client.db(`carillon-agent-${randomUUID()}`);

  registryContract('MongoDB', async () => {
    const database = freshDatabase();
    const open = () => mongoRegistry({ database, clock, pollInterval: 1000 });
    let registry = await open();
    return {
      registry,
      reopen: async () => {
        registry.close();
        registry = await open();
        return registry;
      },
      dispose: async () => {
        registry.close();
        await database.dropDatabase();
      },
    };
  });

  describe('a registry that two agents share', () => {
    const closing: { close(): void }[] = [];
    afterEach(() => {
      for (const one of closing.splice(0)) one.close();
    });

    it('tells each of the changes of the other', async () => {
      const database = freshDatabase();
      const one = await mongoRegistry({ database, clock, pollInterval: 20 });
      const other = await mongoRegistry({ database, clock, pollInterval: 20 });
      closing.push(one, other);
      let told = 0;
      other.onForeignChange(() => {
        told += 1;
      });
      // Also of one before the first look.
      await one.addDevices([deviceRecord('t', 'd0')]);
      await eventually(() => expect(told).toBeGreaterThan(0));
      const heard = told;
      await one.replaceDevice(deviceRecord('t', 'd0', { timezone: 'Europe/Brussels' }));
      await eventually(() => expect(told).toBeGreaterThan(heard));
      await database.dropDatabase();
    });

    it('is away, and says so, when its server is', async () => {
      const own = await connectMongo({
        url: process.env['MONGODB_TEST_URI'] ?? '',
        defaultDatabase: 'carillon-agent-test',
      });
      const registry = await mongoRegistry({ database: own.database, clock, pollInterval: 1000 });
      closing.push(registry);
      await own.close();
      const away = { name: 'RegistryAway' };
      await expect(registry.device('t', 'd')).rejects.toMatchObject(away);
      await expect(registry.addDevices([deviceRecord('t', 'd')])).rejects.toMatchObject(away);
      await expect(registry.groups('t', { limit: 1, offset: 0 })).rejects.toMatchObject(away);
      await expect(registry.check()).rejects.toThrow();
    });

    it('keeps its indexes, by which ids are unique over all tenants', async () => {
      const database = freshDatabase();
      closing.push(await mongoRegistry({ database, clock, pollInterval: 1000 }));
      const indexes = await database.collection('agent_devices').indexes();
      const unique = indexes.filter((index) => index['unique']).map(({ key, sparse }) => [key, sparse]);
      expect(unique).toEqual(
        expect.arrayContaining([
          [{ devEui: 1 }, true],
          [{ key: 1 }, true],
        ]),
      );
      await database.dropDatabase();
    });
  });
});
