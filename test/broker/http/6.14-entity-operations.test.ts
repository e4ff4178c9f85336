import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import {
  brokerUnderTest,
  CITY_CONTEXT,
  contextLink,
  DEFAULT,
  ERRORS,
  LOST_CONTEXT,
  TEMPERATURE,
} from './broker-under-test.ts';

const broker = brokerUnderTest();
const idOf = (name: string): string => `urn:ngsi-ld:Bin:${name}`;
const [A, B, C, D] = [idOf('a'), idOf('b'), idOf('c'), idOf('d')];

beforeEach(async () => {
  await broker.api.post('/entityOperations/delete').send([A, B, C, D]);
});

const post = (operation: string, body: Json, search = '') =>
  broker.api.post(`/entityOperations/${operation}${search}`).send(body as object);

async function read(id: string): Promise<JsonObject> {
  return (await broker.api.get(`/entities/${id}?format=concise`).expect(200)).body;
}

/** Ids and error types of a BatchOperationResult. */
function resultOf({
  body,
}: {
  readonly body: { success: string[]; errors: { entityId: string; error: { type: string } }[] };
}) {
  return {
    success: body.success,
    errors: body.errors.map(({ entityId, error }) => [entityId, error.type.replace(ERRORS, '')]),
  };
}

describe('POST /entityOperations/create (clause 6.14.3.1)', () => {
  it('answers 201 with the ids', async () => {
    const response = await post('create', [
      { id: A, type: 'Bin' },
      { id: B, type: 'Bin', full: 0.5 },
    ]).expect(201);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.body).toEqual([A, B]);
    expect(await read(B)).toEqual({ id: B, type: 'Bin', full: 0.5 });
  });

  it('answers 207 with each Entity that failed, the others are created', async () => {
    await post('create', [{ id: A, type: 'Bin' }]).expect(201);
    const response = await post('create', [
      { id: A, type: 'Bin' },
      { id: B, type: 'Bin' },
      { id: 'nonsense', type: 'Bin' },
      { id: C, type: 'Bin', full: { type: 'Property' } },
      { type: 'Bin' },
    ]).expect(207);
    expect(response.headers).not.toHaveProperty('link');
    expect(resultOf(response)).toEqual({
      success: [B],
      errors: [
        [A, 'AlreadyExists'],
        ['nonsense', 'BadRequestData'],
        [C, 'BadRequestData'],
        ['', 'BadRequestData'],
      ],
    });
    expect(response.body.errors[0].error).toMatchObject({ status: 409, title: expect.any(String) });
    expect(response.body.errors[2].error.detail).toContain('full');
  });

  it('answers 207 with empty success when all failed', async () => {
    const response = await post('create', [{ id: A }]).expect(207);
    expect(resultOf(response)).toEqual({ success: [], errors: [[A, 'BadRequestData']] });
  });

  it('takes the first of two Entities with the same id (clause 5.5.11.1)', async () => {
    const response = await post('create', [
      { id: A, type: 'Bin', full: 1 },
      { id: A, type: 'Bin', full: 2 },
    ]).expect(207);
    expect(resultOf(response)).toEqual({ success: [A], errors: [[A, 'AlreadyExists']] });
    expect((await read(A))['full']).toBe(1);
  });

  it.each<[string, Json]>([
    ['no array', { id: A, type: 'Bin' }],
    ['an empty array', []],
    ['a null', [{ id: A, type: 'Bin' }, null]],
    ['a string', [{ id: A, type: 'Bin' }, 'urn:a:b']],
  ])('refuses %s and creates nothing', async (_what, body) => {
    const response = await post('create', body).expect(400);
    expect(response.body.type).toBe(`${ERRORS}BadRequestData`);
    await broker.api.get(`/entities/${A}`).expect(404);
  });

  it('makes no tenant when nothing of it is valid', async () => {
    for (const operation of ['create', 'upsert']) {
      const { body } = await post(operation, [{ id: 'a', type: 'Bin' }, { id: A }])
        .set('NGSILD-Tenant', 'unmade')
        .expect(207);
      expect(body.errors).toHaveLength(2);
    }
    await broker.api.get('/types').set('NGSILD-Tenant', 'unmade').expect(404);
  });

  it('makes a tenant; update and delete do not', async () => {
    await post('create', [{ id: A, type: 'Bin' }])
      .set('NGSILD-Tenant', 'batch')
      .expect(201);
    await broker.api.get(`/entities/${A}`).set('NGSILD-Tenant', 'batch').expect(200);
    await post('update', [{ id: A, full: 1 }])
      .set('NGSILD-Tenant', 'none')
      .expect(404);
    await post('delete', [A]).set('NGSILD-Tenant', 'none').expect(404);
  });
});

