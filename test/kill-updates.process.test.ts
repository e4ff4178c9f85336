import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { startBroker } from './support/built-programs.ts';
import { freePorts } from './support/free-port.ts';
import { subscribe } from './support/ngsi-ld-client.ts';
import { notedIn, startReceiver, until } from './support/notifications.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';
import { judgeArrivals, startUpdateLoad } from './support/update-load.ts';

const folder = tempFolder();

afterEach(killSpawned);

/** More by hand: `KILL_ROUNDS=50 npm run jest -- test/kill-updates`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3);
const subscriptions = 3;

it(
  `kill -9 of the broker at random moments of updates loses none, and swaps none, ${rounds} times`,
  async () => {
    const noted = join(folder, 'notifications');
    const [port = 0, receiverPort = 0] = await freePorts(2);
    const receiver = await startReceiver(receiverPort, noted);
    let broker = await startBroker(folder, { port });
    const ids: string[] = [];
    for (let index = 0; index < subscriptions; index += 1)
      ids.push(await subscribe(broker.origin, { type: 'Updated' }, `${receiver.uri}?${index}`));
    const load = startUpdateLoad(() => broker.origin, { entities: 8 });
    for (let round = 0; round < rounds; round += 1) {
      const before = load.acknowledged();
      await until(() => load.acknowledged() > before + 20);
      await delay(Math.random() * 300);
      await broker.kill();
      broker = await startBroker(folder, { port });
    }
    const last = await load.stop();
    const arrivals = () => judgeArrivals(notedIn(noted), ids, last);
    await until(() => arrivals().missing.length === 0);
    const { arrived, duplicates, ...rest } = arrivals();
    expect(rest).toEqual({ missing: [], swaps: 0, unrecognisable: [] });
    process.stderr.write(
      `${rounds} kills of the broker under updates: ${load.acknowledged()} acknowledged, ` +
        `${arrived} notifications arrived, 0 missing, 0 swapped, ${duplicates} twice, each under its id\n`,
    );
    await Promise.all([broker.stop(), receiver.stop()]);
  },
  600_000 + rounds * 60_000,
);
