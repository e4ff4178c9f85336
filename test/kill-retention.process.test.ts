import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { type BuiltProgram, startBroker } from './support/built-programs.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import {
  countDays,
  countRaw,
  type DayCounts,
  firstDay,
  provideDay,
  putMeterPolicy,
  retaining,
} from './support/kept-meter.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

afterEach(killSpawned);

/** More by hand: `KILL_ROUNDS=50 npm run jest -- test/kill-retention`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 4);
const days = 20;
const perDay = 24 * 60;
const all = days * perDay;

/** A broker with a history of its own, which is killed while it does what the policy asks for. */
async function startWithHistory(name: string) {
  const port = await freePort();
  const env = { TEMPORAL_PAGE_SIZE: '100000', STORE_URL: `sqlite:${folder}/${name}.db` };
  const start = (): Promise<BuiltProgram> => startBroker(folder, { port, env });
  let broker = await start();
  for (let day = 0; day < days; day++) await provideDay(broker.origin, day, perDay);
  return {
    origin: broker.origin,
    /** Kills it as often as there are rounds, or until nothing is left to do; tells how often that was in the midst. */
    killInTheMidst: async (isDone: (raw: number) => boolean, check: () => Promise<void>): Promise<number> => {
      let underWay = 0;
      for (let round = 0; round < rounds; round += 1) {
        if (isDone(await countRaw(broker.origin))) break;
        await retaining([broker.origin]);
        await delay(Math.random() * 20);
        await broker.kill();
        broker = await start();
        const left = await countRaw(broker.origin);
        if (left < all && !isDone(left)) underWay++;
        await check();
      }
      return underWay;
    },
    stop: () => broker.stop(),
  };
}

it(
  `kill -9 of the broker while instances are rolled up: each is in its day once, ${rounds} times`,
  async () => {
    const { origin, killInTheMidst, stop } = await startWithHistory('rolled-up');
    const before = await countDays(origin);
    expect(before.totalCount).toHaveLength(days);
    await putMeterPolicy(origin, { keepRaw: 'P20D', keepHourly: 'P50D', keepDaily: 'P9Y' });
    const underWay = await killInTheMidst(
      (raw) => raw === 0,
      async () => expect(await countDays(origin)).toEqual(before),
    );
    await eventually(async () => expect(await countRaw(origin)).toBe(0));
    expect(await countDays(origin)).toEqual(before);
    expect(underWay).toBeGreaterThan(0);
    process.stderr.write(
      `${rounds} kills while instances were rolled up, ${underWay} in the midst of it: none lost\n`,
    );
    await stop();
  },
  600_000 + rounds * 60_000,
);

it(
  `kill -9 of the broker while old instances are dropped: all others are there, ${rounds} times`,
  async () => {
    const { origin, killInTheMidst, stop } = await startWithHistory('dropped');
    const kept = 45;
    const dayOfCutoff = Math.floor((Date.now() - firstDay) / 86_400_000) - kept;
    const younger = ({ totalCount }: DayCounts) =>
      totalCount.filter(([, start]) => Date.parse(start) > firstDay + dayOfCutoff * 86_400_000);
    const before = younger(await countDays(origin));
    expect(before).toHaveLength(days - dayOfCutoff - 1);
    await putMeterPolicy(origin, { keepRaw: `P${kept}D` });
    const most = (before.length + 1) * perDay;
    const underWay = await killInTheMidst(
      (raw) => raw <= most,
      async () => expect(younger(await countDays(origin))).toEqual(before),
    );
    await eventually(async () => expect(await countRaw(origin)).toBeLessThanOrEqual(most));
    expect(younger(await countDays(origin))).toEqual(before);
    expect(underWay).toBeGreaterThan(0);
    process.stderr.write(`${underWay} kills while instances were dropped: no other one lost\n`);
    await stop();
  },
  600_000 + rounds * 60_000,
);