describe('the @context of each element (clause 6.3.5)', () => {
  const postLd = (elements: Json) =>
    broker.api
      .post('/entityOperations/upsert')
      .set('Content-Type', 'application/ld+json')
      .send(JSON.stringify(elements));

  it('is its own in JSON-LD', async () => {
    await postLd([
      { id: A, type: 'Bin', temp: 1, '@context': CITY_CONTEXT },
      { id: B, type: 'Bin', temp: 2, '@context': [{ temp: 'https://other.example/temp' }] },
    ]).expect(201);
    expect(await read(A)).toHaveProperty([TEMPERATURE], 1);
    expect(await read(B)).toHaveProperty(['https://other.example/temp'], 2);
  });

  it('fails the element with a null one alone, in JSON', async () => {
    const { body } = await broker.api
      .post('/entityOperations/upsert')
      .send([
        { id: A, type: 'Bin', '@context': null },
        { id: B, type: 'Bin' },
      ])
      .expect(207);
    expect(body.success).toEqual([B]);
  });

  it('fails the element alone when it is missing or cannot be had', async () => {
    const response = await postLd([
      { id: A, type: 'Bin' },
      { id: B, type: 'Bin', '@context': LOST_CONTEXT },
      { id: C, type: 'Bin', '@context': CITY_CONTEXT },
    ]).expect(207);
    expect(resultOf(response)).toEqual({
      success: [C],
      errors: [
        [A, 'BadRequestData'],
        [B, 'LdContextNotAvailable'],
      ],
    });
  });

  it('is that of the Link in JSON, where an element must not have its own', async () => {
    const response = await post('upsert', [
      { id: A, type: 'Bin', temp: 1 },
      { id: B, type: 'Bin', '@context': CITY_CONTEXT },
    ]).set('Link', contextLink(CITY_CONTEXT));
    expect(resultOf(response)).toEqual({ success: [A], errors: [[B, 'BadRequestData']] });
    expect(await read(A)).toHaveProperty([TEMPERATURE], 1);
  });
});

describe('POST /entityOperations/upsert (clause 6.15.3.1)', () => {
  beforeEach(() => post('create', [{ id: A, type: 'Bin', full: 1, level: 2 }]).expect(201));

  it('answers 201 with the ids of those that were created', async () => {
    const response = await post('upsert', [
      { id: A, type: 'Bin' },
      { id: B, type: 'Bin' },
    ]).expect(201);
    expect(response.body).toEqual([B]);
  });

  it('answers 204 when all existed, and replaces them', async () => {
    await post('upsert', [{ id: A, type: 'Bin', full: 5 }], '?options=replace').expect(204);
    expect(await read(A)).toEqual({ id: A, type: 'Bin', full: 5 });
  });

  it('updates them with options=update', async () => {
    await post('upsert', [{ id: A, type: 'Basket', full: 5 }], '?options=update').expect(204);
    expect(await read(A)).toEqual({ id: A, type: ['Bin', 'Basket'], full: 5, level: 2 });
  });

  it('takes the same Entity several times in order, with a change for each (clause 5.5.11.2)', async () => {
    const before = broker.matched.length;
    const batch = [1, 2, 3].map((full) => ({ id: B, type: 'Bin', full }));
    const response = await post('upsert', batch).expect(201);
    expect(response.body).toEqual([B]);
    expect((await read(B))['full']).toBe(3);
    const kinds = broker.matched.slice(before).map(({ change }) => change.kind);
    expect(kinds).toEqual(['created', 'updated', 'updated']);
  });

  it('refuses two modes, and any other', async () => {
    for (const options of ['replace,update', 'merge']) {
      const { body } = await post('upsert', [{ id: A, type: 'Bin' }], `?options=${options}`).expect(400);
      expect(body.type).toBe(`${ERRORS}InvalidRequest`);
    }
  });
});

describe('POST /entityOperations/update (clause 6.16.3.1)', () => {
  beforeEach(() => post('create', [{ id: A, type: 'Bin', full: 1 }]).expect(201));

  it('appends and replaces Attributes, the type need not be given', async () => {
    await post('update', [{ id: A, full: 5, level: 3 }]).expect(204);
    expect(await read(A)).toEqual({ id: A, type: 'Bin', full: 5, level: 3 });
  });

  it('reports Entities that are not there, and with noOverwrite what was left', async () => {
    const response = await post(
      'update',
      [
        { id: A, full: 5, level: 3 },
        { id: B, full: 1 },
      ],
      '?options=noOverwrite',
    );
    expect(response.status).toBe(207);
    expect(resultOf(response)).toEqual({
      success: [],
      errors: [
        [A, 'AlreadyExists'],
        [B, 'ResourceNotFound'],
      ],
    });
    expect(response.body.errors[0].error.detail).toContain(`${DEFAULT}full`);
    expect(await read(A)).toEqual({ id: A, type: 'Bin', full: 1, level: 3 });
  });
});

