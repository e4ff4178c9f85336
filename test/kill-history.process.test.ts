import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { startBroker } from './support/built-programs.ts';
import { freePort } from './support/free-port.ts';
import { historyOf, startHistoryLoad } from './support/history-load.ts';
import { until } from './support/notifications.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

afterEach(killSpawned);

/** More by hand: `KILL_ROUNDS=50 npm run jest -- test/kill-history`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3);
const entities = 8;

it(
  `kill -9 of the broker at random moments: every acknowledged write is in the history, once, and what was deleted from it stays so, ${rounds} times`,
  async () => {
    const port = await freePort();
    const env = { TEMPORAL_PAGE_SIZE: '100000' };
    let broker = await startBroker(folder, { port, env });
    const load = startHistoryLoad(() => broker.origin, entities);
    for (let round = 0; round < rounds; round += 1) {
      const before = load.steps();
      await until(() => load.steps() > before + 20);
      await delay(Math.random() * 300);
      await broker.kill();
      broker = await startBroker(folder, { port, env });
    }
    const expected = await load.stop();
    expect(expected.size).toBe(entities);
    for (const [id, history] of expected)
      expect([id, await historyOf(broker.origin, id)]).toEqual([id, history]);
    process.stderr.write(
      `${rounds} kills of the broker under history: ${load.steps()} steps, 0 missing, 0 twice\n`,
    );
    await broker.stop();
  },
  600_000 + rounds * 60_000,
);
