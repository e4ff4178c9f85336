import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { HistoryKeeper } from '../../../broker/services/retention/history-keeper.ts';
import type { Retained } from '../../../broker/store/roll-ups.ts';
import {
  CITY_CONTEXT,
  type NotifyingBroker,
  type NotifyingBrokerOptions,
  notifyingBroker,
} from '../notifications/notifying-broker.ts';

const PATH = '/history-policies';
const HOUR = 3_600_000_000;
const CITY_LINK = `<${CITY_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;

async function put(
  { admin }: NotifyingBroker,
  name: string,
  body: JsonObject,
  link?: string,
): Promise<number> {
  const request = admin.put(`${PATH}/${name}`);
  if (link !== undefined) request.set('Link', link);
  return (await request.send(body)).status;
}

/** A broker with what keeps its history, which is asked by hand. */
async function withKeeper(
  options: NotifyingBrokerOptions & { keepRaw?: string; isOwner?: () => boolean } = {},
) {
  const broker = await notifyingBroker(options);
  const steps: Retained[] = [];
  const keeper = new HistoryKeeper({
    ...{ store: broker.store, now: broker.clock.now, isOwner: options.isOwner ?? (() => true) },
    fallback: options.keepRaw === undefined ? {} : { keepRaw: options.keepRaw },
    timers: { after: () => () => {} },
    log: { warn: () => {} },
    onStep: (step) => steps.push(step),
    pause: () => Promise.resolve(),
  });
  return { broker, keeper, steps };
}

/** Levels of a Lamp, one each quarter of an hour, up to the time of the broker's clock. */
async function provide({ api }: NotifyingBroker, hours: number, type = 'Lamp', id = 'urn:ngsi-ld:Lamp:1') {
  const level = Array.from({ length: hours * 4 }, (_, n) => ({
    ...{ type: 'Property', value: n },
    observedAt: new Date(Date.UTC(2026, 5, 1, 12 - hours, n * 15)).toISOString(),
  }));
  expect((await api.post('/temporal/entities').send({ id, type, level })).status).toBe(201);
}

async function levels({ api }: NotifyingBroker, id = 'urn:ngsi-ld:Lamp:1'): Promise<number | undefined> {
  const { body } = await api.get(`/temporal/entities/${id}?format=temporalValues`);
  return body.level?.values.length;
}

const aggregated = ({ api }: NotifyingBroker, more = '') =>
  api.get(
    `/temporal/entities/urn:ngsi-ld:Lamp:1?attrs=level&format=aggregatedValues&timerel=after&timeAt=2026-06-01T00:00:00Z${more}`,
  );

describe('/admin/history-policies', () => {
  it('are put, read, listed and removed by name', async () => {
    const broker = await notifyingBroker();
    const lamp = { type: 'Lamp', attribute: 'level', keepRaw: 'P30D', keepHourly: 'P1Y' };
    expect(await put(broker, 'lamps', lamp)).toBe(201);
    expect(await put(broker, 'all', { keepRaw: 'P90D' })).toBe(201);
    expect(await put(broker, 'lamps', { ...lamp, keepDaily: 'P9Y' })).toBe(204);
    const { body } = await broker.admin.get(PATH);
    expect(body).toEqual([
      { name: 'lamps', ...lamp, keepDaily: 'P9Y' },
      { name: 'all', keepRaw: 'P90D' },
    ]);
    expect((await broker.admin.get(`${PATH}/all`)).body).toEqual({ name: 'all', keepRaw: 'P90D' });
    expect((await broker.admin.delete(`${PATH}/all`)).status).toBe(204);
    expect((await broker.admin.delete(`${PATH}/all`)).status).toBe(404);
    expect((await broker.admin.get(`${PATH}/all`)).status).toBe(404);
  });

  it('have names of the @context, and are those of a tenant', async () => {
    const broker = await notifyingBroker();
    await broker.store.createTenant('city');
    expect(await put(broker, 'warm', { attribute: 'temp', keepRaw: 'P1D' }, CITY_LINK)).toBe(201);
    const { body } = await broker.admin.get(`${PATH}/warm`);
    expect(body).toEqual({ name: 'warm', attribute: 'https://city.example/temperature', keepRaw: 'P1D' });
    const inContext = await broker.admin.get(`${PATH}/warm`).set('Link', CITY_LINK);
    expect(inContext.body).toMatchObject({ attribute: 'temp' });
    expect((await broker.admin.get(PATH).set('NGSILD-Tenant', 'city')).body).toEqual([]);
  });

  it('are refused when they are wrong, with the reason', async () => {
    const { admin } = await notifyingBroker();
    const { status, body } = await admin.put(`${PATH}/x`).send({ keepRaw: '30 days' });
    expect([status, body.detail]).toEqual([400, expect.stringContaining('keepRaw is "30 days"')]);
    expect((await admin.put(`${PATH}/a%20b`).send({})).status).toBe(400);
    expect((await admin.get(PATH)).body).toEqual([]);
  });
});

describe('the history', () => {
  it('is kept within its policies, the most specific first, and for ever without', async () => {
    const { broker, keeper } = await withKeeper();
    await provide(broker, 10);
    await provide(broker, 10, 'Meter', 'urn:ngsi-ld:Meter:1');
    await keeper.look();
    expect(await levels(broker)).toBe(40);
    await put(broker, 'all', { keepRaw: 'PT5H' });
    await put(broker, 'meters', { type: 'Meter' });
    await keeper.look();
    expect(await levels(broker)).toBe(20);
    expect(await levels(broker, 'urn:ngsi-ld:Meter:1')).toBe(40);
  });

  it('is looked through once an hour, and after each change of a policy', async () => {
    const { broker, keeper, steps } = await withKeeper({ keepRaw: 'PT2H' });
    await provide(broker, 3);
    await keeper.look();
    expect(steps).toEqual([{ rolledUp: 0, dropped: 4, isDone: true }]);
    await keeper.look();
    expect(steps).toHaveLength(1);
    broker.clock.advance(HOUR);
    await keeper.look();
    expect(await levels(broker)).toBe(4);
    await put(broker, 'some', { attribute: 'other' });
    await keeper.look();
    expect(steps).toHaveLength(3);
  });

  it('is left to the process that owns it', async () => {
    let isOwner = false;
    const { broker, keeper } = await withKeeper({ keepRaw: 'PT1H', isOwner: () => isOwner });
    await provide(broker, 2);
    await keeper.look();
    expect(await levels(broker)).toBe(8);
    isOwner = true;
    await keeper.look();
    expect(await levels(broker)).toBe(4);
  });

  it('tells aggregated values as before, and where it cannot', async () => {
    const { broker, keeper } = await withKeeper();
    await provide(broker, 10);
    const hourly = '&aggrMethods=sum,max&aggrPeriodDuration=PT1H';
    const before = await aggregated(broker, hourly);
    await put(broker, 'all', { keepRaw: 'PT2H', keepHourly: 'P30D' });
    await keeper.look();
    expect(await levels(broker)).toBe(8);
    const after = await aggregated(broker, hourly);
    expect(after.body).toEqual(before.body);
    expect(after.headers).not.toHaveProperty('ngsild-warning');
    const finer = await aggregated(broker, '&aggrMethods=sum&aggrPeriodDuration=PT15M');
    expect(finer.body.level.sum[0]).toEqual([6, '2026-06-01T02:00:00Z', '2026-06-01T03:00:00Z']);
    expect(finer.headers['ngsild-warning']).toMatch(/^199 - "some values were rolled up to longer periods/);
    const distinct = await aggregated(broker, '&aggrMethods=distinctCount&aggrPeriodDuration=PT1H');
    expect(distinct.body.level.distinctCount).toHaveLength(2);
    expect(distinct.headers['ngsild-warning']).toMatch(/^199 - "distinctCount is missing/);
  });

  it('is found by queries for aggregated values when all of it was rolled up', async () => {
    const { broker, keeper } = await withKeeper();
    await provide(broker, 10);
    await put(broker, 'all', { keepRaw: 'PT1H', keepHourly: 'P30D' });
    broker.clock.advance(24 * HOUR);
    await keeper.look();
    const search = 'type=Lamp&timerel=after&timeAt=2026-06-01T00:00:00Z';
    expect((await broker.api.get(`/temporal/entities?${search}`)).body).toEqual([]);
    const { body } = await broker.api.get(
      `/temporal/entities?${search}&format=aggregatedValues&aggrMethods=totalCount`,
    );
    expect(body[0].level.totalCount[0][0]).toBe(40);
  });

  it('tells of periods and time ranges that cut an hour', async () => {
    const { broker, keeper } = await withKeeper();
    await provide(broker, 10);
    await put(broker, 'all', { keepRaw: 'PT2H', keepHourly: 'P30D' });
    await keeper.look();
    const counted = async (search: string) => {
      const answer = await broker.api.get(
        `/temporal/entities/urn:ngsi-ld:Lamp:1?attrs=level&format=aggregatedValues&aggrMethods=totalCount&${search}`,
      );
      const rows = answer.body.level.totalCount as readonly [number, string, string][];
      const times = rows.map(([count, start, end]) => [count, start.slice(11, 16), end.slice(11, 16)]);
      return { times, warning: answer.headers['ngsild-warning'] };
    };
    const coarser = expect.stringMatching(/reach beyond the time range: they stand with their own periods"$/);
    const cut = 'timerel=between&timeAt=2026-06-01T08:30:00Z&endTimeAt=2026-06-01T12:00:00Z';
    expect(await counted(`${cut}&aggrPeriodDuration=PT1H`)).toEqual({
      times: [
        [4, '08:00', '09:00'],
        [4, '09:00', '10:00'],
        [2, '09:30', '10:30'],
        [4, '10:30', '11:30'],
        [2, '11:30', '12:30'],
      ],
      warning: coarser,
    });
    expect(await counted(cut)).toEqual({
      times: [
        [4, '08:00', '09:00'],
        [12, '08:30', '12:00'],
      ],
      warning: coarser,
    });
    const end = 'timerel=between&timeAt=2026-06-01T08:00:00Z&endTimeAt=2026-06-01T09:30:00Z';
    expect(await counted(`${end}&aggrPeriodDuration=PT2H`)).toEqual({
      times: [
        [4, '08:00', '10:00'],
        [4, '09:00', '10:00'],
      ],
      warning: coarser,
    });
    expect(await counted('timerel=before&timeAt=2026-06-01T04:00:00Z')).toEqual({
      times: [[8, '02:00', '04:00']],
      warning: undefined,
    });
  });

  it('says where a query would have to see what was rolled up', async () => {
    const { broker, keeper } = await withKeeper();
    await provide(broker, 10);
    await put(broker, 'all', { keepRaw: 'PT2H', keepHourly: 'P30D' });
    await keeper.look();
    const query = (search: string) =>
      broker.api.get(
        `/temporal/entities?type=Lamp&timerel=after&timeAt=2026-06-01T00:00:00Z&format=aggregatedValues&aggrMethods=totalCount&${search}`,
      );
    const unjudged = /^199 - "q, the geoquery and scopeQ do not see values that were rolled up/;
    const missing = await query('q=level<5');
    expect([missing.status, missing.body]).toEqual([200, []]);
    expect(missing.headers['ngsild-warning']).toMatch(unjudged);
    const found = await query('q=level>35');
    expect(found.body[0].level.totalCount[0][0]).toBe(40);
    expect(found.headers['ngsild-warning']).toMatch(unjudged);
    expect((await query('q=other>1')).headers).not.toHaveProperty('ngsild-warning');
    const values = await broker.api.get(
      '/temporal/entities?type=Lamp&timerel=after&timeAt=2026-06-01T00:00:00Z&q=level>35',
    );
    expect(values.headers['ngsild-warning']).toContain('q, the geoquery and scopeQ do not see');
  });
});
