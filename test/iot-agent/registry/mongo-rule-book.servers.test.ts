import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mongoRegistry } from '../../../iot-agent/registry/mongo-registry.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { connectMongo, type MongoConnection } from '../../../runtime/mongo/connect.ts';
import { describeWith } from '../../support/describe-with.ts';
import { ruleBookContract } from './rule-book-contract.ts';

const clock = systemClock();

describeWith('mongodb', () => {
  let connection: MongoConnection;

  beforeAll(async () => {
    const url = process.env['MONGODB_TEST_URI'] ?? '';
    connection = await connectMongo({ url, defaultDatabase: 'carillon-agent-test' });
  });
  afterAll(() => connection.close());

  const freshDatabase = () => connection.client.db(`carillon-agent-${randomUUID()}`);

  ruleBookContract('MongoDB', async () => {
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

  it('is led by one agent at a time, and by another when its time is over', async () => {
    const database = freshDatabase();
    const registry = await mongoRegistry({ database, clock, pollInterval: 1000 });
    const { lead } = registry.ruleBook;
    expect(await lead('a', 0, 10)).toBe(true);
    expect(await lead('b', 5, 15)).toBe(false);
    expect(await lead('a', 5, 15)).toBe(true);
    expect(await lead('b', 15, 25)).toBe(true);
    expect(await lead('a', 16, 26)).toBe(false);
    const both = await Promise.all(['c', 'd', 'e'].map((agent) => lead(agent, 30, 40)));
    expect(both.filter(Boolean)).toHaveLength(1);
    registry.close();
    await database.dropDatabase();
  });
});
