import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatDateTime } from '../../../../broker/domain/date-time.ts';
import type { JsonObject } from '../../../../broker/domain/entity.ts';
import type { Cutoffs } from '../../../../broker/domain/retention/history-policy.ts';
import { DAY, HOUR } from '../../../../broker/store/roll-ups.ts';
import { type BrokerUnderTestOptions, brokerUnderTest } from '../broker-under-test.ts';

const START = Date.UTC(2026, 2, 1) * 1000;
const at = (hours: number): string => formatDateTime(START + hours * HOUR);
const ID = 'urn:ngsi-ld:Lamp:1';
const OLD = 'urn:ngsi-ld:Meter:1';
const LIST = '/temporal/entities';
const since = (hours: number): string => `timerel=after&timeAt=${at(hours)}`;

/** Answers say where instances of their time were rolled up or dropped, and no others do. */
export function goneInstancesContract(title: string, options: BrokerUnderTestOptions): void {
  describe(`answers of a time of which instances are gone, on ${title}`, () => {
    const broker = brokerUnderTest(options);

    const retain = async (id: string, cutoffs: Cutoffs, name: string): Promise<void> => {
      const { rollUps } = broker.store.of('').temporal;
      while (
        !(await rollUps.retain(id, (attribute) => (attribute.endsWith(name) ? cutoffs : undefined))).isDone
      );
    };
    const warningOf = async (url: string): Promise<string> => {
      const { status, headers } = await broker.api.get(url);
      expect([200, 206]).toContain(status);
      return headers['ngsild-warning'] ?? 'none';
    };
    const rolledUp = expect.stringMatching(/^199 - "some instances of this time were rolled up[^"]+"$/);
    const dropped = expect.stringMatching(/^199 - "some instances of this time were older[^"]+"$/);

    beforeAll(async () => {
      const each = (more: JsonObject = {}) =>
        Array.from({ length: 10 }, (_, hour) => ({
          type: 'Property',
          value: hour,
          observedAt: at(hour),
          ...more,
        }));
      const lamp = { id: ID, type: 'Lamp', level: each(), power: each(), color: each() };
      await broker.api.post(LIST).send(lamp).expect(201);
      await broker.api.post(LIST).send({ id: OLD, type: 'Meter', flow: each() }).expect(201);
      await broker.api.post(LIST).send({ id: 'urn:ngsi-ld:Lamp:2', type: 'Lamp', color: each() }).expect(201);
      broker.clock.advance(2 * HOUR);
      await retain(ID, { raw: START + 4 * HOUR, hourly: START }, 'level');
      await retain(ID, { raw: START + 2 * HOUR }, 'power');
      await retain(OLD, { raw: START + 20 * HOUR, hourly: START }, 'flow');
    });

    it.each([
      ['of an Attribute that was rolled up', `${LIST}/${ID}?attrs=level`, rolledUp],
      ['of one that was dropped', `${LIST}/${ID}?attrs=power&format=temporalValues`, dropped],
      ['of an interval that begins before', `${LIST}/${ID}?attrs=level&${since(3)}`, rolledUp],
      [
        'by modifiedAt',
        `${LIST}/${ID}?attrs=level&timerel=after&timeAt=${at(9)}&timeproperty=modifiedAt`,
        rolledUp,
      ],
      [
        'that q would see',
        `${LIST}?type=Lamp&attrs=color&q=power==5&${since(1)}`,
        expect.stringContaining('"q, the'),
      ],
      ['with no more than has its place', `${LIST}/${ID}?attrs=level&lastN=7`, rolledUp],
      ['of Entities that are not there since all was', `${LIST}?type=Meter&${since(0)}`, rolledUp],
      [
        'with aggregated values that lack what was dropped',
        `${LIST}/${ID}?attrs=power&aggrMethods=sum`,
        dropped,
      ],
      ['in exports', '/temporal/export?type=Lamp&attrs=level', rolledUp],
      ['in exports of aggregated values', '/temporal/export?type=Lamp&attrs=power&aggrMethods=sum', dropped],
    ])('say so %s', async (_, url, warning) => {
      expect(await warningOf(url)).toEqual(warning);
    });

    it.each([
      ['of another Attribute', `${LIST}/${ID}?attrs=color`],
      ['of another Entity', `${LIST}/urn:ngsi-ld:Lamp:2`],
      ['of a later interval', `${LIST}/${ID}?attrs=level&${since(4)}`],
      ['of an earlier interval', `${LIST}?type=Lamp&timerel=before&timeAt=${at(0)}`],
      ['that end with the last instances', `${LIST}/${ID}?attrs=level&lastN=6`],
      ['with aggregated values of what was rolled up', `${LIST}/${ID}?attrs=level&aggrMethods=sum`],
      ['without Attributes', `${LIST}/${ID}?pick=id,type`],
      ['in exports of a later interval', `/temporal/export?type=Lamp&${since(4)}`],
      ['in exports of other Attributes', '/temporal/export?type=Lamp&attrs=color'],
      ['in exports of what was rolled up', '/temporal/export?type=Lamp&attrs=level&aggrMethods=sum'],
    ])('say nothing %s', async (_, url) => {
      expect(await warningOf(url)).toBe('none');
    });

    it('name the remedy where nothing is left', async () => {
      const { status, body } = await broker.api.get(`${LIST}/${OLD}?attrs=flow&${since(0)}`);
      expect([status, body.detail]).toEqual([404, expect.stringContaining('were rolled up: aggrMethods')]);
    });
  });

  describe(`a station whose place and first values got too old, on ${title}`, () => {
    const broker = brokerUnderTest(options);
    const DAYS = 60;
    const search = '/temporal/export?type=Station&attrs=level';
    const hourly = `${search}&aggrMethods=totalCount&aggrPeriodDuration=PT1H`;

    const measured = (value: number, hours: number) => ({
      level: { type: 'Property', value, observedAt: at(hours) },
    });
    const exported = async (url: string) => {
      const response = await fetch(broker.api.get(url).url);
      const [, ...records] = (await response.text()).trimEnd().split('\r\n');
      return { records, warning: response.headers.get('ngsild-warning') };
    };

    beforeAll(async () => {
      const location = { type: 'GeoProperty', value: { type: 'Point', coordinates: [3, 51] } };
      const station = { id: OLD, type: 'Station', location, ...measured(1, 1) };
      await broker.api.post('/entities').send(station).expect(201);
      broker.clock.advance(DAYS * DAY);
      await broker.api
        .patch(`/entities/${OLD}/attrs`)
        .send(measured(2, DAYS * 24))
        .expect(204);
      const { rollUps } = broker.store.of('').temporal;
      // What was set on 1 June, by its modifiedAt.
      const cutoffs = { raw: START + 120 * DAY, hourly: START };
      const old = { raw: START + DAY, hourly: START };
      const cutoffsOf = (attribute: string) => (attribute.endsWith('location') ? cutoffs : old);
      while (!(await rollUps.retain(OLD, cutoffsOf)).isDone);
    });

    it('is where it is now', async () => {
      for (const url of [search, hourly]) {
        const places = (await exported(url)).records.map((record) => record.split(',').slice(-2));
        expect(places.length).toBeGreaterThan(0);
        expect(places.every((place) => place.join() === '3,51')).toBe(true);
      }
    });

    it('is where it was first known to be before that, if places that were observed got too old', async () => {
      const id = 'urn:ngsi-ld:Bus:1';
      const location = [0, 24, 48].map((hours) => ({
        ...{ type: 'GeoProperty', value: { type: 'Point', coordinates: [hours, 51] } },
        observedAt: at(hours),
      }));
      const speed = [0, 24, 48].map((hours) => ({ type: 'Property', value: 30, observedAt: at(hours) }));
      await broker.api.post(LIST).send({ id, type: 'Bus', location, speed }).expect(201);
      broker.clock.advance(2 * HOUR);
      const cutoffs = { raw: START + 30 * HOUR, hourly: START };
      while (!(await broker.store.of('').temporal.rollUps.retain(id, () => cutoffs)).isDone);
      const daily = '/temporal/export?type=Bus&attrs=speed&aggrMethods=avg&aggrPeriodDuration=P1D';
      const { records, warning } = await exported(daily);
      expect(records.map((record) => record.split(',').at(-2))).toEqual(['48', '48', '48']);
      expect(warning).toMatch(/^199 - "some places of this time were older[^"]+"$/);
      expect((await exported(`${daily}&${since(31)}`)).warning).toBeNull();
    });

    it('lacks nothing that was never observed in aggregates by observedAt', async () => {
      const { records, warning } = await exported(hourly.replace('&attrs=level', ''));
      expect([records.length, warning]).toEqual([2, null]);
      await broker.api.get(`${LIST}/${OLD}?attrs=location&aggrMethods=totalCount&${since(0)}`).expect(404);
    });

    it('lacks what was rolled up by another time than it is asked by', async () => {
      const leftOut = expect.stringContaining('values that were rolled up are left out');
      expect((await exported(`${hourly}&timeproperty=createdAt`)).warning).toEqual(leftOut);
      const modified = `timeproperty=modifiedAt&timerel=after&timeAt=2026-06-01T00:00:00Z`;
      expect((await exported(`${hourly}&${modified}`)).warning).toEqual(leftOut);
      expect((await exported(`${hourly.replace('level', 'location')}&${modified}`)).warning).toBeNull();
    });
  });

  describe(`answers of many Entities, on ${title}`, () => {
    const broker = brokerUnderTest(options);

    it('say so where q would see what only one of them has lost, however late it came', async () => {
      const last = 'urn:ngsi-ld:Meter:40';
      const flow = [1, 2, 3].map((hour) => ({ type: 'Property', value: 50 + hour, observedAt: at(hour) }));
      for (let n = 1; n <= 40; n++) {
        await broker.api
          .post(LIST)
          .send({ id: `urn:ngsi-ld:Meter:${n}`, type: 'Meter', flow })
          .expect(201);
      }
      broker.clock.advance(2 * HOUR);
      const warnings = async (search: string) => {
        const { headers, body } = await broker.api
          .get(`${LIST}?type=Meter&${since(0)}&${search}`)
          .expect(200);
        return [headers['ngsild-warning'], body];
      };
      expect(await warnings('q=flow<50')).toEqual([undefined, []]);
      await broker.store.of('').temporal.rollUps.retain(last, () => ({ raw: START + 2 * HOUR }));
      expect(await warnings('q=flow<50')).toEqual([expect.stringContaining('"q, the'), []]);
      expect(await warnings('q=other<50')).toEqual([undefined, []]);
    });
  });

  describe(`parts of a time range of which instances are gone, on ${title}`, () => {
    const broker = brokerUnderTest({ ...options, pageSize: 3 });

    it('say so where they reach it', async () => {
      const level = Array.from({ length: 12 }, (_, hour) => ({
        ...{ type: 'Property', value: hour },
        observedAt: at(hour),
      }));
      await broker.api.post(LIST).send({ id: ID, type: 'Lamp', level }).expect(201);
      broker.clock.advance(2 * HOUR);
      await broker.store.of('').temporal.rollUps.retain(ID, () => ({ raw: START + 3 * HOUR }));
      const statusAndWarning = async (search: string) => {
        const { status, headers } = await broker.api.get(`${LIST}/${ID}?${search}`);
        return [status, headers['ngsild-warning'] !== undefined];
      };
      expect(await statusAndWarning(since(0))).toEqual([206, true]);
      expect(await statusAndWarning(since(6))).toEqual([206, false]);
      expect(await statusAndWarning(`${since(0)}&lastN=20`)).toEqual([206, false]);
      const oldest = `timerel=between&timeAt=${at(0)}&endTimeAt=${at(5)}&lastN=20`;
      expect(await statusAndWarning(oldest)).toEqual([200, true]);
    });
  });
}
