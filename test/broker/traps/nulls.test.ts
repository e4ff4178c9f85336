import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, CITY_CONTEXT, contextLink, TEMPERATURE } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';

const broker = brokerUnderTest();
const ID = 'urn:ngsi-ld:Room:1';
const PATH = `/entities/${ID}`;
const NULL = 'urn:ngsi-ld:null';
const GPS = 'urn:ngsi-ld:Dataset:gps';
const MAP = 'urn:ngsi-ld:Dataset:map';
const two: Json = [{ value: 1 }, { value: 2, datasetId: GPS }];

async function given(members: JsonObject): Promise<void> {
  await broker.api.delete(PATH);
  await broker.api
    .post('/entities')
    .send({ id: ID, type: 'Room', ...members })
    .expect(201);
}
async function concise(): Promise<JsonObject> {
  const { id: _id, type: _type, ...attributes } = (await broker.api.get(`${PATH}?format=concise`)).body;
  return attributes;
}

/** The routes that write an Entity with Attributes: method, path, and whether the body is an array. */
const writes = {
  create: ['post', '/entities'],
  batchCreate: ['post', '/entityOperations/create'],
  upsert: ['post', '/entityOperations/upsert'],
  upsertUpdate: ['post', '/entityOperations/upsert?options=update'],
  replace: ['put', PATH],
  append: ['post', `${PATH}/attrs`],
  noOverwrite: ['post', `${PATH}/attrs?options=noOverwrite`],
  batchUpdate: ['post', '/entityOperations/update'],
  update: ['patch', `${PATH}/attrs`],
  merge: ['patch', PATH],
  batchMerge: ['post', '/entityOperations/merge'],
} as const;
type WriteName = keyof typeof writes;

/** Sends the members and answers the error type, of the element in a batch; nothing when it was taken. */
async function refusalOf(name: WriteName, members: JsonObject): Promise<string | undefined> {
  const [method, path] = writes[name];
  const body = { id: ID, type: 'Room', ...members };
  const isBatch = path.startsWith('/entityOperations');
  const answer = await broker.api[method](path).send(isBatch ? [body] : body);
  if (answer.status < 207) return undefined;
  const type: string = answer.body.errors?.[0]?.error.type ?? problemOf(answer)[1];
  return type.split('/').at(-1);
}

const creating: readonly WriteName[] = ['create', 'batchCreate'];
const refusing: readonly WriteName[] = [
  ...(['upsert', 'upsertUpdate', 'replace', 'append', 'noOverwrite', 'batchUpdate'] as const),
];
const deleting: readonly WriteName[] = ['update', 'merge', 'batchMerge'];

