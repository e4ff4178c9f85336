import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, DEFAULT, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();
const ID = 'urn:ngsi-ld:Sensor:1';
const PATH = `/temporal/entities/${ID}`;
const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, '0')}:00:00Z`;

async function read(search: string): Promise<JsonObject> {
  return (await broker.api.get(PATH + search).expect(200)).body;
}

/** The values of an Attribute in the simplified temporal representation. */
async function values(search: string): Promise<unknown> {
  const { level } = await read(`?format=temporalValues&pick=level${search}`);
  return (level as JsonObject)['values'];
}

beforeAll(async () => {
  await broker.api
    .post('/entities')
    .send({ id: ID, type: 'Sensor', scope: '/A', level: { value: 1, observedAt: at(1) }, name: 'first' })
    .expect(201);
  for (const hour of [2, 3]) {
    await broker.api
      .patch(`/entities/${ID}`)
      .send({ level: { value: hour, observedAt: at(hour) } })
      .expect(204);
  }
});

describe('a Temporal Evolution without instances (clause 5.7.3.4)', () => {
  const empty = 'urn:ngsi-ld:Sensor:empty';
  const path = `/temporal/entities/${empty}`;

  beforeAll(async () => {
    await broker.api.post('/temporal/entities').send({ id: empty, type: 'Sensor' }).expect(201);
  });

  it.each([
    ['', { id: empty, type: 'Sensor' }],
    ['?format=temporalValues', { id: empty, type: 'Sensor' }],
    ['?aggrMethods=max', { id: empty, type: 'Sensor' }],
    ['?pick=type', { type: 'Sensor' }],
    ['?options=sysAttrs', expect.objectContaining({ id: empty, modifiedAt: expect.stringMatching(/Z$/) })],
  ])('is known, and shown where all of it is asked for: %s', async (search, expected) => {
    expect((await broker.api.get(path + search).expect(200)).body).toEqual(expected);
  });

  it.each([
    '?timerel=after&timeAt=2020-01-01T00:00:00Z',
    '?timeproperty=modifiedAt',
    '?attrs=level',
    '?pick=id,level',
    '?omit=level',
    '?datasetId=@none',
  ])('has nothing of what is asked for: %s', async (search) => {
    await broker.api.get(path + search).expect(404);
  });

  it('is what is left where the last instance is taken away', async () => {
    await broker.api
      .post(`${path}/attrs`)
      .send({ level: { value: 1 } })
      .expect(204);
    await broker.api.delete(`${path}/attrs/level`).expect(204);
    expect((await broker.api.get(path).expect(200)).body).toEqual({ id: empty, type: 'Sensor' });
    await broker.api.delete(path).expect(204);
    await broker.api.get(path).expect(404);
  });
});

describe('GET /temporal/entities/{entityId} (clause 6.19.3.1)', () => {
  it('gives every change as an instance with an instanceId', async () => {
    const evolution = await read('');
    expect(evolution).toMatchObject({ id: ID, type: 'Sensor', scope: [{ type: 'Property', value: '/A' }] });
    expect(evolution['level']).toEqual(
      [1, 2, 3].map((hour) => ({
        type: 'Property',
        value: hour,
        observedAt: at(hour),
        instanceId: expect.stringMatching(/^urn:ngsi-ld:Instance:/),
      })),
    );
    expect(evolution['name']).toMatchObject([{ value: 'first' }]);
  });

  it.each([
    ['', [1, 2, 3]],
    [`&timerel=before&timeAt=${at(2)}`, [1]],
    [`&timerel=after&timeAt=${at(2)}`, [2, 3]],
    [`&timerel=between&timeAt=${at(1)}&endTimeAt=${at(3)}`, [1, 2]],
    ['&lastN=2', [3, 2]],
    [`&lastN=1&timerel=before&timeAt=${at(3)}`, [2]],
    ['&timerel=after&timeAt=2026-06-01T00:00:00Z&timeproperty=modifiedAt&lastN=1', [3]],
  ])('temporalValues%s', async (search, expected) => {
    const pairs = (await values(search)) as readonly (readonly [number, string])[];
    expect(pairs.map(([value]) => value)).toEqual(expected);
    if (!search.includes('timeproperty')) expect(pairs[0]?.[1]).toBe(at(expected[0] as number));
  });

  it('shows only what has the timeproperty that is named (clause 5.7.3.4)', async () => {
    expect(Object.keys(await read('?timeproperty=observedAt'))).toEqual(['id', 'type', 'level', 'scope']);
    await broker.api.get(`/temporal/entities/${ID}?timeproperty=deletedAt`).expect(404);
  });

  it('adds system times with sysAttrs', async () => {
    const evolution = await read('?options=sysAttrs&pick=level,createdAt');
    expect(evolution).toMatchObject({ createdAt: expect.stringMatching(/Z$/) });
    expect(evolution['level']).toMatchObject([
      { createdAt: expect.any(String), modifiedAt: expect.any(String) },
      {},
      {},
    ]);
  });

  it('shows only what attrs, pick and omit leave', async () => {
    expect(Object.keys(await read('?attrs=name'))).toEqual(['id', 'type', 'name']);
    expect(Object.keys(await read('?pick=id,level'))).toEqual(['id', 'level']);
    expect(Object.keys(await read('?omit=level,scope'))).toEqual(['id', 'type', 'name']);
    expect(await read('?pick=id')).toEqual({ id: ID });
    // What is no Attribute has no history.
    const { type } = await read('');
    expect(await read('?attrs=createdAt')).toEqual({ id: ID, type });
    expect(await read('?attrs=createdAt&format=aggregatedValues&aggrMethods=max')).toEqual({ id: ID, type });
  });

  it('records deletions, also that of the Entity, and stays readable', async () => {
    const id = 'urn:ngsi-ld:Sensor:gone';
    await broker.api.post('/entities').send({ id, type: 'Sensor', level: 1, name: 'x' }).expect(201);
    await broker.api.delete(`/entities/${id}/attrs/name`).expect(204);
    await broker.api.delete(`/entities/${id}`).expect(204);
    const { body } = await broker.api.get(`/temporal/entities/${id}?options=sysAttrs`).expect(200);
    expect(body).toMatchObject({ deletedAt: expect.any(String) });
    expect(body.level).toMatchObject([
      { value: 1 },
      { value: 'urn:ngsi-ld:null', deletedAt: expect.any(String) },
    ]);
    const deletions = await broker.api
      .get(`/temporal/entities/${id}?timeproperty=deletedAt&timerel=after&timeAt=${at(1)}`)
      .expect(200);
    expect(deletions.body.name).toHaveLength(1);
  });

  it.each([
    ['/temporal/entities/urn:ngsi-ld:Sensor:none', 404, /Sensor:none/],
    [`${PATH}?timerel=before&timeAt=2020-01-01T00:00:00Z`, 404, /interval/],
    [`${PATH}?attrs=nothing`, 404, /Attributes/],
    ['/temporal/entities/nonsense', 400, /nonsense/],
    [`${PATH}?timerel=since&timeAt=${at(1)}`, 400, /timerel/],
    [`${PATH}?timerel=before`, 400, /timeAt/],
    [`${PATH}?timeAt=${at(1)}`, 400, /timerel/],
    [`${PATH}?timerel=between&timeAt=${at(1)}`, 400, /endTimeAt/],
    [`${PATH}?timerel=between&timeAt=${at(2)}&endTimeAt=${at(1)}`, 400, /endTimeAt/],
    [`${PATH}?timerel=after&timeAt=${at(1)}&endTimeAt=${at(2)}`, 400, /endTimeAt/],
    [`${PATH}?timerel=after&timeAt=2026-05-01T01:00:00%2B02:00`, 400, /timeAt/],
    [`${PATH}?timeproperty=level`, 400, /timeproperty/],
    [`${PATH}?lastN=0`, 400, /lastN/],
    [`${PATH}?options=keyValues`, 400, /options/],
    [`${PATH}?q=level`, 400, /q/],
  ])('refuses %s with %i', async (path, status, detail) => {
    const response = await broker.api.get(path).expect(status);
    expect(response.body.detail).toMatch(detail);
  });

  it('is not to be had as GeoJSON', async () => {
    await broker.api.get(PATH).set('Accept', 'application/geo+json').expect(406);
  });
});

describe('POST /temporal/entities/{entityId}/attrs (clause 6.20.3.1)', () => {
  it('adds instances of the past and leaves the current state as it is', async () => {
    const id = 'urn:ngsi-ld:Sensor:late';
    const path = `/temporal/entities/${id}`;
    await broker.api
      .post('/entities')
      .send({ id, type: 'Sensor', level: { value: 9, observedAt: at(9) } })
      .expect(201);
    const before = await broker.store.of('').get(id);
    const matched = broker.matched.length;
    await broker.api
      .post(`${path}/attrs`)
      .send({
        level: [
          { value: 4, observedAt: at(4) },
          { value: 5, observedAt: at(5) },
        ],
        rssi: { value: -90, observedAt: at(4) },
      })
      .expect(204);
    expect(await broker.store.of('').get(id)).toEqual(before);
    expect(broker.matched).toHaveLength(matched);
    const { body } = await broker.api
      .get(`${path}?format=temporalValues&timerel=after&timeAt=${at(1)}`)
      .expect(200);
    expect(body.level.values).toEqual([
      [4, at(4)],
      [5, at(5)],
      [9, at(9)],
    ]);
    expect(body.rssi.values).toEqual([[-90, at(4)]]);
  });

  it('takes an Attribute without instances, as answers have it, for none (clause 6.3.10)', async () => {
    const before = await read('');
    await broker.api.post(`${PATH}/attrs`).send({ level: [], other: [] }).expect(204);
    expect(await read('')).toEqual(before);
  });

  it.each([
    [`${PATH}/attrs`, { level: { type: 'Property' } }, 400, 'BadRequestData'],
    [`${PATH}/attrs`, [], 400, 'InvalidRequest'],
    [`${PATH}/attrs`, { location: 5 }, 400, 'BadRequestData'],
    ['/temporal/entities/nonsense/attrs', { level: 1 }, 400, 'BadRequestData'],
    ['/temporal/entities/urn:ngsi-ld:Sensor:none/attrs', { level: 1 }, 404, 'ResourceNotFound'],
  ])('refuses %s with %j', async (path, body, status, type) => {
    const response = await broker.api.post(path).send(body).expect(status);
    expect(response.body.type).toBe(ERRORS + type);
  });
});

describe('the id in a fragment (clause 5.6.12)', () => {
  it('may be that of the Entity, and no other', async () => {
    const level = { value: 1, observedAt: at(1) };
    await broker.api.post(`${PATH}/attrs`).send({ id: ID, level }).expect(204);
    const { body } = await broker.api
      .post(`${PATH}/attrs`)
      .send({ id: `${ID}0`, level })
      .expect(400);
    expect(body.detail).toMatch(/id in the body is not the id of the Entity/);
  });
});

describe('an unknown representation (clause 6.3.20)', () => {
  it.each(['format=keyValues', 'options=keyValues'])('%s is an InvalidRequest', async (search) => {
    const { body } = await broker.api.get(`${PATH}?${search}`).expect(400);
    expect(body).toMatchObject({
      type: `${ERRORS}InvalidRequest`,
      detail: expect.stringContaining('"keyValues"'),
    });
  });
});

describe('POST /temporal/entities (clause 6.18.3.1)', () => {
  const id = 'urn:ngsi-ld:Sensor:past';

  it('answers 201 and where it is, then 204; there is no current Entity', async () => {
    const instance = (hour: number) => ({
      id,
      type: 'Sensor',
      scope: '/Old',
      level: [{ value: hour, observedAt: at(hour) }],
    });
    const created = await broker.api.post('/temporal/entities').send(instance(1)).expect(201);
    expect(created.headers['location']).toBe(`/ngsi-ld/v1/temporal/entities/${id}`);
    await broker.api.post('/temporal/entities').send(instance(2)).expect(204);
    const { body } = await broker.api.get(`/temporal/entities/${id}?attrs=level`).expect(200);
    expect(body.level).toMatchObject([{ value: 1 }, { value: 2 }]);
    await broker.api.get(`/entities/${id}`).expect(404);
  });

  it('adds Entity Types that are new to those that are known (clauses 5.6.11.4, 5.6.12.4)', async () => {
    const id = 'urn:ngsi-ld:Sensor:typed';
    const path = `/temporal/entities/${id}`;
    const typeOf = async () => (await broker.api.get(path).expect(200)).body.type;
    const level = { value: 1, observedAt: at(1) };
    await broker.api.post('/temporal/entities').send({ id, type: 'Sensor', level }).expect(201);
    await broker.api
      .post('/temporal/entities')
      .send({ id, type: ['Probe', 'Sensor'], level })
      .expect(204);
    expect(await typeOf()).toEqual(['Sensor', 'Probe']);
    await broker.api.post(`${path}/attrs`).send({ type: 'Thing', level }).expect(204);
    await broker.api.post(`${path}/attrs`).send({ level }).expect(204);
    expect(await typeOf()).toEqual(['Sensor', 'Probe', 'Thing']);
  });

  it('keeps Entity Types that were added when the current Entity changes', async () => {
    const id = 'urn:ngsi-ld:Sensor:both';
    await broker.api.post('/entities').send({ id, type: 'Sensor', level: 1 }).expect(201);
    await broker.api.post('/temporal/entities').send({ id, type: 'Probe' }).expect(204);
    await broker.api.patch(`/entities/${id}`).send({ level: 2 }).expect(204);
    expect((await broker.api.get(`/temporal/entities/${id}`).expect(200)).body.type).toEqual([
      'Sensor',
      'Probe',
    ]);
    expect((await broker.api.get(`/entities/${id}`).expect(200)).body.type).toBe('Sensor');
  });

  it('takes deletions of the past, as it gives them (clauses 4.5.7, 4.5.8, 5.5.4)', async () => {
    const id = 'urn:ngsi-ld:Sensor:deletions';
    const path = `/temporal/entities/${id}`;
    const nothing = 'urn:ngsi-ld:null';
    const given = {
      level: [
        { type: 'Property', value: 1, observedAt: at(1) },
        { type: 'Property', value: nothing, observedAt: at(2) },
      ],
      seenBy: [{ type: 'Relationship', object: nothing, observedAt: at(2) }],
      says: [{ type: 'LanguageProperty', languageMap: { '@none': nothing }, observedAt: at(2) }],
      location: [{ type: 'GeoProperty', value: nothing, observedAt: at(2) }],
    };
    await broker.api
      .post('/temporal/entities')
      .send({ id, type: 'Sensor', ...given })
      .expect(201);
    const { body } = await broker.api.get(path).expect(200);
    expect(body).toMatchObject(given);
    expect(body.level[0].deletedAt).toBeUndefined();
    const deleted = await broker.api.get(`${path}?timeproperty=deletedAt&pick=level,seenBy`).expect(200);
    expect(deleted.body).toMatchObject({
      level: [{ value: nothing, deletedAt: expect.stringMatching(/Z$/) }],
      seenBy: [{ object: nothing, deletedAt: expect.stringMatching(/Z$/) }],
    });
    await broker.api.post('/temporal/entities').send(body).expect(204);
    expect((await broker.api.get(path).expect(200)).body).toEqual(body);
  });

  it.each([
    ['an Attribute', { level: 'urn:ngsi-ld:null' }],
    ['the time of an instance', { level: { value: 1, observedAt: 'urn:ngsi-ld:null' } }],
    ['a sub-Attribute', { level: { value: 1, accuracy: 'urn:ngsi-ld:null' } }],
    ['the value of a sub-Attribute', { level: { value: 1, accuracy: { value: 'urn:ngsi-ld:null' } } }],
    ['a member of a value', { level: { type: 'Property', value: { a: 'urn:ngsi-ld:null' } } }],
    ['expiresAt', { expiresAt: 'urn:ngsi-ld:null', level: 1 }],
  ])('refuses NGSI-LD Null as %s (clause 5.5.4)', async (_, members) => {
    const id = 'urn:ngsi-ld:Sensor:null';
    const { body } = await broker.api
      .post('/temporal/entities')
      .send({ id, type: 'Sensor', ...members })
      .expect(400);
    expect(body.type).toBe(`${ERRORS}BadRequestData`);
    await broker.api.get(`/temporal/entities/${id}`).expect(404);
  });

  it('takes scopes over time, as it gives them (clause 4.5.6)', async () => {
    const id = 'urn:ngsi-ld:Sensor:moved';
    const scope = [
      { type: 'Property', value: '/A', observedAt: at(1) },
      { type: 'Property', value: ['/B', '/C'], observedAt: at(2) },
    ];
    await broker.api.post('/temporal/entities').send({ id, type: 'Sensor', scope }).expect(201);
    const { body } = await broker.api.get(`/temporal/entities/${id}?timerel=before&timeAt=${at(3)}`);
    expect(body.scope).toMatchObject(scope);
    expect((await broker.api.post('/temporal/entities').send(body)).status).toBe(204);
  });

  it.each([
    [{ type: 'Relationship', object: 'urn:x:1' }, /neither a Scope nor an instance/],
    [[{ value: '/A' }, '/B'], /neither a Scope nor an instance/],
    ['urn:ngsi-ld:null', /is not a Scope/],
    [{ type: 'Property', values: ['/A', at(1)] }, /values of scope is not an array of pairs/],
    [{ value: '/A', unitCode: 'CEL' }, /scope has unitCode/],
    [{ value: 'not/9' }, /is not a Scope/],
    [{ value: '/A', observedAt: 'today' }, /observedAt of scope/],
  ])('refuses the scope %j', async (scope, detail) => {
    const response = await broker.api.post('/temporal/entities').send({ id, type: 'Sensor', scope });
    expect([response.status, response.body.detail]).toEqual([400, expect.stringMatching(detail)]);
  });

  it('takes scopes that end, and an empty array for none (clauses 4.5.6, 4.5.7, 6.3.10)', async () => {
    const id = 'urn:ngsi-ld:Sensor:unscoped';
    const scope = [
      { type: 'Property', value: '/A', observedAt: at(1) },
      { type: 'Property', value: 'urn:ngsi-ld:null', observedAt: at(2) },
    ];
    await broker.api.post('/temporal/entities').send({ id, type: 'Sensor', scope }).expect(201);
    await broker.api.post(`/temporal/entities/${id}/attrs`).send({ scope: [] }).expect(204);
    const { body } = await broker.api.get(`/temporal/entities/${id}`).expect(200);
    expect(body.scope).toEqual([
      expect.objectContaining({ value: '/A', observedAt: at(1) }),
      expect.objectContaining({ value: [], observedAt: at(2), deletedAt: expect.stringMatching(/Z$/) }),
    ]);
  });

  it('takes an expiresAt of the Entity, by which a history does not go (clauses 4.22, 5.2.4, 5.2.20)', async () => {
    const body = { id: 'urn:ngsi-ld:Sensor:transient', type: 'Sensor', level: 1 };
    const { id } = body;
    await broker.api
      .post('/temporal/entities')
      .send({ ...body, expiresAt: at(1) })
      .expect(201);
    await broker.api.get(`/temporal/entities/${id}`).expect(200);
    await broker.api
      .post('/temporal/entities')
      .send({ ...body, expiresAt: 'soon' })
      .expect(400);
  });

  it('gives each dataset a series of its own', async () => {
    const set = 'urn:ngsi-ld:Dataset:b';
    const level = [
      { value: 1, observedAt: at(1) },
      { value: 2, observedAt: at(2), datasetId: set },
    ];
    await broker.api
      .post('/temporal/entities')
      .send({ id: 'urn:ngsi-ld:Sensor:sets', type: 'Sensor', level })
      .expect(201);
    const get = async (search: string) =>
      (
        await broker.api
          .get(`/temporal/entities/urn:ngsi-ld:Sensor:sets?format=temporalValues${search}`)
          .expect(200)
      ).body.level;
    expect(await get('')).toEqual([
      { type: 'Property', values: [[1, at(1)]] },
      { type: 'Property', datasetId: set, values: [[2, at(2)]] },
    ]);
    expect(await get('&datasetId=%40none')).toEqual({ type: 'Property', values: [[1, at(1)]] });
  });

  it('needs an id and a type, and makes a tenant', async () => {
    await broker.api.post('/temporal/entities').send({ type: 'Sensor' }).expect(400);
    await broker.api.post('/temporal/entities').send({ id }).expect(400);
    await broker.api.post('/temporal/entities').send({ id, type: null }).expect(400);
    await broker.api.post('/temporal/entities').send({ id, type: 'Sensor', '@type': 'Probe' }).expect(400);
    const body = { id, type: 'Sensor', [`${DEFAULT}level`]: { value: 1, observedAt: at(1) } };
    await broker.api.post('/temporal/entities').set('NGSILD-Tenant', 'history').send(body).expect(201);
    await broker.api.get(`/temporal/entities/${id}`).set('NGSILD-Tenant', 'history').expect(200);
  });
});
