import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { startBroker } from './support/built-programs.ts';
import { freePort } from './support/free-port.ts';
import { createEntity, subscribe } from './support/ngsi-ld-client.ts';
import { notedIn, startReceiver, until } from './support/notifications.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

afterEach(killSpawned);

const creates = 100;

it('a receiver that is killed in the middle of its notifications and comes back gets all of them', async () => {
  const noted = join(folder, 'notifications');
  const receiverPort = await freePort();
  const first = await startReceiver(receiverPort, noted);
  const broker = await startBroker(folder);
  await subscribe(broker.origin, { type: 'Killed' }, first.uri);

  const statuses: number[] = [];
  for (let number = 1; number <= creates; number += 1) {
    statuses.push(await createEntity(broker.origin, number));
    if (number === creates / 2) await first.kill();
  }
  expect(new Set(statuses)).toEqual(new Set([201]));
  const before = notedIn(noted).length;
  expect(before).toBeLessThan(creates);

  const second = await startReceiver(receiverPort, noted);
  const arrived = (): number => new Set(notedIn(noted).map(({ data }) => data[0]?.id)).size;
  await until(() => arrived() === creates);
  expect(arrived()).toBe(creates);
  await Promise.all([broker.stop(), second.stop()]);
});
