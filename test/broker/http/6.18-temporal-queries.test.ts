import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatDateTime, requireDateTime } from '../../../broker/domain/date-time.ts';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();
const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, '0')}:00:00Z`;
const DAY = `timerel=between&timeAt=${at(0)}&endTimeAt=2026-05-02T00:00:00Z`;
const ROOT = '/temporal/entities';

const point = (longitude: number, hour: number): JsonObject => ({
  type: 'GeoProperty',
  value: { type: 'Point', coordinates: [longitude, 51] },
  observedAt: at(hour),
});
const level = (value: Json, hour: number): JsonObject => ({ value, observedAt: at(hour) });

async function provide(id: string, attributes: JsonObject, type: Json = 'Sensor'): Promise<void> {
  await broker.api
    .post(ROOT)
    .send({ id: `urn:s:${id}`, type, ...attributes })
    .expect(201);
}

/** The answer of a query for sensors within one day. */
async function find(search: string): Promise<readonly JsonObject[]> {
  const { body } = await broker.api.get(`${ROOT}?${search}&${DAY}`).expect(200);
  return body;
}

/** Ends of the ids of what a query for sensors finds. */
async function idsOf(search: string): Promise<readonly string[]> {
  return (await find(search)).map(({ id }) => String(id).replace('urn:s:', ''));
}

beforeAll(async () => {
  await provide('b', { level: [level(30, 6), level(90, 7)], name: [level('red', 7)] });
  await provide('a', { level: [level(10, 8)], location: [point(4, 8)], heading: [level(5, 9)] });
  await provide('c', { level: [level(99, 8)], location: [point(9, 8)] }, ['Sensor', 'Meter']);
  const before = { value: 80, observedAt: '2026-04-01T00:00:00Z' };
  await provide('out', { level: [before], location: [{ ...point(4, 1), observedAt: before.observedAt }] });
  await provide('other', { level: [level(50, 8)] }, 'Room');
});

describe('GET /temporal/entities (clauses 5.7.4, 6.18.3.2)', () => {
  it('gives Temporal Evolutions in the order in which they were made, with what lies within the interval', async () => {
    const found = await find('type=Sensor');
    expect(found.map(({ id }) => id)).toEqual(['urn:s:b', 'urn:s:a', 'urn:s:c']);
    expect(found[0]).toEqual({
      id: 'urn:s:b',
      type: 'Sensor',
      level: [30, 90].map((value) => expect.objectContaining({ value })),
      name: [expect.objectContaining({ value: 'red', instanceId: expect.any(String) })],
    });
  });

  it.each([
    ['type=Sensor', 'b a c'],
    ['type=Meter', 'c'],
    ['type=Meter,Room', 'c other'],
    ['type=(Sensor;Meter)', 'c'],
    ['type=*', 'b a c other'],
    ['local=true', 'b a c other'],
    ['type=Sensor&id=urn:s:c,urn:s:b,urn:s:other', 'b c'],
    ['type=Sensor&idPattern=^urn:s:[ab]', 'b a'],
    ['attrs=heading', 'a'],
    ['attrs=heading,name', 'b a'],
    ['q=level', 'b a c other'],
    ['type=Sensor&q=!heading', 'b c'],
    ['type=Sensor&q=level>25', 'b c'],
    ['type=Sensor&q=level>25;name=="red"', 'b'],
    ['type=Sensor&q=heading|name', 'b a'],
    ['type=Sensor&q=level==10..40', 'b a'],
    ['type=Sensor&q=level!=10', 'b c'],
    ['type=Sensor&q=level!=30', 'a c'],
    ['type=Sensor&q=level.observedAt>=2026-05-01T08:00:00Z', 'a c'],
    ['georel=near;maxDistance==1000&geometry=Point&coordinates=[4,51]', 'a'],
    ['georel=disjoint&geometry=Point&coordinates=[4,51]', 'c'],
    ['type=Sensor&csf=a==1', 'b a c'],
  ])('?%s selects by what lies within the interval: %s', async (search, expected) => {
    expect((await idsOf(search)).join(' ')).toBe(expected);
  });

  it('keeps all instances of the interval of an Entity that q selects', async () => {
    const [found] = await find('type=Sensor&q=level>50&id=urn:s:b&pick=level');
    expect(found).toEqual({ level: [30, 90].map((value) => expect.objectContaining({ value })) });
  });

  it.each([
    ['pick=id,heading', [{ id: 'urn:s:a', heading: expect.any(Array) }]],
    ['attrs=heading', [{ id: 'urn:s:a', type: 'Sensor', heading: expect.any(Array) }]],
    ['pick=id', [{ id: 'urn:s:b' }, { id: 'urn:s:a' }, { id: 'urn:s:c' }]],
    [
      'omit=level,location,type',
      [expect.objectContaining({ id: 'urn:s:b' }), expect.objectContaining({ id: 'urn:s:a' })],
    ],
    ['datasetId=urn:d:none', []],
  ])(
    '?%s shows what is asked for, and leaves out what has nothing of it (clause 4.21)',
    async (search, expected) => {
      const found = await find(`type=Sensor&${search}`);
      expect(found).toEqual(expected);
    },
  );

  it('pages by limit and offset, tells the number, and links the pages (clauses 5.5.9, 6.3.10, 6.3.13)', async () => {
    const { body, headers } = await broker.api
      .get(`${ROOT}?type=Sensor&limit=1&offset=1&count=true&${DAY}`)
      .expect(200);
    expect(body.map(({ id }: JsonObject) => id)).toEqual(['urn:s:a']);
    expect(headers['ngsild-results-count']).toBe('3');
    const links = [...(headers['link'] ?? '').matchAll(/<([^>]*)>; rel="(prev|next)"/g)];
    expect(links.map(([, , rel]) => rel)).toEqual(['prev', 'next']);
    const next = links[1]?.[1]?.replace('/ngsi-ld/v1', '') ?? '';
    const last = await broker.api.get(next).expect(200);
    expect(last.body.map(({ id }: JsonObject) => id)).toEqual(['urn:s:c']);
    expect(last.headers['link']).not.toContain('rel="next"');
  });

  it('gives an empty page behind the end, and the number alone for limit=0', async () => {
    expect(await find('type=Sensor&offset=10')).toEqual([]);
    const { body, headers } = await broker.api
      .get(`${ROOT}?type=Sensor&limit=0&count=true&${DAY}`)
      .expect(200);
    expect([body, headers['ngsild-results-count']]).toEqual([[], '3']);
  });

  it.each([
    ['orderBy=id', 'a b c'],
    ['orderBy=id;desc', 'c b a'],
    ['orderBy=id;desc&limit=1&offset=1', 'b'],
  ])('?%s puts Entities in the order of their ids (clause 5.7.4.4)', async (search, expected) => {
    expect((await idsOf(`type=Sensor&${search}`)).join(' ')).toBe(expected);
  });

  it('takes lastN of each Attribute of each Entity, the newest first', async () => {
    const [found] = await find('type=Sensor&lastN=1&pick=level');
    expect(found?.['level']).toEqual([expect.objectContaining({ value: expect.any(Number) })]);
    expect(await find('type=Sensor&lastN=1&pick=level')).toHaveLength(3);
  });

  it('gives instances of one moment as they came, the last of them as the newest', async () => {
    const values = ['c', 'a', 'd', 'b'];
    const note = values.map((value) => ({ value }));
    await provide('same', { name: values.map((value) => level(value, 5)), note }, 'Same');
    const again = { id: 'urn:s:same', type: 'Same', name: [level('0', 5)] };
    await broker.api.post(ROOT).send(again).expect(204);
    const valuesOf = async (attribute: string, search: string): Promise<readonly Json[]> => {
      const { body } = await broker.api.get(`${ROOT}/urn:s:same?pick=${attribute}&${search}`).expect(200);
      return body[attribute].map(({ value }: { value: Json }) => value);
    };
    expect(await valuesOf('name', DAY)).toEqual([...values, '0']);
    expect(await valuesOf('name', `${DAY}&lastN=2`)).toEqual(['0', 'b']);
    expect(await valuesOf('name', 'timeproperty=modifiedAt')).toEqual([...values, '0']);
    expect(await valuesOf('note', '')).toEqual(values);
  });

  it('finds Entities that are deleted, and deletions', async () => {
    const id = 'urn:s:gone';
    await broker.api.post('/entities').send({ id, type: 'Lamp', level: 1 }).expect(201);
    await broker.api.delete(`/entities/${id}`).expect(204);
    const search = `type=Lamp&timerel=after&timeAt=${at(0)}&timeproperty=deletedAt`;
    const { body } = await broker.api.get(`${ROOT}?${search}`).expect(200);
    expect(body).toMatchObject([
      { id, type: 'Lamp', level: [{ value: 'urn:ngsi-ld:null', deletedAt: expect.any(String) }] },
    ]);
    const created = await broker.api
      .get(`${ROOT}?${search.replace('deletedAt', 'modifiedAt')}&q=level==1`)
      .expect(200);
    expect(created.body).toMatchObject([{ id, level: [{ value: 1 }, { value: 'urn:ngsi-ld:null' }] }]);
  });

  it('judges no deletion by q or by a geoquery', async () => {
    const id = 'urn:s:nowhere';
    await broker.api
      .post('/entities')
      .send({ id, type: 'Boat', location: { type: 'Point', coordinates: [4, 51] } })
      .expect(201);
    await broker.api.delete(`/entities/${id}/attrs/location`).expect(204);
    const search = `type=Boat&timerel=after&timeAt=${at(0)}&georel=near;maxDistance==10&geometry=Point&coordinates=[4,51]`;
    expect((await broker.api.get(`${ROOT}?${search}&timeproperty=modifiedAt`).expect(200)).body).toHaveLength(
      1,
    );
    expect((await broker.api.get(`${ROOT}?${search}&timeproperty=deletedAt`).expect(200)).body).toEqual([]);
  });

  it.each([
    ['', 'BadRequestData', /temporal query is missing/],
    ['type=Sensor', 'BadRequestData', /temporal query is missing/],
    ['type=Sensor&timeproperty=observedAt', 'BadRequestData', /temporal query is missing/],
    [`timerel=after&timeAt=${at(0)}`, 'BadRequestData', /too wide/],
    [`${DAY}&id=urn:s:a`, 'BadRequestData', /too wide/],
    [`${DAY}&attrs=createdAt`, 'BadRequestData', /too wide/],
    [`${DAY}&type=*&local=false`, 'BadRequestData', /local/],
    [`${DAY}&type=Sensor&id=nothing`, 'BadRequestData', /id/],
    [`${DAY}&type=Sensor&csf=))`, 'BadRequestData', /^csf is not understood/],
    [`${DAY}&type=Sensor&pick=owner{name}`, 'BadRequestData', /owner|join/],
    [`${DAY}&type=Sensor&q=owner{name}=="x"`, 'BadRequestData', /join/],
    [`${DAY}&type=Sensor&pick=level&omit=level`, 'BadRequestData', /pick and omit/],
    [`${DAY}&type=Sensor&orderBy=name`, 'BadRequestData', /orderBy/],
    [`${DAY}&type=Sensor&orderBy=id,name`, 'BadRequestData', /orderBy/],
    [`${DAY}&type=Sensor&orderBy=id&local=false`, 'BadRequestData', /local/],
    [`${DAY}&type=Sensor&collation=nothing-at-all`, 'BadRequestData', /collation/],
    [`${DAY}&type=Sensor&lastN=0`, 'BadRequestData', /lastN/],
    [`${DAY}&type=Sensor&join=inline`, 'InvalidRequest', /join/],
    [`${DAY}&type=Sensor&firstN=1`, 'InvalidRequest', /firstN/],
    [`${DAY}&type=Sensor&format=keyValues`, 'InvalidRequest', /format/],
    [`${DAY}&type=Sensor&options=temporalValues,aggregatedValues`, 'InvalidRequest', /both/],
  ])('refuses ?%s as %s', async (search, type, detail) => {
    const { status, body } = await broker.api.get(`${ROOT}?${encodeURI(search)}`);
    expect([status, body.type]).toEqual([400, `${ERRORS}${type}`]);
    expect(body.detail).toMatch(detail);
  });

  it('cannot be had as GeoJSON, which has no form for histories', async () => {
    await broker.api.get(`${ROOT}?type=Sensor&${DAY}`).set('Accept', 'application/geo+json').expect(406);
  });
});

describe('POST /temporal/entityOperations/query (clauses 5.2.21, 5.2.23, 6.24.3.1)', () => {
  const temporalQ = { timerel: 'between', timeAt: at(0), endTimeAt: '2026-05-02T00:00:00Z' };
  const post = (body: JsonObject, search = '') =>
    broker.api.post(`/temporal/entityOperations/query${search}`).send({ type: 'Query', ...body });

  it.each<[JsonObject, string]>([
    [{ entities: [{ type: 'Sensor' }] }, 'b a c'],
    [{ entities: [{ type: 'Sensor', id: 'urn:s:a' }, { type: 'Room' }] }, 'a other'],
    [{ entities: [{ type: 'Sensor' }], q: 'level>25' }, 'b c'],
    [{ attrs: ['heading'] }, 'a'],
    [{ geoQ: { georel: 'near;maxDistance==1000', geometry: 'Point', coordinates: [4, 51] } }, 'a'],
    [{ entities: [{ type: 'Sensor' }], ordering: { orderBy: ['id;desc'] } }, 'c b a'],
    [{ entities: [{ type: 'Sensor' }], join: '@none' }, 'b a c'],
  ])('%j selects as a GET does', async (document, expected) => {
    const { body } = await post({ ...document, temporalQ }).expect(200);
    expect(body.map(({ id }: JsonObject) => String(id).replace('urn:s:', '')).join(' ')).toBe(expected);
  });

  it('takes lastN and aggregation of temporalQ, forms and pages of the URL', async () => {
    const entities = [{ type: 'Sensor', id: 'urn:s:b' }];
    const last = await post({ entities, temporalQ: { ...temporalQ, lastN: 1 }, pick: ['level'] }).expect(200);
    expect(last.body[0].level).toHaveLength(1);
    const values = await post({ entities, temporalQ, pick: ['level'] }, '?format=temporalValues').expect(200);
    expect(values.body[0].level.values).toHaveLength(2);
    const { headers } = await post(
      { entities: [{ type: 'Sensor' }], temporalQ },
      '?limit=1&count=true',
    ).expect(200);
    expect(headers['ngsild-results-count']).toBe('3');
    expect(headers['link']).toContain('</ngsi-ld/v1/temporal/entityOperations/query?limit=1');
  });

  it.each<[JsonObject]>([
    [{ temporalQ: { ...temporalQ, aggrMethods: ['max', 'sum'] } }],
    [{ temporalQ: { ...temporalQ, aggrMethods: 'max,sum' } }],
    [{ temporalQ, aggrParams: { aggrMethods: 'max,sum', aggrPeriodDuration: 'PT0S' } }],
  ])('aggregates by %j', async (document) => {
    const { body } = await post({ entities: [{ type: 'Room' }], ...document }).expect(200);
    expect(body[0].level).toEqual({
      type: 'Property',
      max: [[50, at(0), '2026-05-02T00:00:00Z']],
      sum: [[50, at(0), '2026-05-02T00:00:00Z']],
    });
  });

  it('takes an @context in the body', async () => {
    const { body } = await broker.api
      .post('/temporal/entityOperations/query')
      .set('Content-Type', 'application/ld+json')
      .send({
        '@context': { S: 'https://uri.etsi.org/ngsi-ld/default-context/Sensor' },
        ...{ type: 'Query', entities: [{ type: 'S', id: 'urn:s:a' }], temporalQ },
      })
      .expect(200);
    expect(body).toMatchObject([{ id: 'urn:s:a', type: 'S' }]);
  });

  it.each<[JsonObject, RegExp]>([
    [{ entities: [{ type: 'Sensor' }] }, /temporalQ/],
    [{ temporalQ: {}, entities: [{ type: 'Sensor' }] }, /temporal query is missing/],
    [{ temporalQ }, /too wide/],
    [{ temporalQ: [], entities: [{ type: 'Sensor' }] }, /temporalQ is not a JSON object/],
    [{ temporalQ: { ...temporalQ, lastN: 1.5 }, entities: [{ type: 'Sensor' }] }, /lastN/],
    [
      { temporalQ: { ...temporalQ, last: 1 }, entities: [{ type: 'Sensor' }] },
      /"last" is no member of temporalQ/,
    ],
    [{ temporalQ: { ...temporalQ, timerel: 3 }, entities: [{ type: 'Sensor' }] }, /temporalQ.timerel/],
    [{ temporalQ, aggrParams: { aggrMethods: [] }, entities: [{ type: 'Sensor' }] }, /aggrMethods is empty/],
    [{ temporalQ, aggrParams: { aggrMethods: 'count' }, entities: [{ type: 'Sensor' }] }, /totalCount/],
    [{ temporalQ, aggrParams: {}, entities: [{ type: 'Sensor' }] }, /aggrParams has no aggrMethods/],
    [{ temporalQ, join: 'flat', entities: [{ type: 'Sensor' }] }, /^join is about Linked Entities/],
    [{ temporalQ, joinLevel: 1, entities: [{ type: 'Sensor' }] }, /^joinLevel is about Linked Entities/],
    [{ temporalQ, geoQ: {}, entities: [{ type: 'Sensor' }] }, /^geoQ has no georel/],
    [{ temporalQ, csf: '))', entities: [{ type: 'Sensor' }] }, /^csf is not understood/],
    [{ temporalQ, last: 1 }, /no member of a Query\. Allowed: .*temporalQ, aggrParams\.$/],
    [{ temporalQ, ordering: { orderBy: ['name'] }, entities: [{ type: 'Sensor' }] }, /orderBy/],
  ])('refuses %j', async (document, detail) => {
    const { status, body } = await post(document);
    expect([status, body.type]).toEqual([400, `${ERRORS}BadRequestData`]);
    expect(body.detail).toMatch(detail);
  });
});

describe('the bounds of an interval (clause 4.11)', () => {
  const id = 'urn:s:bounds';
  const path = `${ROOT}/${id}`;
  /** By timeproperty the moments at which something happened. */
  const moments = new Map<string, string>();

  beforeAll(async () => {
    await broker.api
      .post('/entities')
      .send({ id, type: 'Bound', a: { value: 1, observedAt: at(5) }, b: 1 })
      .expect(201);
    await broker.api.delete(`/entities/${id}/attrs/b`).expect(204);
    const { body } = await broker.api.get(`${path}?options=sysAttrs`).expect(200);
    moments.set('observedAt', body.a[0].observedAt);
    moments.set('createdAt', body.a[0].createdAt);
    moments.set('modifiedAt', body.a[0].modifiedAt);
    moments.set('deletedAt', body.b.at(-1).deletedAt);
  });

  it.each(
    ['observedAt', 'createdAt', 'modifiedAt', 'deletedAt'].flatMap(
      (timeproperty) =>
        [
          [timeproperty, 'before', 0, false],
          [timeproperty, 'before', 1, true],
          [timeproperty, 'after', 0, true],
          [timeproperty, 'after', 1, false],
          [timeproperty, 'between', 0, true],
          [timeproperty, 'until', 0, false],
        ] as const,
    ),
  )('%s %s, %d microseconds behind the moment: %s', async (timeproperty, relation, behind, isFound) => {
    const moment = moments.get(timeproperty) ?? '';
    const later = (by: number): string => formatDateTime(requireDateTime(moment, 'moment') + by);
    const interval = {
      before: `timerel=before&timeAt=${later(behind)}`,
      after: `timerel=after&timeAt=${later(behind)}`,
      between: `timerel=between&timeAt=${moment}&endTimeAt=${later(1)}`,
      until: `timerel=between&timeAt=2000-01-01T00:00:00Z&endTimeAt=${moment}`,
    }[relation];
    const name = timeproperty === 'deletedAt' ? 'b' : 'a';
    const search = `?${interval}&timeproperty=${timeproperty}&pick=${name}`;
    await broker.api.get(path + search).expect(isFound ? 200 : 404);
    const { body } = await broker.api.get(`${ROOT}${search}&type=Bound`).expect(200);
    expect(body).toHaveLength(isFound ? 1 : 0);
  });
});

describe('an Entity that got another type (clause 5.7.4.4)', () => {
  const write = (id: string, type: Json, value: number): JsonObject => ({
    id: `urn:s:${id}`,
    type,
    level: level(value, 3),
  });

  it('is found by the types that it had and by those that it has, which are shown alone', async () => {
    await broker.api
      .post('/entities')
      .send(write('replaced', 'Before', 1))
      .expect(201);
    await broker.api
      .put('/entities/urn:s:replaced')
      .send(write('replaced', 'Meanwhile', 2))
      .expect(204);
    await broker.api
      .put('/entities/urn:s:replaced')
      .send(write('replaced', 'After', 3))
      .expect(204);
    for (const type of ['Before', 'Meanwhile', 'After', 'Before;After', '(Before;Meanwhile),Room']) {
      const found = await find(`type=${type}&id=urn:s:replaced`);
      expect(found).toMatchObject([{ type: 'After', level: [{ value: 1 }, { value: 2 }, { value: 3 }] }]);
    }
    expect(await idsOf('type=Before;Room')).toEqual([]);
  });

  it('is found by the type of one of its name that was deleted', async () => {
    await broker.api
      .post('/entities')
      .send(write('again', 'Gone', 1))
      .expect(201);
    await broker.api.delete('/entities/urn:s:again').expect(204);
    expect(await idsOf('type=Gone')).toEqual(['again']);
    await broker.api
      .post('/entities')
      .send(write('again', 'Come', 2))
      .expect(201);
    for (const type of ['Gone', 'Come']) expect(await find(`type=${type}`)).toMatchObject([{ type: 'Come' }]);
  });
});
