import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connectMongo } from '../runtime/mongo/connect.ts';
import { dropDatabase, freshUrl } from './broker/store/mongo/fresh-database.ts';
import { type BuiltProgram, startBroker } from './support/built-programs.ts';
import { describeWith } from './support/describe-with.ts';
import { eventually } from './support/eventually.ts';
import {
  countDays,
  countRaw,
  type DayCounts,
  provideDay,
  putMeterPolicy,
  retaining,
} from './support/kept-meter.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

/** More by hand: `KILL_ROUNDS=50 npm run jest -- test/kill-retention.servers`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3);
const days = 6;
const perDay = 480;

describeWith('mongodb', () => {
  let url: string;
  beforeEach(() => {
    url = freshUrl();
  });
  afterEach(async () => {
    await killSpawned();
    await dropDatabase(url);
  });

  const start = (port?: number): Promise<BuiltProgram> => {
    const env = { STORE_URL: url, TEMPORAL_PAGE_SIZE: '100000' };
    const options = { env, ...(port !== undefined && { port }) };
    // Again where a machine that does other work let the server answer too late.
    return startBroker(folder, options).catch(() => startBroker(folder, options));
  };

  /** As if all had been written two days ago: what was written within the last hour is not rolled up. */
  async function letAge(): Promise<void> {
    const { client, database } = await connectMongo({ url, defaultDatabase: '' });
    const modifiedAt = (Date.now() - 2 * 86_400_000) * 1000;
    await database.collection('instances').updateMany({}, { $set: { modifiedAt } });
    await client.close();
  }

  /** Tells 1 where some was rolled up by then, and some not. */
  async function killOne(running: BuiltProgram[], index: number, before: DayCounts): Promise<number> {
    const [victim, other] = [running[index], running[1 - index]] as [BuiltProgram, BuiltProgram];
    await victim.kill();
    running[index] = await start(Number(new URL(victim.origin).port));
    const left = await countRaw(other.origin);
    expect(await countDays(other.origin)).toEqual(before);
    return left > 0 && left < days * perDay ? 1 : 0;
  }

  it(
    `kill -9 of the one of two brokers that rolls up: each instance is in its day once, ${rounds} times`,
    async () => {
      const running = await Promise.all([start(), start()]);
      const [{ origin }] = running;
      for (let day = 0; day < days; day++) await provideDay(origin, day, perDay);
      await letAge();
      const before = await countDays(origin);
      expect(before.totalCount).toHaveLength(days);
      await putMeterPolicy(origin, { keepRaw: 'P20D', keepHourly: 'P57D', keepDaily: 'P9Y' });
      let underWay = 0;
      for (let round = 0; round < rounds && (await countRaw(origin)) > 0; round += 1) {
        const owner = await retaining(running.map((broker) => broker.origin));
        await delay(Math.random() * 100);
        underWay += await killOne(running, owner === origin ? 0 : 1, before);
      }
      await eventually(async () => expect(await countRaw(origin)).toBe(0));
      expect(await countDays(origin)).toEqual(before);
      expect(underWay).toBeGreaterThan(0);
      process.stderr.write(`${underWay} kills while instances were rolled up by one of two: none lost\n`);
    },
    600_000 + rounds * 60_000,
  );
});
