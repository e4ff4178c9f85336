import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { startBroker } from './support/built-programs.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

afterEach(killSpawned);

/** More by hand: `KILL_ROUNDS=50 npm run jest -- test/kill-retention`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 4);
const days = 20;
const perDay = 24 * 60;
const ID = 'urn:ngsi-ld:Meter:1';
const first = (Math.floor(Date.now() / 86_400_000) - 60) * 86_400_000;

async function provide(origin: string, day: number): Promise<void> {
  const level = Array.from({ length: perDay }, (_, minute) => ({
    ...{ type: 'Property', value: day },
    observedAt: new Date(first + day * 86_400_000 + minute * 60_000).toISOString(),
  }));
  const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/entities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: ID, type: 'Meter', level }),
  });
  expect([201, 204]).toContain(answer.status);
}

/** How many there are of each day, and what they come to. */
async function daily(origin: string) {
  const search = new URLSearchParams({
    ...{ format: 'aggregatedValues', aggrMethods: 'totalCount,sum', aggrPeriodDuration: 'P1D' },
    ...{ timerel: 'after', timeAt: new Date(first).toISOString() },
  });
  const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/entities/${ID}?${search}`);
  const { level } = (await answer.json()) as { level: Record<'totalCount' | 'sum', readonly unknown[]> };
  return level;
}

/** How many instances there are as they came. */
async function raw(origin: string): Promise<number> {
  const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/entities/${ID}?format=temporalValues`);
  if (answer.status === 404) return 0;
  const { level } = (await answer.json()) as { level: { values: readonly unknown[] } };
  return level.values.length;
}

/** Resolves when the process has begun, or when there is nothing left to do. */
async function rollingUp(origin: string): Promise<void> {
  for (let looks = 0; looks < 500; looks++) {
    const metrics = await (await fetch(`${origin}/metrics`)).text();
    if (/instances_left_total\{outcome="rolled_up"\} [1-9]/.test(metrics)) return;
    if (looks % 100 === 99 && (await raw(origin)) === 0) return;
    await delay(2);
  }
}

it(
  `kill -9 of the broker while instances are rolled up: each is in its day once, ${rounds} times`,
  async () => {
    const port = await freePort();
    const env = { TEMPORAL_PAGE_SIZE: '100000' };
    let broker = await startBroker(folder, { port, env });
    for (let day = 0; day < days; day++) await provide(broker.origin, day);
    const before = await daily(broker.origin);
    expect(before.totalCount).toHaveLength(days);
    const policy = await fetch(`${broker.origin}/admin/history-policies/meters`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'Meter', keepRaw: 'P20D', keepHourly: 'P50D', keepDaily: 'P9Y' }),
    });
    expect(policy.status).toBe(201);
    let underWay = 0;
    const all = days * perDay;
    for (let round = 0; round < rounds; round += 1) {
      await rollingUp(broker.origin);
      await delay(Math.random() * 20);
      await broker.kill();
      broker = await startBroker(folder, { port, env });
      const left = await raw(broker.origin);
      if (left > 0 && left < all) underWay++;
      expect(await daily(broker.origin)).toEqual(before);
    }
    const { origin } = broker;
    await eventually(async () => expect(await raw(origin)).toBe(0), 30_000);
    expect(await daily(origin)).toEqual(before);
    expect(underWay).toBeGreaterThan(0);
    process.stderr.write(
      `${rounds} kills while instances were rolled up, ${underWay} in the midst of it: none lost\n`,
    );
    await broker.stop();
  },
  60_000 + rounds * 15_000,
);
