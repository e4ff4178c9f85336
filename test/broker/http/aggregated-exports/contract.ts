import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatDateTime } from '../../../../broker/domain/date-time.ts';
import type { Json, JsonObject, Micros } from '../../../../broker/domain/entity.ts';
import type { Cutoffs } from '../../../../broker/domain/retention/history-policy.ts';
import { DAY, HOUR } from '../../../../broker/store/roll-ups.ts';
import { type BrokerUnderTestOptions, brokerUnderTest, ERRORS } from '../broker-under-test.ts';

const MINUTE: Micros = 60_000_000;
/** Midnight, in front of a month with 31 days. */
const START: Micros = Date.UTC(2026, 2, 1) * 1000;
const EXPORT = '/temporal/export';
const STATIONS = ['urn:ngsi-ld:Station:1', 'urn:ngsi-ld:Station:2'] as const;
const at3 = { type: 'Point', coordinates: [3, 51] };
const at4 = { type: 'Point', coordinates: [4, 51] };

const at = (minutes: number): string => formatDateTime(START + minutes * MINUTE);
const measured = (value: Json, minutes: number, more: JsonObject = {}): JsonObject => ({
  ...{ type: 'Property', value, observedAt: at(minutes) },
  ...more,
});
const range = (count: number) => Array.from({ length: count }, (_, n) => n);

/** A value in some of the minutes of thirty hours, and of some three weeks later, in two datasets. */
function manyLevels(seed: number): readonly JsonObject[] {
  const minutes = [...range(1800), ...range(300).map((n) => n + 24 * 1440)];
  return minutes
    .filter((n) => (n * 7919 + seed) % 8 === 0)
    .map((n) => measured((n * 31 + seed) % 97, n, n % 3 === 0 ? { datasetId: 'urn:d:b' } : {}));
}

/** The aggregated values of a Station, each with what it is of. */
function valuesOf({ id, level }: JsonObject): readonly string[] {
  return ([level].flat() as readonly JsonObject[]).flatMap(({ type: _, datasetId, ...methods }) =>
    Object.entries(methods).flatMap(([method, values]) =>
      (values as [number, string, string][]).map(([value, start, end]) =>
        JSON.stringify([id, datasetId, start, end, method, value.toPrecision(9)]),
      ),
    ),
  );
}

