import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { type BuiltProgram, startBroker } from './support/built-programs.ts';
import { freePorts } from './support/free-port.ts';
import { createEntity, subscribe } from './support/ngsi-ld-client.ts';
import { notedIn, startReceiver, until } from './support/notifications.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

afterEach(killSpawned);

/** More by hand: `KILL_ROUNDS=20 npm run jest -- test/kill-broker`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3);
const clients = 32;
const subscriptions = 20;
/** Acknowledged creates of a round after which the broker is killed in the middle of others. */
const createsBeforeKill = 60;

/** Creates entities from many clients at once until the broker is gone; gives the numbers of the acknowledged ones. */
async function createUntilKilled(broker: BuiltProgram, nextNumber: () => number): Promise<number[]> {
  const acknowledged: number[] = [];
  let isGone = false;
  const client = async (): Promise<void> => {
    while (!isGone) {
      const number = nextNumber();
      const status = await createEntity(broker.origin, number).catch(() => 'gone' as const);
      if (status === 'gone') return;
      expect(status).toBe(201);
      acknowledged.push(number);
      if (acknowledged.length === createsBeforeKill) {
        isGone = true;
        await broker.kill();
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return acknowledged;
}

/** The acknowledged entities of which the history knows no instance with the value written. */
async function withoutHistory(origin: string, numbers: readonly number[]): Promise<number[]> {
  const missing: number[] = [];
  for (const number of numbers) {
    const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Killed:${number}`);
    const entity = (await answer.json()) as { readonly count?: unknown };
    const [instance] = [entity.count].flat() as ({ readonly value?: number } | undefined)[];
    if (instance?.value !== number) missing.push(number);
  }
  return missing;
}

async function withoutEntity(origin: string, numbers: readonly number[]): Promise<number[]> {
  const missing: number[] = [];
  for (const number of numbers) {
    const answer = await fetch(`${origin}/ngsi-ld/v1/entities/urn:ngsi-ld:Killed:${number}`);
    const entity = (await answer.json()) as { readonly count?: { readonly value?: number } };
    if (entity.count?.value !== number) missing.push(number);
  }
  return missing;
}

it(
  `kill -9 of the broker during creates loses no acknowledged entity, history or notification, ${rounds} times`,
  async () => {
    const noted = join(folder, 'notifications');
    const [port = 0, receiverPort = 0] = await freePorts(2);
    const receiver = await startReceiver(receiverPort, noted);
    let broker = await startBroker(folder, { port });
    const ids: string[] = [];
    for (let index = 0; index < subscriptions; index += 1)
      ids.push(await subscribe(broker.origin, { type: 'Killed', q: `count>=-${index}` }, receiver.uri));

    const acknowledged: number[] = [];
    let number = 0;
    for (let round = 0; round < rounds; round += 1) {
      const created = await createUntilKilled(broker, () => {
        number += 1;
        return number;
      });
      acknowledged.push(...created);
      broker = await startBroker(folder, { port });
    }

    const due = ids.flatMap((id) => acknowledged.map((created) => `${id} urn:ngsi-ld:Killed:${created}`));
    const missing = (): string[] => {
      const arrived = new Set(
        notedIn(noted).map(({ subscriptionId, data }) => `${subscriptionId} ${data[0]?.id}`),
      );
      return due.filter((pair) => !arrived.has(pair));
    };
    await until(() => missing().length === 0);
    expect(missing()).toEqual([]);
    expect(await withoutEntity(broker.origin, acknowledged)).toEqual([]);
    expect(await withoutHistory(broker.origin, acknowledged)).toEqual([]);

    const arrivals = notedIn(noted);
    const duplicates = arrivals.length - new Set(arrivals.map(({ id }) => id)).size;
    process.stderr.write(
      `${rounds} kills of the broker: ${acknowledged.length} entities acknowledged, ${due.length} notifications due, ` +
        `0 missing, ${duplicates} of ${arrivals.length} arrived twice\n`,
    );
    await Promise.all([broker.stop(), receiver.stop()]);
  },
  600_000 + rounds * 60_000,
);
