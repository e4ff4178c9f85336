import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';

/** An Entity with an old history, which policies are about. */
const METER = 'urn:ngsi-ld:Meter:1';

const DAY = 86_400_000;
const headers = { 'content-type': 'application/json' };

/** The midnight, in milliseconds, before which its days begin: 60 of them ago. */
export const firstDay = (Math.floor(Date.now() / DAY) - 60) * DAY;

/** Adds so many values, all of them the number of the day, to one of its days. */
export async function provideDay(origin: string, day: number, perDay: number): Promise<void> {
  const level = Array.from({ length: perDay }, (_, n) => ({
    ...{ type: 'Property', value: day },
    observedAt: new Date(firstDay + day * DAY + (n * DAY) / perDay).toISOString(),
  }));
  const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/entities`, {
    ...{ method: 'POST', headers },
    body: JSON.stringify({ id: METER, type: 'Meter', level }),
  });
  expect([201, 204]).toContain(answer.status);
}

/** How many values there are of each day, and what they come to. */
export async function countDays(origin: string): Promise<DayCounts> {
  const search = new URLSearchParams({
    ...{ format: 'aggregatedValues', aggrMethods: 'totalCount,sum', aggrPeriodDuration: 'P1D' },
    ...{ timerel: 'after', timeAt: new Date(firstDay).toISOString() },
  });
  const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/entities/${METER}?${search}`);
  expect(answer.status).toBe(200);
  const { level } = (await answer.json()) as { level: DayCounts };
  return level;
}

/** Numbers, each with the start and the end of its day. */
export type DayCounts = Readonly<
  Record<'totalCount' | 'sum', readonly (readonly [number, string, string])[]>
>;

/** How many values are there as they came; `TEMPORAL_PAGE_SIZE` has to be larger. */
export async function countRaw(origin: string): Promise<number> {
  const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/entities/${METER}?format=temporalValues`);
  if (answer.status === 404) return 0;
  expect(answer.status).toBe(200);
  // Where all is rolled up, the Entity is there and has no instance.
  const { level } = (await answer.json()) as { level?: { values: readonly unknown[] } };
  return level?.values.length ?? 0;
}

/** Sets the policy for meters. */
export async function putMeterPolicy(origin: string, kept: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(`${origin}/admin/history-policies/meters`, {
    ...{ method: 'PUT', headers },
    body: JSON.stringify({ type: 'Meter', ...kept }),
  });
  expect([201, 204]).toContain(answer.status);
}

/** Resolves to that of these brokers which has begun to roll up or to drop, to undefined where none has in ten seconds. */
export async function retaining(origins: readonly string[]): Promise<string | undefined> {
  for (let looks = 0; looks < 2000; looks++) {
    for (const origin of origins) {
      const metrics = await (await fetch(`${origin}/metrics`)).text();
      if (/instances_left_total\{outcome="(?:rolled_up|dropped)"\} [1-9]/.test(metrics)) return origin;
    }
    await delay(5);
  }
  return undefined;
}
