import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from './broker-under-test.ts';

const broker = brokerUnderTest();
const ID = 'urn:ngsi-ld:Alert:1';
const PATH = `/entities/${ID}`;
const GPS = 'urn:ngsi-ld:Dataset:gps';
const point = { type: 'Point', coordinates: [4, 51] };
const SECOND = 1_000_000;

/** A moment so many seconds from now on, by the clock of the broker. */
const inSeconds = (seconds: number): string =>
  new Date((broker.clock.now() + seconds * SECOND) / 1000).toISOString();

async function create(members: JsonObject): Promise<void> {
  await broker.api
    .post('/entities')
    .send({ id: ID, type: 'Alert', ...members })
    .expect(201);
}
const read = async (search = ''): Promise<JsonObject> =>
  (await broker.api.get(PATH + search).expect(200)).body;

beforeEach(async () => {
  await broker.api.delete(PATH);
});

describe('an Entity whose expiresAt has come (clause 4.22)', () => {
  beforeEach(async () => {
    await create({ level: 5, location: point, expiresAt: inSeconds(10) });
    await broker.api.get(PATH).expect(200);
    broker.clock.advance(10 * SECOND);
  });

  it.each([PATH, `${PATH}/attrs/level`, `${PATH}/attrs/level/value`, '/types/Alert', '/attributes/level'])(
    'is not there for GET %s',
    async (path) => {
      await broker.api.get(path).expect(404);
    },
  );

  it.each([
    'type=Alert',
    'q=level==5',
    'q=level',
    'attrs=level',
    `type=Alert&id=${ID}`,
    'georel=near;maxDistance==10&geometry=Point&coordinates=[4,51]',
    'type=*',
    'type=Alert&orderBy=level',
  ])('is neither found nor counted by ?%s', async (search) => {
    const { body, headers } = await broker.api.get(`/entities?count=true&${search}`).expect(200);
    expect([body, headers['ngsild-results-count']]).toEqual([[], '0']);
  });

  it('is no type and no Attribute of the lists', async () => {
    expect((await broker.api.get('/types').expect(200)).body.typeList).toEqual([]);
    expect((await broker.api.get('/attributes').expect(200)).body.attributeList).toEqual([]);
  });

  it.each<readonly ['put' | 'patch' | 'post' | 'delete', string, object | undefined]>([
    ['put', PATH, { type: 'Alert' }],
    ['patch', PATH, { level: 6 }],
    ['patch', PATH, { expiresAt: '2099-01-01T00:00:00Z' }],
    ['delete', PATH, undefined],
    ['post', `${PATH}/attrs`, { level: 6 }],
    ['patch', `${PATH}/attrs`, { level: 6 }],
    ['patch', `${PATH}/attrs/level`, { value: 6 }],
    ['put', `${PATH}/attrs/level`, { value: 6 }],
    ['delete', `${PATH}/attrs/level`, undefined],
  ])('is not there for %s %s', async (method, path, body) => {
    await broker.api[method](path).send(body).expect(404);
    await broker.api.get(PATH).expect(404);
  });

  it.each(['update', 'merge', 'delete'])('fails a batch %s', async (operation) => {
    const batch = operation === 'delete' ? [ID] : [{ id: ID, level: 6 }];
    const { body } = await broker.api.post(`/entityOperations/${operation}`).send(batch).expect(207);
    expect(body).toMatchObject({ success: [], errors: [{ entityId: ID, error: { status: 404 } }] });
  });

  it.each(['/entities', '/entityOperations/create', '/entityOperations/upsert'])(
    'is made anew by POST %s, with nothing of what it was',
    async (path) => {
      const entity = { id: ID, type: 'Alert', other: 1 };
      const answer = await broker.api
        .post(path)
        .send(path === '/entities' ? entity : [entity])
        .expect(201);
      if (path !== '/entities') expect(answer.body).toEqual([ID]);
      const { createdAt, modifiedAt, ...rest } = await read('?options=sysAttrs');
      expect(createdAt).toBe(modifiedAt);
      expect(rest).toMatchObject({ id: ID, type: 'Alert', other: { value: 1 } });
      expect(Object.keys(rest).sort()).toEqual(['id', 'other', 'type']);
    },
  );
});

