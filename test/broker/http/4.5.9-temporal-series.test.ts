import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();
const SET = 'urn:ngsi-ld:Dataset:b';
const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, '0')}:00:00Z`;

let counter = 0;

/** Gives the history of a new Entity these Attributes; answers its id. */
async function provide(attributes: JsonObject): Promise<string> {
  counter += 1;
  const id = `urn:ngsi-ld:Sensor:${counter}`;
  await broker.api
    .post('/temporal/entities')
    .send({ id, type: 'Sensor', ...attributes })
    .expect(201);
  return id;
}

async function read(id: string, search = ''): Promise<JsonObject> {
  return (await broker.api.get(`/temporal/entities/${id}${search}`).expect(200)).body;
}

const everyKind: JsonObject = {
  level: [
    {
      type: 'Property',
      values: [
        [1, at(1)],
        [[2, 3], at(2)],
        [{ a: 'b' }, at(3)],
      ],
    },
    { type: 'Property', datasetId: SET, values: [[7, at(2)]] },
  ],
  location: { type: 'GeoProperty', values: [[{ type: 'Point', coordinates: [3, 51] }, at(1)]] },
  says: { type: 'LanguageProperty', languageMaps: [[{ languageMap: { en: 'yes', fr: 'oui' } }, at(1)]] },
  ticket: { type: 'JsonProperty', jsons: [[{ json: [{ value: null }] }, at(1)]] },
  gender: {
    type: 'VocabProperty',
    vocabs: [
      [{ vocab: 'Male' }, at(1)],
      [{ vocab: ['a', 'b'] }, at(2)],
    ],
  },
  period: { type: 'ListProperty', valueLists: [[['First', 'Second'], at(1)]] },
  spouse: {
    type: 'Relationship',
    objects: [
      ['urn:x:1', at(1)],
      [['urn:x:1', 'urn:x:2'], at(2)],
    ],
  },
  present: { type: 'ListRelationship', objectLists: [[['urn:x:1', 'urn:x:2'], at(1)]] },
  scope: {
    type: 'Property',
    values: [
      ['/A', at(1)],
      [['/A', '/B'], at(2)],
      [[], at(3)],
    ],
  },
};

describe('the simplified temporal representation in requests (clauses 4.5.9, 5.2.20)', () => {
  it('comes back as it was given, and adds nothing a second time', async () => {
    const id = await provide(everyKind);
    const shown = await read(id, '?format=temporalValues');
    expect(shown).toEqual({ id, type: 'Sensor', ...everyKind });
    await broker.api.post('/temporal/entities').send(shown).expect(204);
    expect(await read(id, '?format=temporalValues')).toEqual(shown);
  });

  it('makes instances that were observed at these times', async () => {
    const id = await provide({ level: everyKind['level'] as Json });
    expect((await read(id))['level']).toMatchObject([
      { type: 'Property', value: 1, observedAt: at(1), instanceId: expect.any(String) },
      expect.objectContaining({ observedAt: at(2) }),
      expect.objectContaining({ observedAt: at(2) }),
      { type: 'Property', value: { a: 'b' }, observedAt: at(3) },
    ]);
  });

  it('takes @type for type, as instances do', async () => {
    const id = await provide({ level: { '@type': 'Property', values: [[1, at(1)]] } });
    expect((await read(id))['level']).toMatchObject([{ value: 1, observedAt: at(1) }]);
  });

  it('stands beside instances, and may be empty', async () => {
    const id = await provide({
      level: [
        { type: 'Property', values: [[1, at(1)]] },
        { type: 'Property', value: 2, observedAt: at(2), unitCode: 'CEL' },
        { type: 'Property', datasetId: SET, values: [] },
      ],
    });
    expect((await read(id))['level']).toMatchObject([{ value: 1 }, { value: 2, unitCode: 'CEL' }]);
  });

  it('records deletions (clause 4.5.7)', async () => {
    const id = await provide({ level: { type: 'Property', values: [['urn:ngsi-ld:null', at(1)]] } });
    expect((await read(id))['level']).toMatchObject([{ observedAt: at(1), deletedAt: expect.any(String) }]);
  });

  it('leaves a sub-Attribute with such a name what it is', async () => {
    const id = await provide({ level: { type: 'Property', value: 1, values: [[1, at(1)]] } });
    expect((await read(id))['level']).toMatchObject([{ value: 1, values: { value: [[1, at(1)]] } }]);
  });

  it('may be the one instance that takes the place of another (clause 5.6.14)', async () => {
    const id = await provide({ level: { type: 'Property', values: [[1, at(1)]] } });
    const [{ instanceId } = {}] = (await read(id))['level'] as readonly JsonObject[];
    const path = `/temporal/entities/${id}/attrs/level/${instanceId}`;
    await broker.api
      .patch(path)
      .send({ level: { type: 'Property', values: [[5, at(5)]] } })
      .expect(204);
    expect((await read(id))['level']).toMatchObject([{ value: 5, observedAt: at(5), instanceId }]);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['no pairs', { type: 'Property', values: [1, 2] }, /values of level is not an array of pairs/],
    ['no array', { type: 'Property', values: 1 }, /values of level is not an array of pairs/],
    ['a triple', { type: 'Property', values: [[1, at(1), at(2)]] }, /not an array of pairs/],
    ['no time', { type: 'Property', values: [[1, 'noon']] }, /observedAt of level is not a DateTime/],
    ['a value of another kind', { type: 'Relationship', objects: [['x', at(1)]] }, /object of level/],
    ['values of another kind', { type: 'Relationship', values: [['urn:x:1', at(1)]] }, /no object/],
    ['a unit', { type: 'Property', values: [[1, at(1)]], unitCode: 'CEL' }, /unitCode beside values/],
    ['a bad dataset', { type: 'Property', values: [[1, at(1)]], datasetId: 'b' }, /datasetId of level/],
    ['aggregates', { type: 'Property', avg: [[1, at(1), at(2)]] }, /level has no value/],
  ])('is refused with %s', async (_, level, detail) => {
    const id = 'urn:ngsi-ld:Sensor:refused';
    const { status, body } = await broker.api.post('/temporal/entities').send({ id, type: 'Sensor', level });
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({ type: `${ERRORS}BadRequestData`, detail: expect.stringMatching(detail) }),
    ]);
    await broker.api.get(`/temporal/entities/${id}`).expect(404);
  });
});