describe('trap 17: NGSI-LD Null deletes one instance, in fragments alone, and never a datasetId (clauses 4.5.0, 5.5.4, 5.5.8, 5.5.12)', () => {
  describe.each(deleting)('%s', (name) => {
    it.each<readonly [body: Json, left: Json | undefined]>([
      [{ value: NULL, datasetId: GPS }, 1],
      [NULL, { value: 2, datasetId: GPS }],
      [
        { type: 'Property', value: NULL },
        { value: 2, datasetId: GPS },
      ],
      [
        { value: NULL, datasetId: '@none' },
        { value: 2, datasetId: GPS },
      ],
      [[{ value: NULL, datasetId: GPS }, { value: 9 }], 9],
      [[{ value: NULL, datasetId: GPS }, { value: NULL }], undefined],
    ])('%j', async (body, left) => {
      await given({ a: two, kept: 1 });
      expect(await refusalOf(name, { a: body })).toBeUndefined();
      expect(await concise()).toEqual({ kept: 1, ...(left !== undefined && { a: left }) });
    });

    it('of what is not there leaves the rest alone', async () => {
      await given({ a: two });
      await refusalOf(name, { a: { value: NULL, datasetId: MAP }, b: NULL });
      expect(await concise()).toEqual({ a: two });
    });
  });

  it('PATCH of one Attribute deletes the instance that it names', async () => {
    const patch = (body: JsonObject) => broker.api.patch(`${PATH}/attrs/a`).send(body);
    await given({ a: two });
    await patch({ value: NULL, datasetId: GPS }).expect(204);
    expect(await concise()).toEqual({ a: 1 });
    await patch({ value: NULL, datasetId: GPS }).expect(404);
    await patch({ type: 'Property', value: NULL }).expect(204);
    expect(await concise()).toEqual({});
  });

  const datasetIds: readonly JsonObject[] = [
    { a: { value: 5, datasetId: NULL } },
    { a: [{ value: 5 }, { value: 6, datasetId: NULL }] },
    { a: { value: NULL, datasetId: NULL } },
    { a: { value: 5, s: { value: 6, datasetId: NULL } } },
  ];

  it.each(Object.keys(writes) as WriteName[])('%s refuses it for a datasetId', async (name) => {
    for (const body of datasetIds) {
      await given({ a: two });
      if (creating.includes(name)) await broker.api.delete(PATH);
      expect(await refusalOf(name, body)).toBe('BadRequestData');
      if (!creating.includes(name)) expect(await concise()).toEqual({ a: two });
      else await broker.api.get(PATH).expect(404);
    }
  });

  it.each(['patch', 'put'] as const)('%s of one Attribute refuses it for a datasetId', async (method) => {
    await given({ a: two });
    const answer = await broker.api[method](`${PATH}/attrs/a`).send({ value: 5, datasetId: NULL });
    expect(problemOf(answer)).toEqual([400, 'BadRequestData']);
    expect(await concise()).toEqual({ a: two });
  });

  const misplaced: readonly JsonObject[] = [
    { a: NULL },
    { a: { value: NULL } },
    { a: { type: 'Property', value: NULL } },
    { a: [{ value: 1 }, { value: NULL, datasetId: GPS }] },
    { a: { object: NULL } },
    { a: { object: ['urn:a:1', NULL] } },
    { a: { languageMap: NULL } },
    { a: { languageMap: { '@none': NULL } } },
    { a: { languageMap: { en: 'x', '@none': NULL } } },
    { a: { languageMap: { en: NULL } } },
    { a: { languageMap: { en: ['x', NULL] } } },
    { a: { vocab: NULL } },
    { a: { vocab: ['on', NULL] } },
    { a: { json: NULL } },
    { a: { valueList: [NULL] } },
    { a: { valueList: [1, NULL] } },
    { a: { objectList: [NULL] } },
    { a: { objectList: [{ object: NULL }] } },
    { a: { value: { b: NULL } } },
    { a: { value: { b: [{ c: NULL }] } } },
    { a: { value: [NULL] } },
    { a: { b: NULL, c: 1 } },
    { a: { type: 'GeoProperty', value: NULL } },
    { a: { value: 1, s: NULL } },
    { a: { value: 1, s: { object: NULL } } },
    { a: { value: 1, unitCode: NULL } },
    { a: { value: 1, observedAt: NULL } },
    { a: { value: 1, expiresAt: NULL } },
    { a: { object: 'urn:a:1', objectType: NULL } },
    { a: { value: 1, ngsildproof: NULL } },
    { location: NULL },
    { scope: NULL },
    { scope: ['/A', NULL] },
    { expiresAt: NULL },
    { type: NULL },
    { type: ['Room', NULL] },
  ];

  it.each([...creating, ...refusing])('%s refuses it everywhere', async (name) => {
    const before = { a: { value: 7, unitCode: 'MTR' } };
    await given(before);
    for (const body of misplaced) {
      if (creating.includes(name)) await broker.api.delete(PATH);
      expect([body, await refusalOf(name, body)]).toEqual([body, 'BadRequestData']);
    }
    if (!creating.includes(name)) expect(await concise()).toEqual(before);
  });

  it('PUT of one Attribute, and of its value, refuse it everywhere', async () => {
    await given({ a: 1 });
    for (const { a } of misplaced) {
      if (a === undefined || Array.isArray(a)) continue;
      const answer = await broker.api
        .put(`${PATH}/attrs/a`)
        .set('Content-Type', 'application/json')
        .send(JSON.stringify(a));
      expect(answer.status).toBe(400);
    }
    for (const value of [NULL, { b: NULL }, [NULL], { b: { c: [NULL] } }]) {
      const answer = await broker.api
        .put(`${PATH}/attrs/a/value`)
        .set('Content-Type', 'application/json')
        .send(JSON.stringify(value));
      expect(problemOf(answer)).toEqual([400, 'BadRequestData']);
    }
    expect(await concise()).toEqual({ a: 1 });
  });

  it.each(['update', 'merge', 'batchMerge'] as const)(
    '%s refuses it where it would be stored, and for id and type',
    async (name) => {
      await given({ a: 7 });
      const bodies: readonly JsonObject[] = [
        { a: { value: [1, NULL] } },
        { a: { value: { b: [NULL] } } },
        { b: { valueList: [1, NULL] } },
        { b: { object: ['urn:a:1', NULL] } },
        { b: { vocab: ['on', NULL] } },
        { type: NULL },
        { type: ['Room', NULL] },
        { id: NULL },
      ];
      for (const body of bodies)
        expect([body, await refusalOf(name, body)]).toEqual([body, 'BadRequestData']);
      expect(await concise()).toEqual({ a: 7 });
    },
  );

  it('only a merge goes into a value, and a languageMap, with it', async () => {
    const before = { a: { value: { b: 1, c: 2 } }, t: { languageMap: { en: 'x', nl: 'y' } } };
    const shown = { a: { b: 1, c: 2 }, t: { languageMap: { en: 'x', nl: 'y' } } };
    await given(before);
    expect(await refusalOf('update', { a: { value: { b: NULL } } })).toBe('BadRequestData');
    expect(await refusalOf('update', { t: { languageMap: { nl: NULL } } })).toBe('BadRequestData');
    await broker.api
      .patch(`${PATH}/attrs/a`)
      .send({ value: { b: NULL } })
      .expect(400);
    await broker.api
      .patch(`${PATH}/attrs/t`)
      .send({ languageMap: { nl: NULL } })
      .expect(400);
    expect(await concise()).toEqual(shown);
    await refusalOf('merge', { a: { value: { b: NULL } }, t: { languageMap: { nl: NULL } } });
    expect(await concise()).toEqual({ a: { c: 2 }, t: { languageMap: { en: 'x' } } });
  });
});