describe('instances whose expiresAt has come (clause 4.22)', () => {
  beforeEach(async () => {
    await create({
      kept: 1,
      gone: { value: 2, expiresAt: inSeconds(10) },
      both: [
        { value: 3, expiresAt: inSeconds(10) },
        { value: 4, datasetId: GPS },
      ],
      outer: { value: 5, inner: { value: 6, expiresAt: inSeconds(10) } },
      location: { value: point, expiresAt: inSeconds(10) },
    });
    broker.clock.advance(10 * SECOND);
  });

  it('are not shown; what holds them, and their siblings, are', async () => {
    expect(await read('?format=concise')).toEqual({
      id: ID,
      type: 'Alert',
      kept: 1,
      both: { value: 4, datasetId: GPS },
      outer: 5,
    });
    await broker.api.get(`${PATH}?pick=gone`).expect(404);
    await broker.api.get(`${PATH}/attrs/gone`).expect(404);
    await broker.api.get(`${PATH}/attrs/both/value`).expect(404);
    expect((await broker.api.get(`${PATH}/attrs/both/value?datasetId=${GPS}`).expect(200)).body).toBe(4);
  });

  it.each([
    ['q=gone', 0],
    ['q=!gone', 1],
    ['q=gone!=9', 0],
    ['q=both==3', 0],
    ['q=both==4', 1],
    ['q=outer.inner', 0],
    ['q=!outer.inner', 1],
    ['attrs=gone', 0],
    ['georel=near;maxDistance==10&geometry=Point&coordinates=[4,51]', 0],
    ['georel=disjoint&geometry=Point&coordinates=[9,9]', 0],
  ])('are not there for ?%s', async (search, count) => {
    const { body } = await broker.api.get(`/entities?type=Alert&${search}`).expect(200);
    expect(body).toHaveLength(count);
  });

  it('have no geometry in GeoJSON', async () => {
    const { text } = await broker.api
      .get(PATH)
      .set('Accept', 'application/geo+json')
      .buffer(true)
      .expect(200);
    expect(JSON.parse(text).geometry).toBeNull();
  });

  it('are made anew by what would have replaced them', async () => {
    const { createdAt } = await read('?options=sysAttrs');
    await broker.api.post(`${PATH}/attrs?options=noOverwrite`).send({ gone: 9, both: 8 }).expect(204);
    const after = await read('?options=sysAttrs');
    expect(after).toMatchObject({ createdAt, gone: { value: 9 } });
    expect((after['gone'] as JsonObject)['createdAt']).not.toBe(createdAt);
    expect((await read('?format=simplified'))['both']).toEqual({ dataset: { '@none': 8, [GPS]: 4 } });
  });

  it('are 404 for operations on them', async () => {
    await broker.api.patch(`${PATH}/attrs/gone`).send({ value: 9 }).expect(404);
    await broker.api.put(`${PATH}/attrs/gone`).send({ value: 9 }).expect(404);
    await broker.api.delete(`${PATH}/attrs/gone`).expect(404);
    await broker.api.delete(`${PATH}/attrs/both`).expect(404);
    await broker.api.delete(`${PATH}/attrs/gone?deleteAll=true`).expect(404);
  });
});

describe('expiresAt itself (clause 4.22)', () => {
  it('is a system member: answers have it with sysAttrs alone', async () => {
    const expiresAt = inSeconds(60).replace('.000Z', 'Z');
    await create({ level: { value: 1, expiresAt }, expiresAt });
    expect(await read()).toEqual({ id: ID, type: 'Alert', level: { type: 'Property', value: 1 } });
    expect(Date.parse(String((await read('?options=sysAttrs'))['expiresAt']))).toBe(Date.parse(expiresAt));
  });

  it('can be moved and taken away before it comes', async () => {
    await create({ level: 1, expiresAt: inSeconds(10) });
    await broker.api
      .patch(PATH)
      .send({ expiresAt: inSeconds(20) })
      .expect(204);
    broker.clock.advance(15 * SECOND);
    await broker.api.get(PATH).expect(200);
    await broker.api.patch(PATH).send({ expiresAt: 'urn:ngsi-ld:null' }).expect(204);
    broker.clock.advance(15 * SECOND);
    expect(await read('?options=sysAttrs')).not.toHaveProperty('expiresAt');
  });
});