/** Aggregated values are exported, however many periods there are and whatever was rolled up. */
export function aggregatedExportsContract(title: string, options: BrokerUnderTestOptions): void {
  describe(`exports of aggregated values, on ${title}`, () => {
    const broker = brokerUnderTest(options);

    const provide = async (entity: JsonObject): Promise<void> => {
      await broker.api.post('/temporal/entities').send(entity).expect(201);
    };
    const retain = async (id: string, cutoffs: Cutoffs, only?: string): Promise<void> => {
      const { rollUps } = broker.store.of('').temporal;
      const cutoffsOf = (attribute: string) =>
        only === undefined || attribute.endsWith(only) ? cutoffs : undefined;
      while (!(await rollUps.retain(id, cutoffsOf)).isDone);
    };
    const exported = async (search: string, format = 'csv') => {
      const response = await fetch(broker.api.get(`${EXPORT}?format=${format}&${search}`).url);
      expect(response.status).toBe(200);
      return { text: await response.text(), warning: response.headers.get('ngsild-warning') };
    };
    const recordsOf = async (search: string) => (await exported(search)).text.trimEnd().split('\r\n');
    const linesOf = async (search: string): Promise<readonly JsonObject[]> => {
      const { text } = await exported(search, 'ndjson');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    };

    beforeAll(async () => {
      await provide({
        ...{ id: 'urn:x:bus', type: 'Bus' },
        speed: [
          measured(30, 10, { unitCode: 'KMH' }),
          measured(40, 20, { unitCode: 'KMH' }),
          measured(25, 70, { unitCode: 'KMH' }),
          measured(15, 80, { unitCode: 'HM' }),
        ],
        doors: [measured(2, 15), measured(1, 25, { datasetId: 'urn:d:left' }), measured('jammed', 75)],
        line: [measured('12', 5)],
        location: [
          { type: 'GeoProperty', value: at3, observedAt: at(0) },
          { type: 'GeoProperty', value: at4, observedAt: at(30) },
        ],
      });
      for (const [seed, id] of STATIONS.entries())
        await provide({ id, type: 'Station', level: manyLevels(seed) });
    });

    it('have a record each period, Attribute and dataset, and where the Entity was when it began', async () => {
      const search = `type=Bus&attrs=speed,doors&aggrMethods=avg,totalCount&aggrPeriodDuration=PT1H&timerel=after&timeAt=${at(0)}`;
      const [names, ...records] = await recordsOf(search);
      expect(names).toBe('entityId,type,attribute,datasetId,start,end,avg,totalCount,unitCode,lon,lat');
      const first = `${at(0)},${at(60)}`;
      const second = `${at(60)},${at(120)}`;
      expect([...records].sort()).toEqual([
        `urn:x:bus,Bus,doors,,${first},2,1,,3,51`,
        `urn:x:bus,Bus,doors,,${second},,1,,4,51`,
        `urn:x:bus,Bus,doors,urn:d:left,${first},1,1,,3,51`,
        `urn:x:bus,Bus,speed,,${first},35,2,KMH,3,51`,
        `urn:x:bus,Bus,speed,,${second},20,2,,4,51`,
      ]);
      const starts = records.map((record) => record.split(',')[4]);
      expect(starts).toEqual([...starts].sort());
    });

    it('are those of the calendar where the time range has no begin', async () => {
      const search = 'type=Bus&attrs=speed&aggrMethods=max&aggrPeriodDuration=';
      const spans = async (duration: string) =>
        (await linesOf(search + duration)).map(({ start, end, max }) => [start, end, max]);
      expect(await spans('P1D')).toEqual([[at(0), at(1440), 40]]);
      // The first of March was a Sunday.
      expect(await spans('P1W')).toEqual([[at(-6 * 1440), at(1440), 40]]);
      expect(await spans('P1M')).toEqual([[at(0), at(31 * 1440), 40]]);
      expect(await spans('P1Y')).toEqual([['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', 40]]);
      expect(await spans('PT0S')).toEqual([[at(10), at(80), 40]]);
    });

    it('have a row each period and dataset in the wide shape, with a column each Attribute and method', async () => {
      const search = `type=Bus&attrs=speed,doors&aggrMethods=min,max&aggrPeriodDuration=PT1H&shape=wide`;
      expect(await recordsOf(search)).toEqual([
        'entityId,type,datasetId,start,end,speed_min,speed_max,doors_min,doors_max,lon,lat',
        `urn:x:bus,Bus,,${at(0)},${at(60)},30,40,2,2,3,51`,
        `urn:x:bus,Bus,urn:d:left,${at(0)},${at(60)},,,1,1,3,51`,
        `urn:x:bus,Bus,,${at(60)},${at(120)},15,25,jammed,jammed,4,51`,
      ]);
    });

    it('are Features that lie where the Entity was', async () => {
      const search = 'type=Bus&attrs=speed&aggrMethods=sum&aggrPeriodDuration=PT1H';
      const { features } = JSON.parse((await exported(search, 'geojson')).text);
      expect(features.map(({ geometry }: JsonObject) => geometry)).toEqual([at3, at4]);
      expect(features[0]).toEqual({
        type: 'Feature',
        geometry: at3,
        properties: {
          ...{ entityId: 'urn:x:bus', type: 'Bus', attribute: 'speed', unitCode: 'KMH' },
          ...{ start: at(0), end: at(60), sum: 70 },
        },
      });
    });

    it('are the same as in queries, however many they are and whatever was rolled up', async () => {
      const interval = `timerel=between&timeAt=${at(0)}&endTimeAt=${at(26 * 1440)}`;
      const aggregation = (duration: string) =>
        `attrs=level&aggrMethods=totalCount,sum,avg,min,max&aggrPeriodDuration=${duration}&${interval}`;
      const asked = async (duration: string) => {
        const search = `${aggregation(duration)}&format=aggregatedValues`;
        const answers = STATIONS.map((id) =>
          broker.api.get(`/temporal/entities/${id}?${search}`).expect(200),
        );
        return (await Promise.all(answers)).flatMap(({ body }) => valuesOf(body)).sort();
      };
      const given = async (duration: string) => {
        const lines = await linesOf(`type=Station&${aggregation(duration)}`);
        return lines
          .flatMap(({ entityId, type: _, attribute: _level, datasetId, start, end, ...methods }) =>
            Object.entries(methods).map(([method, value]) =>
              JSON.stringify([entityId, datasetId, start, end, method, (value as number).toPrecision(9)]),
            ),
          )
          .sort();
      };
      for (const duration of ['PT1M', 'P1M'])
        expect([duration, await given(duration)]).toEqual([duration, await asked(duration)]);
      const before = { hours: await given('PT1H'), days: await given('P1D') };
      broker.clock.advance(2 * HOUR);
      for (const id of STATIONS)
        await retain(id, { raw: START + 28 * HOUR, hourly: START + DAY, daily: START }, 'level');
      expect(await given('P1D')).toEqual(before.days);
      for (const duration of ['PT7M', 'PT0S'])
        expect([duration, await given(duration)]).toEqual([duration, await asked(duration)]);
      const hours = await given('PT1H');
      expect(hours.filter((hour) => before.hours.includes(hour)).length).toBeGreaterThan(100);
    }, 120_000);

    it('of what was rolled up have its units, and its own periods where these are longer, with a warning', async () => {
      const id = 'urn:ngsi-ld:Meter:1';
      const inUnit = (n: number) => measured(n, n * 20, { unitCode: n < 3 ? 'LTR' : 'MTQ' });
      await provide({ id, type: 'Meter', flow: range(9).map(inUnit) });
      broker.clock.advance(2 * HOUR);
      await retain(id, { raw: START + 2 * HOUR, hourly: START });
      await broker.api
        .post(`/temporal/entities/${id}/attrs`)
        .send({ flow: [measured(100, 30, { unitCode: 'LTR' }), measured(1, 90)] })
        .expect(204);
      const search = 'type=Meter&aggrMethods=sum,distinctCount&aggrPeriodDuration=';
      const short = await linesOf(`${search}PT1H`);
      expect(short.map(({ start, sum, unitCode }) => [start, sum, unitCode])).toEqual([
        [at(0), 103, 'LTR'],
        [at(60), 13, undefined],
        [at(120), 21, 'MTQ'],
      ]);
      const finer = await linesOf(`${search}PT30M`);
      expect(finer.map(({ start, end, sum, unitCode }) => [start, end, sum, unitCode])).toEqual([
        [at(0), at(60), 3, 'LTR'],
        [at(30), at(60), 100, 'LTR'],
        [at(60), at(120), 12, 'MTQ'],
        [at(90), at(120), 1, undefined],
        [at(120), at(150), 13, 'MTQ'],
        [at(150), at(180), 8, 'MTQ'],
      ]);
      const { warning } = await exported(`${search}PT30M`);
      expect(warning).toContain('199 - "some values were rolled up to longer periods than asked for');
      expect(warning).toContain('distinctCount is missing');
      expect((await exported('type=Bus&aggrMethods=sum&aggrPeriodDuration=PT30M')).warning).toBeNull();
    });

    it('are those of Entities too of which all was rolled up', async () => {
      const id = 'urn:ngsi-ld:Pump:1';
      await provide({ id, type: 'Pump', flow: [measured(1, 10), measured(2, 40)] });
      broker.clock.advance(2 * HOUR);
      await retain(id, { raw: START + DAY, hourly: START });
      expect(await linesOf('type=Pump&aggrMethods=avg&aggrPeriodDuration=PT1H')).toEqual([
        { entityId: id, type: 'Pump', attribute: 'flow', start: at(0), end: at(60), avg: 1.5 },
      ]);
    });

    it.each([
      ['aggrMethods=median', 'BadRequestData', 'aggrMethods has "median"'],
      ['aggrPeriodDuration=PT1H', 'BadRequestData', 'needs aggrMethods'],
      ['aggrMethods=avg&aggrPeriodDuration=1h', 'BadRequestData', 'no duration of ISO 8601'],
      ['aggrMethods=avg&shape=wide', 'BadRequestData', 'shape=wide needs attrs'],
      ['aggrMethods=min,avg&attrs=line', 'InvalidRequest', 'avg, which is not for the Attribute line'],
    ])('are refused by ?%s', async (search, type, detail) => {
      const { body } = await broker.api.get(`${EXPORT}?type=Bus&${search}`).expect(400);
      expect([body.type, body.detail]).toEqual([ERRORS + type, expect.stringContaining(detail)]);
    });
  });
}
