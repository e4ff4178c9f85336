import { afterEach, expect, it } from '@jest/globals';
import { type BuiltProgram, startBroker } from './support/built-programs.ts';
import { closeEventStreams, type EventStream, openEventStream } from './support/event-stream.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { createEntity, subscribe } from './support/ngsi-ld-client.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

afterEach(() => {
  closeEventStreams();
  return killSpawned();
});

/** More by hand: `KILL_ROUNDS=20 npm run jest -- test/kill-streams`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3);
const clients = 16;
/** Notifications shown in a round after which the broker is killed in the middle of others. */
const shownBeforeKill = 40;

/** The ids of the Entities that notifications told of. */
function toldBy(stream: EventStream): readonly string[] {
  return stream.notifications().map((body) => (body['data'] as [{ readonly id: string }])[0].id);
}

/** Creates Entities from many clients at once until the reader has seen enough and the broker is gone. */
async function createUntilKilled(
  broker: BuiltProgram,
  stream: EventStream,
  nextNumber: () => number,
): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  let isGone = false;
  const client = async (): Promise<void> => {
    while (!isGone) {
      const number = nextNumber();
      const status = await createEntity(broker.origin, number).catch(() => 'gone' as const);
      if (status === 'gone') return;
      expect(status).toBe(201);
      acknowledged.push(`urn:ngsi-ld:Killed:${number}`);
      if (isGone || stream.notifications().length < shownBeforeKill) continue;
      isGone = true;
      await broker.kill();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return acknowledged;
}

it(
  `kill -9 of the broker in the middle of a live stream loses nothing of it, ${rounds} times`,
  async () => {
    const port = await freePort();
    let broker = await startBroker(folder, { port });
    const id = await subscribe(broker.origin, { type: 'Killed' }, 'urn:carillon:stream');
    const url = `${broker.origin}/streams/${id}`;
    const acknowledged: string[] = [];
    const told: string[] = [];
    let stream = await openEventStream(url);
    let number = 0;
    for (let round = 0; round < rounds; round += 1) {
      const created = await createUntilKilled(broker, stream, () => {
        number += 1;
        return number;
      });
      acknowledged.push(...created);
      await eventually(() => expect(stream.hasEnded()).toBe(true));
      told.push(...toldBy(stream));
      broker = await startBroker(folder, { port });
      stream = await openEventStream(url, { 'Last-Event-ID': stream.lastEventId() as string });
    }
    await eventually(() => {
      const all = new Set([...told, ...toldBy(stream)]);
      expect(acknowledged.filter((entity) => !all.has(entity))).toEqual([]);
    });
    const all = [...told, ...toldBy(stream)];
    expect(all).toHaveLength(new Set(all).size);
    expect(stream.events.map(({ event }) => event)).not.toContain('gap');
    // Nothing was sent, so nothing failed.
    const answer = await fetch(`${broker.origin}/ngsi-ld/v1/subscriptions/${id}`);
    const { notification } = (await answer.json()) as { notification: Record<string, unknown> };
    expect(notification['timesFailed']).toBeUndefined();
    expect(await broker.stop('SIGTERM')).toBe(0);
    await eventually(() => expect(stream.hasEnded()).toBe(true));
  },
  600_000 + rounds * 60_000,
);