describe('POST /entityOperations/merge (clause 6.31.3.1)', () => {
  it('merges each, and refuses a change of kind for that one alone', async () => {
    await post('create', [
      { id: A, type: 'Bin', full: { value: 1, unitCode: 'P1' } },
      { id: B, type: 'Bin', full: 1 },
    ]).expect(201);
    const response = await post('merge', [
      { id: A, full: { value: 2 } },
      { id: B, full: { object: 'urn:a:b' } },
      { id: C, full: 1 },
    ]).expect(207);
    expect(resultOf(response)).toEqual({
      success: [A],
      errors: [
        [B, 'BadRequestData'],
        [C, 'ResourceNotFound'],
      ],
    });
    expect((await read(A))['full']).toEqual({ value: 2, unitCode: 'P1' });
  });

  it('answers 415 to application/merge-patch+json, which is for PATCH', async () => {
    await broker.api
      .post('/entityOperations/merge')
      .set('Content-Type', 'application/merge-patch+json')
      .send('[]')
      .expect(415);
  });
});

describe('POST /entityOperations/delete (clause 6.17.3.1)', () => {
  it('answers 204 when all existed, 207 otherwise', async () => {
    await post('create', [
      { id: A, type: 'Bin' },
      { id: B, type: 'Bin' },
    ]).expect(201);
    await post('delete', [A]).expect(204);
    const response = await post('delete', [A, B, B, 'nonsense', 5]).expect(207);
    expect(resultOf(response)).toEqual({
      success: [B],
      errors: [
        [A, 'ResourceNotFound'],
        [B, 'ResourceNotFound'],
        ['nonsense', 'BadRequestData'],
        ['', 'BadRequestData'],
      ],
    });
  });
});

describe('POST /entityOperations/query (clause 6.23.3.1)', () => {
  beforeEach(() =>
    post('create', [
      { id: A, type: 'Bin', full: 1, location: { type: 'Point', coordinates: [4, 51] } },
      { id: B, type: 'Bin', full: 2, scope: '/A/B' },
      { id: C, type: 'Basket', full: 3 },
    ]).expect(201),
  );

  it.each<[JsonObject, readonly string[]]>([
    [{ entities: [{ type: 'Bin' }] }, [A, B]],
    [{ entities: [{ type: 'Bin', id: B }, { type: 'Basket' }] }, [B, C]],
    [{ entities: [{ type: 'Bin', id: [A, B] }], q: 'full>1' }, [B]],
    [{ entities: [{ type: 'Bin,Basket', idPattern: '[ac]$' }] }, [A, C]],
    [{ entities: [{ type: 'Bin,Basket', id: A, idPattern: 'c$' }] }, [A]],
    [{ q: 'full>=2' }, [B, C]],
    [{ entities: [{ type: 'Bin' }], scopeQ: '/A/#' }, [B]],
    [{ geoQ: { georel: 'near;maxDistance==10', geometry: 'Point', coordinates: [4, 51] } }, [A]],
    [{ attrs: ['location'] }, [A]],
  ])('%j', async (members, expected) => {
    const { body } = await post('query', { type: 'Query', ...members }).expect(200);
    expect(body.map(({ id }: { id: string }) => id)).toEqual(expected);
  });

  it('shows, pages and counts as a GET does', async () => {
    const query = { type: 'Query', entities: [{ type: 'Bin,Basket' }], pick: ['id', 'full'] };
    const { body, headers } = await post('query', query, '?limit=1&offset=1&count=true&format=simplified');
    expect(body).toEqual([{ id: B, full: 2 }]);
    expect(headers['ngsild-results-count']).toBe('3');
    expect(headers['link']).toContain('/ngsi-ld/v1/entityOperations/query?');
  });

  it('takes each element of an array as it is: a datasetId may hold a comma', async () => {
    const datasets = ['urn:d:1,2', 'urn:d:1'].map((datasetId, at) => ({
      type: 'Property',
      value: at,
      datasetId,
    }));
    await post('create', [{ id: D, type: 'Tin', full: datasets }]).expect(201);
    const query = { type: 'Query', entities: [{ type: 'Tin' }], pick: ['full'] };
    const { body } = await post('query', { ...query, datasetId: ['urn:d:1,2'] }).expect(200);
    expect(body).toEqual([{ full: datasets[0] }]);
  });

  it.each<[JsonObject, RegExp]>([
    [{ type: 'Query', attrs: ['full,location'] }, /full,location/],
    [{ type: 'Query', q: 'full>1', pick: ['id,full'] }, /pick.*an element of its own/],
    [{ type: 'Query', q: 'full>1', omit: ['id|full'] }, /omit.*an element of its own/],
    [{ type: 'Query', q: 'full>1', ordering: { orderBy: ['id,full'] } }, /orderBy/],
    [{ q: 'full>1' }, /Query/],
    [{ type: 'Query', entities: [] }, /entities/],
    [{ type: 'Query', entities: [{ id: A }] }, /too wide/],
    [{ type: 'Query', q: 5 }, /q /],
    [{ type: 'Query', q: 'full>1', attrs: 'full' }, /attrs/],
    [{ type: 'Query', q: 'full>1', temporalQ: {} }, /temporalQ/],
    [{ type: 'Query', geoQ: { georel: 'within' } }, /geometry/],
  ])('refuses %j', async (body, detail) => {
    const response = await post('query', body).expect(400);
    expect(response.body).toMatchObject({
      type: `${ERRORS}BadRequestData`,
      detail: expect.stringMatching(detail),
    });
  });
});
