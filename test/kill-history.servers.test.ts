import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { dropDatabase, freshUrl } from './broker/store/mongo/fresh-database.ts';
import { type BuiltProgram, startBroker } from './support/built-programs.ts';
import { describeWith } from './support/describe-with.ts';
import { historyOf, startHistoryLoad } from './support/history-load.ts';
import { until } from './support/notifications.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

/** More by hand: `KILL_ROUNDS=50 npm run jest -- test/kill-history.servers`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3);
const entities = 6;
const brokers = 3;

describeWith('mongodb', () => {
  let url: string;
  beforeEach(() => {
    url = freshUrl();
  });
  afterEach(async () => {
    await killSpawned();
    await dropDatabase(url);
  });

  /** Starts one; again where a machine that does other work let the server answer too late. */
  async function start(port?: number): Promise<BuiltProgram> {
    const env = { STORE_URL: url, TEMPORAL_PAGE_SIZE: '100000' };
    const options = { env, ...(port !== undefined && { port }) };
    return startBroker(folder, options).catch(() => startBroker(folder, options));
  }

  it(
    `kill -9 of any of three brokers at random moments: every acknowledged write is in the history, once, and what was deleted from it stays so, ${rounds} times`,
    async () => {
      const running = await Promise.all(Array.from({ length: brokers }, () => start()));
      const any = (): BuiltProgram => running[Math.floor(Math.random() * brokers)] as BuiltProgram;
      const load = startHistoryLoad(() => any().origin, entities);
      for (let round = 0; round < rounds; round += 1) {
        const before = load.steps();
        await until(() => load.steps() > before + 20);
        await delay(Math.random() * 300);
        const victim = any();
        await victim.kill();
        running[running.indexOf(victim)] = await start(Number(new URL(victim.origin).port));
      }
      const expected = await load.stop();
      expect(expected.size).toBe(entities);
      for (const [id, history] of expected)
        expect([id, await historyOf(any().origin, id)]).toEqual([id, history]);
      process.stderr.write(
        `${rounds} kills of one of ${brokers} brokers under history: ${load.steps()} steps, 0 missing, 0 twice\n`,
      );
    },
    600_000 + rounds * 60_000,
  );
});
