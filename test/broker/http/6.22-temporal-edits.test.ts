import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();
const SET = 'urn:ngsi-ld:Dataset:b';
const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, '0')}:00:00Z`;

let counter = 0;
let ID: string;
let PATH: string;

/** An Entity with a current state, and with a history of level, of one more dataset of it, and of scopes. */
beforeEach(async () => {
  counter += 1;
  ID = `urn:ngsi-ld:Sensor:${counter}`;
  PATH = `/temporal/entities/${ID}`;
  await broker.api
    .post('/entities')
    .send({ id: ID, type: 'Sensor', scope: '/A', level: { value: 9, observedAt: at(9) }, name: 'first' })
    .expect(201);
  await broker.api
    .post(`${PATH}/attrs`)
    .send({
      level: [
        { value: 1, observedAt: at(1), unitCode: 'CEL', quality: { value: 5 } },
        { value: 2, observedAt: at(2) },
        { value: 3, observedAt: at(3), datasetId: SET },
      ],
    })
    .expect(204);
});

async function read(search = ''): Promise<JsonObject> {
  return (await broker.api.get(PATH + search).expect(200)).body;
}

async function instances(name = 'level', search = ''): Promise<readonly JsonObject[]> {
  return ((await read(`?options=sysAttrs${search}`))[name] ?? []) as readonly JsonObject[];
}

async function values(name = 'level'): Promise<readonly Json[]> {
  return (await instances(name)).map(({ value }) => value as Json);
}

async function instanceOf(value: Json, name = 'level'): Promise<JsonObject> {
  const found = (await instances(name)).find((one) => one['value'] === value);
  return found as JsonObject;
}

const current = () => broker.store.of('').get(ID);

describe('DELETE /temporal/entities/{entityId} (clauses 5.6.16, 6.19.3.2)', () => {
  it('takes the whole Temporal Evolution away and leaves the current Entity', async () => {
    const before = await current();
    const matched = broker.matched.length;
    const response = await broker.api.delete(PATH).expect(204);
    expect(response.text).toBe('');
    await broker.api.get(PATH).expect(404);
    await broker.api.delete(PATH).expect(404);
    await broker.api.post(`${PATH}/attrs`).send({ level: 1 }).expect(404);
    expect(await current()).toEqual(before);
    expect(broker.matched).toHaveLength(matched);
  });

  it('stays gone when the Entity changes: its history begins anew', async () => {
    await broker.api.delete(PATH).expect(204);
    await broker.api.patch(`/entities/${ID}/attrs`).send({ name: 'second' }).expect(204);
    const evolution = await read();
    expect(Object.keys(evolution)).toEqual(['id', 'type', 'name']);
    expect(evolution['name']).toMatchObject([{ value: 'second' }]);
  });

  it('takes away that of an Entity that is deleted', async () => {
    await broker.api.delete(`/entities/${ID}`).expect(204);
    await broker.api.delete(PATH).expect(204);
    await broker.api.get(PATH).expect(404);
  });

  it('makes room for a new one', async () => {
    await broker.api.delete(PATH).expect(204);
    const level = [{ value: 5, observedAt: at(5) }];
    await broker.api.post('/temporal/entities').send({ id: ID, type: 'Probe', level }).expect(201);
    expect(await read()).toMatchObject({ type: 'Probe', level });
  });
});

describe('DELETE /temporal/entities/{entityId}/attrs/{attrId} (clauses 5.6.13, 6.21.3.1)', () => {
  it.each([
    ['', [3]],
    ['?datasetId=%40none', [3]],
    ['?deleteAll=false', [3]],
    [`?datasetId=${SET}`, [1, 2, 9]],
    ['?deleteAll=true', []],
  ])('%s takes away the instances of that dataset', async (search, left) => {
    const before = await current();
    await broker.api.delete(`${PATH}/attrs/level${search}`).expect(204);
    expect(await values()).toEqual(left);
    expect(await values('name')).toEqual(['first']);
    expect(await current()).toEqual(before);
  });

  it('stays gone when the Entity changes', async () => {
    await broker.api.delete(`${PATH}/attrs/level?deleteAll=true`).expect(204);
    await broker.api
      .patch(`/entities/${ID}/attrs`)
      .send({ level: { value: 10, observedAt: at(10) } })
      .expect(204);
    expect(await values()).toEqual([10]);
  });

  it('takes away the scopes that there were', async () => {
    await broker.api.delete(`${PATH}/attrs/scope`).expect(204);
    expect(await read()).not.toHaveProperty('scope');
    expect(await current()).toMatchObject({ scopes: ['/A'] });
  });

  it.each([
    ['/attrs/nothing', 404, 'ResourceNotFound', /nothing/],
    ['/attrs/name?datasetId=urn:ngsi-ld:Dataset:none', 404, 'ResourceNotFound', /Dataset:none/],
    ['/attrs/type', 400, 'BadRequestData', /type/],
    ['/attrs/in(valid', 400, 'BadRequestData', /in\(valid/],
    ['/attrs/%2e%2e', 400, 'BadRequestData', /name/],
    ['/attrs/level?datasetId=nonsense', 400, 'BadRequestData', /datasetId/],
    [`/attrs/level?datasetId=${SET}&deleteAll=true`, 400, 'BadRequestData', /deleteAll/],
    ['/attrs/level?deleteAll=yes', 400, 'BadRequestData', /deleteAll/],
    ['/attrs/level?type=Sensor', 400, 'InvalidRequest', /type/],
  ])('refuses %s with %i', async (path, status, type, detail) => {
    const { body } = await broker.api.delete(PATH + path).expect(status);
    expect(body).toMatchObject({ type: ERRORS + type, detail: expect.stringMatching(detail) });
    expect(await values()).toHaveLength(4);
  });
});

describe('PATCH …/attrs/{attrId}/{instanceId} (clauses 5.6.14, 6.22.3.1)', () => {
  const modified = { type: 'Property', value: 7, observedAt: at(4) };

  it.each([
    ['a fragment with an array of one', { level: [modified] }],
    ['a fragment with the instance', { level: modified }],
    ['a fragment with members of an Entity', { level: [modified], expiresAt: at(1), createdAt: at(1) }],
    ['the instance itself', modified],
    ['the instance itself, concise', { value: 7, observedAt: at(4) }],
  ])('replaces the instance whole by %s', async (_, body) => {
    const before = await current();
    const old = await instanceOf(1);
    await broker.api.patch(`${PATH}/attrs/level/${old['instanceId']}`).send(body).expect(204);
    expect(await values()).toEqual([2, 3, 7, 9]);
    const { createdAt, instanceId } = old;
    const shown = await instanceOf(7);
    expect(shown).toEqual({ ...modified, instanceId, createdAt, modifiedAt: expect.any(String) });
    expect(shown['modifiedAt']).not.toBe(old['modifiedAt']);
    expect(await current()).toEqual(before);
  });

  it('takes a body with its own @context', async () => {
    const { instanceId } = await instanceOf(2);
    const context = { '@context': { stand: 'https://uri.etsi.org/ngsi-ld/default-context/level' } };
    for (const body of [{ stand: [{ value: 20 }] }, { value: 20 }]) {
      await broker.api
        .patch(`${PATH}/attrs/stand/${instanceId}`)
        .set('Content-Type', 'application/ld+json')
        .send(JSON.stringify({ ...body, ...context }))
        .expect(204);
    }
    expect(await values()).toEqual([20, 1, 3, 9]);
  });

  it('may move it to another dataset, and make a deletion of it', async () => {
    const { instanceId } = await instanceOf(2);
    const send = (body: object) =>
      broker.api.patch(`${PATH}/attrs/level/${instanceId}`).send(body).expect(204);
    await send({ level: [{ value: 2, observedAt: at(2), datasetId: SET }] });
    await broker.api.delete(`${PATH}/attrs/level?datasetId=%40none`).expect(204);
    expect(await values()).toEqual([2, 3]);
    await send({ level: [{ value: 'urn:ngsi-ld:null', observedAt: at(2) }] });
    expect(await instances('level', '&timeproperty=deletedAt')).toMatchObject([
      { value: 'urn:ngsi-ld:null', instanceId, deletedAt: expect.any(String) },
    ]);
    await send({ level: [{ value: 4, observedAt: at(2) }] });
    expect((await instances())[0]).not.toHaveProperty('deletedAt');
  });

  it('replaces scopes of the past', async () => {
    const [{ instanceId } = {}] = await instances('scope');
    await broker.api
      .patch(`${PATH}/attrs/scope/${instanceId}`)
      .send({ scope: [{ type: 'Property', value: ['/B'], observedAt: at(1) }] })
      .expect(204);
    expect(await instances('scope')).toMatchObject([{ value: '/B', observedAt: at(1), instanceId }]);
  });

  it.each<[string, Json, RegExp]>([
    ['no instance', { level: [] }, /0 instances/],
    ['another Attribute', { name: [{ value: 'x' }] }, /the body has name too/],
    ['a time beside the Attribute', { level: [modified], observedAt: at(1) }, /observedAt cannot name/],
    ['another Attribute besides', { level: [modified], name: 'x' }, /name/],
    ['a type', { level: [modified], type: 'Probe' }, /type/],
    ['the id of another Entity', { id: 'urn:x:other', level: [modified] }, /id in the body/],
    ['two instances', { level: [modified, { ...modified, value: 8 }] }, /2 instances/],
    ['nothing', {}, /0 instances/],
    ['a value that is none', { level: [{ type: 'Relationship', object: 'x' }] }, /object/],
    ['a local time', { value: 1, observedAt: '2026-05-01T01:00:00+02:00' }, /observedAt/],
  ])('refuses %s', async (_, body, detail) => {
    const { instanceId } = await instanceOf(2);
    const response = await broker.api.patch(`${PATH}/attrs/level/${instanceId}`).send(body as object);
    expect([response.status, response.body]).toMatchObject([
      400,
      { type: `${ERRORS}BadRequestData`, detail: expect.stringMatching(detail) },
    ]);
    expect(await values()).toEqual([1, 2, 3, 9]);
  });

  it('refuses what is no object as an InvalidRequest', async () => {
    const { instanceId } = await instanceOf(2);
    const { body } = await broker.api.patch(`${PATH}/attrs/level/${instanceId}`).send([modified]).expect(400);
    expect(body.type).toBe(`${ERRORS}InvalidRequest`);
  });
});

describe('DELETE …/attrs/{attrId}/{instanceId} (clauses 5.6.15, 6.22.3.2)', () => {
  it('takes away that instance alone', async () => {
    const before = await current();
    const { instanceId } = await instanceOf(2);
    await broker.api.delete(`${PATH}/attrs/level/${instanceId}`).expect(204);
    expect(await values()).toEqual([1, 3, 9]);
    await broker.api.delete(`${PATH}/attrs/level/${instanceId}`).expect(404);
    expect(await current()).toEqual(before);
  });

  it('takes away what a change of the Entity left, though it was not folded yet', async () => {
    await broker.api
      .patch(`/entities/${ID}/attrs`)
      .send({ level: { value: 10, observedAt: at(10) } })
      .expect(204);
    const { instanceId } = await instanceOf(10);
    await broker.api.delete(`${PATH}/attrs/level/${instanceId}`).expect(204);
    expect(await values()).toEqual([1, 2, 3, 9]);
  });

  it.each(['delete', 'patch'] as const)(
    'is found by its Entity, Attribute and instanceId: %s',
    async (method) => {
      const { instanceId } = await instanceOf(2);
      const body = { level: [{ value: 1 }] };
      const none = 'urn:ngsi-ld:Instance:none';
      const cases: readonly [string, number, string, RegExp, JsonObject?][] = [
        [
          `/temporal/entities/urn:ngsi-ld:none/attrs/level/${instanceId}`,
          404,
          'ResourceNotFound',
          /ngsi-ld:none/,
        ],
        [`${PATH}/attrs/name/${instanceId}`, 404, 'ResourceNotFound', /name/, { name: [{ value: 1 }] }],
        [`${PATH}/attrs/level/${none}`, 404, 'ResourceNotFound', /Instance:none/],
        [`/temporal/entities/nonsense/attrs/level/${instanceId}`, 400, 'BadRequestData', /nonsense/],
        [`${PATH}/attrs/in(valid/${instanceId}`, 400, 'BadRequestData', /in\(valid/],
        [`${PATH}/attrs/level/nonsense`, 400, 'BadRequestData', /instanceId/],
      ];
      for (const [path, status, type, detail, sent = body] of cases) {
        const request = method === 'delete' ? broker.api.delete(path) : broker.api.patch(path).send(sent);
        const response = await request;
        expect([path, response.status, response.body]).toMatchObject([
          path,
          status,
          { type: ERRORS + type, detail: expect.stringMatching(detail) },
        ]);
      }
      expect(await values()).toEqual([1, 2, 3, 9]);
    },
  );
});
