import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { startBroker } from './support/built-programs.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

afterEach(killSpawned);

/** More by hand: `KILL_ROUNDS=50 npm run jest -- test/kill-back-fill`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 4);
const entities = 2000;
const batch = 500;
/** Those that are changed while histories begin, from one end to the other. */
const changed = Array.from({ length: 8 }, (_, index) => index * 285);

const idOf = (index: number): string => `urn:ngsi-ld:Filled:${index}`;
const send = (url: string, method: string, body: unknown): Promise<number> =>
  fetch(url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).then(
    ({ status }) => status,
    () => 0,
  );

/** Entities whose count is -1, written while nothing was recorded. */
async function writeUnrecorded(port: number): Promise<void> {
  const broker = await startBroker(folder, { port, env: { HISTORY: 'off' } });
  for (let from = 0; from < entities; from += batch) {
    const some = Array.from({ length: batch }, (_, index) => ({
      ...{ id: idOf(from + index), type: 'Filled', count: { type: 'Property', value: -1 } },
    }));
    const status = await send(`${broker.origin}/ngsi-ld/v1/entityOperations/create`, 'POST', some);
    expect(status).toBe(201);
  }
  await broker.stop();
}

/** One client an Entity, which counts it up from 1; resolves to how far each came. */
function startCounting(origin: () => string) {
  let isStopping = false;
  const counts = new Map<string, number>();
  const clients = changed.map(async (index) => {
    const url = () => `${origin()}/ngsi-ld/v1/entities/${idOf(index)}/attrs`;
    for (let count = 1; !isStopping; count += 1) {
      while ((await send(url(), 'PATCH', { count: { type: 'Property', value: count } })) !== 204)
        await delay(20);
      counts.set(idOf(index), count);
      await delay(10);
    }
  });
  return {
    stop: async () => {
      isStopping = true;
      await Promise.all(clients);
      return counts;
    },
  };
}

/** What the history has of each Entity, in the order in which it was written. */
async function histories(origin: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/export?type=Filled&format=ndjson`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  const found = new Map<string, number[]>();
  for (const line of lines) {
    const { id, count } = JSON.parse(line);
    found.set(id, [...(found.get(id) ?? []), count[0].value]);
  }
  return found;
}

it(
  `kill -9 of the broker while histories begin: each has what was there and every change behind it, once, ${rounds} times`,
  async () => {
    const port = await freePort();
    await writeUnrecorded(port);
    let broker = await startBroker(folder, { port });
    const counting = startCounting(() => broker.origin);
    let unfinished = 0;
    for (let round = 0; round < rounds; round += 1) {
      await delay(Math.random() * 150);
      if (!broker.logs().includes('lack nothing more')) unfinished += 1;
      await broker.kill();
      broker = await startBroker(folder, { port });
    }
    // One that was killed at the very end leaves nothing to do, and nothing to say.
    await eventually(async () => expect((await histories(broker.origin)).size).toBe(entities));
    const counts = await counting.stop();
    const found = await histories(broker.origin);
    expect(found.size).toBe(entities);
    for (const [id, values] of found) {
      const due = Array.from({ length: counts.get(id) ?? 0 }, (_, index) => index + 1);
      expect([id, values]).toEqual([id, [-1, ...due]]);
    }
    process.stderr.write(
      `${rounds} kills while histories began, ${unfinished} before their end: 0 missing, 0 twice\n`,
    );
    await broker.stop();
  },
  600_000 + rounds * 60_000,
);
