import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, CITY_CONTEXT, contextLink, TEMPERATURE } from '../http/broker-under-test.ts';
import { refusalOf, writes } from './entity-writes.ts';
import { GPS, ID, MAP, oneRoom, PATH } from './one-room.ts';

const broker = brokerUnderTest();
const { given, concise } = oneRoom(broker);
const two: Json = [{ value: 1 }, { value: 2, datasetId: GPS }];

describe('trap 18: JSON null is nothing, save in a JsonProperty, whose names stay as they are (clauses 4.5.0, 4.5.24)', () => {
  it.each(['update', 'merge', 'batchMerge', 'append', 'replace', 'upsert'] as const)(
    'it deletes no Attribute by %s, and is not stored',
    async (name) => {
      await given({ a: { value: 7, unitCode: 'MTR' } });
      for (const body of [{ a: null }, { a: { value: null } }, { a: { type: 'Property', value: null } }])
        expect(await refusalOf(broker, name, body)).toBe('BadRequestData');
      expect(await concise()).toEqual({ a: { value: 7, unitCode: 'MTR' } });
    },
  );

  it('a member of an object value that is null vanishes', async () => {
    await given({ a: { value: { kept: 1, gone: null, deep: { gone: null } } } });
    expect(await concise()).toEqual({ a: { kept: 1, deep: {} } });
    await refusalOf(broker, 'merge', { a: { value: { kept: null, more: 2 } } });
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
