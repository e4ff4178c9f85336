import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';
import { refusalOf, type WriteName, writes } from './entity-writes.ts';
import { GPS, MAP, oneRoom, PATH } from './one-room.ts';

const broker = brokerUnderTest();
const { given, concise } = oneRoom(broker);
const NULL = 'urn:ngsi-ld:null';
const two: Json = [{ value: 1 }, { value: 2, datasetId: GPS }];

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
      expect(await refusalOf(broker, name, { a: body })).toBeUndefined();
      expect(await concise()).toEqual({ kept: 1, ...(left !== undefined && { a: left }) });
    });

    it('of what is not there leaves the rest alone', async () => {
      await given({ a: two });
      await refusalOf(broker, name, { a: { value: NULL, datasetId: MAP }, b: NULL });
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
      expect(await refusalOf(broker, name, body)).toBe('BadRequestData');
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
      expect([body, await refusalOf(broker, name, body)]).toEqual([body, 'BadRequestData']);
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
        expect([body, await refusalOf(broker, name, body)]).toEqual([body, 'BadRequestData']);
      expect(await concise()).toEqual({ a: 7 });
    },
  );

  it('only a merge goes into a value, and a languageMap, with it', async () => {
    const before = { a: { value: { b: 1, c: 2 } }, t: { languageMap: { en: 'x', nl: 'y' } } };
    const shown = { a: { b: 1, c: 2 }, t: { languageMap: { en: 'x', nl: 'y' } } };
    await given(before);
    expect(await refusalOf(broker, 'update', { a: { value: { b: NULL } } })).toBe('BadRequestData');
    expect(await refusalOf(broker, 'update', { t: { languageMap: { nl: NULL } } })).toBe('BadRequestData');
    await broker.api
      .patch(`${PATH}/attrs/a`)
      .send({ value: { b: NULL } })
      .expect(400);
    await broker.api
      .patch(`${PATH}/attrs/t`)
      .send({ languageMap: { nl: NULL } })
      .expect(400);
    expect(await concise()).toEqual(shown);
    await refusalOf(broker, 'merge', { a: { value: { b: NULL } }, t: { languageMap: { nl: NULL } } });
    expect(await concise()).toEqual({ a: { c: 2 }, t: { languageMap: { en: 'x' } } });
  });
});
