import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, CITY_CONTEXT, contextLink, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();
const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, '0')}:00:00Z`;
const DAY = `timerel=between&timeAt=${at(0)}&endTimeAt=2026-05-02T00:00:00Z`;
const EXPORT = '/temporal/export';

const at4 = { type: 'Point', coordinates: [4, 51] };
const at5 = { type: 'Point', coordinates: [5, 51] };
const level = (value: unknown, hour: number, more: object = {}) => ({ value, observedAt: at(hour), ...more });

async function provide(entity: object): Promise<void> {
  await broker.api.post('/temporal/entities').send(entity).expect(201);
}

async function textOf(search: string, accept = 'text/csv'): Promise<string> {
  const { body } = await broker.api
    .get(`${EXPORT}?${search}`)
    .set('Accept', accept)
    .buffer(true)
    .parse((response, done) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => done(null, Buffer.concat(parts)));
    })
    .expect(200);
  return String(body);
}

/** The cells of each record behind the names; none of them is quoted. */
async function recordsOf(search: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const [names = '', ...records] = (await textOf(search)).trimEnd().split('\r\n');
  return records.map((record) => {
    const cells = record.split(',');
    return Object.fromEntries(names.split(',').map((name, index) => [name, cells[index] ?? '']));
  });
}

beforeAll(async () => {
  await provide({
    id: 'urn:x:bus',
    type: 'Bus',
    speed: [level(30, 6, { unitCode: 'KMH' }), level(40, 8), level('=1+1', 9)],
    line: [level('12', 6), level('13', 8)],
    location: [
      { type: 'GeoProperty', value: at4, observedAt: at(5) },
      { type: 'GeoProperty', value: at5, observedAt: at(8) },
    ],
  });
  // A station tells its place once, without a time.
  await provide({
    id: 'urn:x:stop',
    type: 'Stop',
    location: { type: 'GeoProperty', value: at4 },
    waiting: [level(3, 7), level(4, 8), level(5, 9, { datasetId: 'urn:d:b' })],
  });
  await provide({
    id: 'urn:x:zone',
    type: 'Zone',
    location: { type: 'GeoProperty', value: { type: 'MultiPoint', coordinates: [[1, 2]] } },
    load: [level({ a: [1, 'é'] }, 7)],
  });
});

describe('GET /temporal/export', () => {
  it('gives a record each instance in CSV, with where the Entity was then', async () => {
    const records = await recordsOf(`type=Bus&attrs=speed&${DAY}`);
    expect(records.map(({ value, lon, lat }) => [value, lon, lat])).toEqual([
      ['30', '4', '51'],
      ['40', '5', '51'],
      ["'=1+1", '5', '51'],
    ]);
    expect(records[0]).toEqual({
      ...{ entityId: 'urn:x:bus', type: 'Bus', attribute: 'speed', datasetId: '', unitCode: 'KMH' },
      ...{ value: '30', lon: '4', lat: '51', observedAt: at(6), deletedAt: '' },
      createdAt: expect.stringMatching(/^2026-06-01T12/),
      modifiedAt: expect.stringMatching(/^2026-06-01T12/),
      instanceId: expect.stringMatching(/^urn:ngsi-ld:Instance:/),
    });
  });

  it('takes a place without a time for one that was always there', async () => {
    const records = await recordsOf(`type=Stop&attrs=waiting&${DAY}`);
    expect(records.map(({ datasetId, value, lon }) => [datasetId, value, lon])).toEqual([
      ['', '3', '4'],
      ['', '4', '4'],
      ['urn:d:b', '5', '4'],
    ]);
  });

  it('keeps to the interval and to q', async () => {
    const search = `type=Bus&attrs=speed&q=speed>35&timerel=after&timeAt=${at(8)}`;
    expect((await recordsOf(search)).map(({ value }) => value)).toEqual(['40', "'=1+1"]);
    expect(await recordsOf(`type=Bus&q=speed>99&${DAY}`)).toEqual([]);
  });

  it('exports what has no observedAt as well where no interval is named', async () => {
    const records = await recordsOf('type=Stop');
    expect(records.map(({ attribute }) => attribute).sort()).toEqual([
      'location',
      'waiting',
      'waiting',
      'waiting',
    ]);
  });

  it('tells where the Entity was when it was observed, also where no interval is named', async () => {
    const records = await recordsOf('type=Bus&attrs=speed');
    expect(records.map(({ observedAt, lon }) => [observedAt, lon])).toEqual([
      [at(6), '4'],
      [at(8), '5'],
      [at(9), '5'],
    ]);
  });

  it('gives a record each moment and dataset in the wide shape', async () => {
    const records = await recordsOf(`type=Bus,Stop&attrs=line,speed,waiting&shape=wide&${DAY}`);
    expect(records.map((record) => Object.values(record).join())).toEqual([
      `urn:x:bus,Bus,,${at(6)},12,30,,4,51`,
      `urn:x:bus,Bus,,${at(8)},13,40,,5,51`,
      `urn:x:bus,Bus,,${at(9)},,'=1+1,,5,51`,
      `urn:x:stop,Stop,,${at(7)},,,3,4,51`,
      `urn:x:stop,Stop,,${at(8)},,,4,4,51`,
      `urn:x:stop,Stop,urn:d:b,${at(9)},,,5,4,51`,
    ]);
  });

  it('lets Attributes be called like the place where no column is', async () => {
    const search = `type=Bus&attrs=speed,lat,entityId&shape=wide&format=ndjson&${DAY}`;
    expect((await textOf(search)).trimEnd().split('\n')).toHaveLength(3);
  });

  it('gives lines of NDJSON that temporal provision takes as they are', async () => {
    const search = `type=Bus&${DAY}`;
    const lines = (await textOf(search, 'application/x-ndjson')).trimEnd().split('\n');
    expect(lines.length).toBe(7);
    for (const line of lines) {
      const { status } = await broker.api
        .post('/temporal/entities')
        .set({ 'NGSILD-Tenant': 'copy', 'Content-Type': 'application/json' })
        .send(line);
      expect([201, 204]).toContain(status);
    }
    const url = `/temporal/entities/urn:x:bus?options=temporalValues&${DAY}`;
    const [copy, original] = await Promise.all([
      broker.api.get(url).set('NGSILD-Tenant', 'copy'),
      broker.api.get(url),
    ]);
    const byName = (body: JsonObject) => Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));
    expect(byName(copy.body)).toEqual(byName(original.body));
  });

  it('gives a FeatureCollection whose Features lie where the Entity was', async () => {
    const { features, type } = JSON.parse(
      await textOf(`type=Bus,Zone&attrs=line,load&${DAY}&format=geojson`),
    );
    expect(type).toBe('FeatureCollection');
    expect(features.map(({ geometry }: JsonObject) => geometry)).toEqual([
      at4,
      at5,
      { type: 'MultiPoint', coordinates: [[1, 2]] },
    ]);
    expect(features[2]).toMatchObject({
      type: 'Feature',
      properties: { entityId: 'urn:x:zone', attribute: 'load', value: { a: [1, 'é'] }, observedAt: at(7) },
    });
    const empty = await textOf('type=Nothing', 'application/geo+json');
    expect(JSON.parse(empty)).toEqual({ type: 'FeatureCollection', features: [] });
  });

  it('follows another GeoProperty, and names of the @context that a Link points to', async () => {
    await provide({
      ...{ id: 'urn:x:ship', type: 'Ship', 'https://city.example/temperature': [level(7, 6)] },
      berth: { type: 'GeoProperty', value: at5, observedAt: at(3) },
    });
    const response = await broker.api
      .get(`${EXPORT}?type=Ship&attrs=temp&geometryProperty=berth&${DAY}`)
      .set({ Accept: 'text/csv', Link: contextLink(CITY_CONTEXT) });
    expect(response.headers['link']).toContain(CITY_CONTEXT);
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(response.text).toContain('urn:x:ship,Ship,temp,,7,');
    expect(response.text.trimEnd()).toMatch(/,5,51$/);
  });

  it('is packed where that is accepted, and has no body for HEAD', async () => {
    const url = `${EXPORT}?type=Bus&${DAY}`;
    const plain = await textOf(`type=Bus&${DAY}`);
    const packed = await fetch(broker.api.get(url).url, { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.text()).toBe(plain);
    const head = await broker.api.head(url).expect(200);
    expect([head.headers['content-type'], head.text]).toEqual([
      'text/csv; charset=utf-8; header=present',
      undefined,
    ]);
  });

  it.each([
    ['', 'BadRequestData'],
    ['type=Bus&shape=wide', 'BadRequestData'],
    ['type=Bus&shape=round', 'BadRequestData'],
    ['type=Bus&pick=id,type', 'BadRequestData'],
    ['type=Bus&shape=wide&attrs=speed,lat', 'BadRequestData'],
    ['type=Bus&shape=wide&attrs=entityId&format=geojson', 'BadRequestData'],
    ['type=Bus&timeAt=2026-05-01T00:00:00Z', 'BadRequestData'],
    ['type=Bus&timerel=between&timeAt=2026-05-01T00:00:00Z', 'BadRequestData'],
    ['type=Bus&format=xlsx', 'InvalidRequest'],
    ['type=Bus&limit=3', 'InvalidRequest'],
  ])('refuses ?%s', async (search, type) => {
    const { body } = await broker.api.get(`${EXPORT}?${search}`).expect(400);
    expect(body.type).toBe(ERRORS + type);
  });

  it('refuses a media type that it does not have', async () => {
    const { body } = await broker.api.get(`${EXPORT}?type=Bus`).set('Accept', 'text/html').expect(406);
    expect(body.detail).toContain('text/csv, application/x-ndjson, application/geo+json');
  });
});