describe('trap 18: JSON null is nothing, save in a JsonProperty, whose names stay as they are (clauses 4.5.0, 4.5.24)', () => {
  it.each(['update', 'merge', 'batchMerge', 'append', 'replace', 'upsert'] as const)(
    'it deletes no Attribute by %s, and is not stored',
    async (name) => {
      await given({ a: { value: 7, unitCode: 'MTR' } });
      for (const body of [{ a: null }, { a: { value: null } }, { a: { type: 'Property', value: null } }])
        expect(await refusalOf(name, body)).toBe('BadRequestData');
      expect(await concise()).toEqual({ a: { value: 7, unitCode: 'MTR' } });
    },
  );

  it('a member of an object value that is null vanishes', async () => {
    await given({ a: { value: { kept: 1, gone: null, deep: { gone: null } } } });
    expect(await concise()).toEqual({ a: { kept: 1, deep: {} } });
    await refusalOf('merge', { a: { value: { kept: null, more: 2 } } });
    expect(await concise()).toEqual({ a: { kept: 1, deep: {}, more: 2 } });
  });

  it('a JSON literal of null is a value', async () => {
    const literal = { '@type': '@json', '@value': null };
    await given({ a: { type: 'Property', value: literal } });
    expect((await broker.api.get(PATH)).body.a).toEqual({ type: 'Property', value: literal });
  });

  const json: Json = {
    temp: null,
    id: 5,
    type: null,
    value: { '@value': null, '@id': 'x' },
    'urn:ngsi-ld:null': ['urn:ngsi-ld:null', null, { temp: null }],
  };

  it.each(['create', 'upsert', 'replace', 'append', 'update', 'merge'] as const)(
    'a JsonProperty by %s is what was sent, whatever the @context',
    async (name) => {
      await given({});
      if (name === 'create') await broker.api.delete(PATH);
      const [method, path] = writes[name];
      const body = { id: ID, type: 'Room', temp: { type: 'JsonProperty', json } };
      await broker.api[method](path)
        .set('Link', contextLink(CITY_CONTEXT))
        .send(name === 'upsert' ? [body] : body);
      const read = (search: string) => broker.api.get(`${PATH}${search}`);
      expect((await read('?omit=id,type')).body).toEqual({ [TEMPERATURE]: { type: 'JsonProperty', json } });
      expect(
        (await read('?options=keyValues&pick=temp').set('Link', contextLink(CITY_CONTEXT))).body,
      ).toEqual({
        temp: { json },
      });
    },
  );
});

describe('trap 19: DELETE of an Attribute is about its default instance alone (clause 5.6.5)', () => {
  beforeEach(() => given({ a: [...two, { value: 3, datasetId: MAP }], only: { value: 1, datasetId: GPS } }));
  const remove = async (search: string) => (await broker.api.delete(`${PATH}/attrs/${search}`)).status;

  it.each<readonly [search: string, left: Json | undefined]>([
    [
      'a',
      [
        { value: 2, datasetId: GPS },
        { value: 3, datasetId: MAP },
      ],
    ],
    [
      'a?datasetId=%40none',
      [
        { value: 2, datasetId: GPS },
        { value: 3, datasetId: MAP },
      ],
    ],
    [`a?datasetId=${GPS}`, [{ value: 1 }, { value: 3, datasetId: MAP }]],
    [`a?datasetId=${GPS}&deleteAll=false`, [{ value: 1 }, { value: 3, datasetId: MAP }]],
    ['a?deleteAll=true', undefined],
  ])('%s', async (search, left) => {
    expect(await remove(search)).toBe(204);
    expect((await concise())['a']).toEqual(left);
    expect((await concise())['only']).toEqual({ value: 1, datasetId: GPS });
    expect(await remove(search)).toBe(404);
  });

  it.each([
    ['only', 404],
    ['only?datasetId=%40none', 404],
    [`only?datasetId=${MAP}`, 404],
    ['only?deleteAll=true', 204],
    [`only?datasetId=${GPS}`, 204],
    ['missing', 404],
    ['missing?deleteAll=true', 404],
  ])('%s, where only an instance of a dataset exists: %i', async (search, status) => {
    expect(await remove(search)).toBe(status);
    expect((await concise())['only'] === undefined).toBe(status === 204);
  });
});
