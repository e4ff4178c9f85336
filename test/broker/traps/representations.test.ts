import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';
import { GPS, ID, MAP, oneRoom, PATH } from './one-room.ts';

const broker = brokerUnderTest();
const { create, given, read, attribute } = oneRoom(broker);
const point = { type: 'Point', coordinates: [4, 51] };

describe('trap 21: concise input tells its kind by its members, in sub-Attributes too; simplified input only where it is declared (clauses 4.5.2.3, 4.5.3.3, 4.5.4)', () => {
  const kinds: readonly (readonly [concise: Json, normalized: JsonObject])[] = [
    [5, { type: 'Property', value: 5 }],
    ['urn:a:1', { type: 'Property', value: 'urn:a:1' }],
    [false, { type: 'Property', value: false }],
    [[1, 2], { type: 'Property', value: [1, 2] }],
    [[], { type: 'Property', value: [] }],
    [['urn:a:1'], { type: 'Property', value: ['urn:a:1'] }],
    [[{ x: 1 }], { type: 'Property', value: [{ x: 1 }] }],
    [{ x: 1 }, { type: 'Property', value: { x: 1 } }],
    [{ value: 5 }, { type: 'Property', value: 5 }],
    [
      { value: 5, unitCode: 'MTR' },
      { type: 'Property', value: 5, unitCode: 'MTR' },
    ],
    [point, { type: 'GeoProperty', value: point }],
    [{ value: point }, { type: 'GeoProperty', value: point }],
    [{ object: 'urn:a:1' }, { type: 'Relationship', object: 'urn:a:1' }],
    [{ object: ['urn:a:1', 'urn:a:2'] }, { type: 'Relationship', object: ['urn:a:1', 'urn:a:2'] }],
    [{ languageMap: { en: 'x' } }, { type: 'LanguageProperty', languageMap: { en: 'x' } }],
    [{ vocab: 'on' }, { type: 'VocabProperty', vocab: 'on' }],
    [{ json: { id: 1 } }, { type: 'JsonProperty', json: { id: 1 } }],
    [{ valueList: [1, [2]] }, { type: 'ListProperty', valueList: [1, [2]] }],
    [{ objectList: ['urn:a:1'] }, { type: 'ListRelationship', objectList: [{ object: 'urn:a:1' }] }],
  ];

  it.each(kinds)('%j', async (concise, normalized) => {
    await given({ a: concise, b: { value: 1, a: concise } });
    expect(await read()).toEqual({
      id: ID,
      type: 'Room',
      a: normalized,
      b: { type: 'Property', value: 1, a: normalized },
    });
    for (const write of ['put', 'patch'] as const) {
      await broker.api[write](PATH).send({ type: 'Room', a: concise }).expect(204);
      expect(await attribute()).toEqual(normalized);
    }
    await broker.api.patch(`${PATH}/attrs`).send({ a: concise }).expect(204);
    expect(await attribute()).toEqual(normalized);
  });

  it.each(kinds)('what is written for %j can be read again', async (concise) => {
    await given({ a: concise, b: { object: 'urn:a:1', s: { value: 1, a: concise } } });
    const normalized = await read();
    const { id: _id, ...written } = await read('?format=concise');
    await broker.api.put(PATH).send(written).expect(204);
    expect(await read()).toEqual(normalized);
  });

  it.each([
    { location: 'urn:a:1' },
    { location: { value: 5 } },
    { observationSpace: { object: 'urn:a:1' } },
    { operationSpace: [4, 51] },
    { a: { type: 'Point', coordinates: [4] } },
    { a: { value: 5, object: 'urn:a:1' } },
    { a: { languageMap: { en: 'x' }, value: 5 } },
    { a: { object: 'no uri' } },
    { a: { object: 'urn:a:1', unitCode: 'MTR' } },
    { a: { unitCode: 'MTR' } },
    { a: { type: 'Relationship', value: 'urn:a:1' } },
    { a: { type: 'Property', object: 'urn:a:1' } },
  ])('refuses %j', async (members) => {
    expect(problemOf(await create(members))).toEqual([400, 'BadRequestData']);
  });

  it('a value that could be an instance needs its member', async () => {
    const value = { object: 'urn:a:1', observedAt: 'noon' };
    await given({ a: { value } });
    expect(await attribute()).toEqual({ type: 'Property', value });
    expect(await attribute('?format=concise')).toEqual({ value });
    expect((await create({ a: value })).status).toBe(400);
  });

  it('simplified input is taken by merge with format or options, and by nothing else', async () => {
    await given({ a: { object: 'urn:a:1' } });
    const sent = { a: 'urn:a:2' };
    for (const search of ['?format=simplified', '?format=keyValues', '?options=keyValues']) {
      await broker.api.post(`/entities${search}`).send({ id: 'urn:r:2', type: 'Room' }).expect(400);
      await broker.api.post(`${PATH}/attrs${search}`).send(sent).expect(400);
      await broker.api.patch(`${PATH}/attrs${search}`).send(sent).expect(400);
    }
    await broker.api.patch(PATH).send(sent).expect(400);
    expect(await attribute('?format=simplified')).toBe('urn:a:1');
    await broker.api.patch(`${PATH}?options=keyValues`).send(sent).expect(204);
    expect(await attribute()).toEqual({ type: 'Relationship', object: 'urn:a:2' });
  });
});

describe('trap 22: simplified, several instances are {"dataset": {...}}, neither an array nor the default one alone (clause 4.5.4)', () => {
  const cases: readonly (readonly [name: string, one: JsonObject, other: JsonObject, a: Json, b: Json])[] = [
    ['Property', { value: 1 }, { value: [2] }, 1, [2]],
    [
      'Relationship',
      { object: 'urn:a:1' },
      { object: ['urn:a:2', 'urn:a:3'] },
      'urn:a:1',
      ['urn:a:2', 'urn:a:3'],
    ],
    [
      'GeoProperty',
      { value: point },
      { value: { type: 'Point', coordinates: [5, 52] } },
      point,
      { type: 'Point', coordinates: [5, 52] },
    ],
    [
      'LanguageProperty',
      { languageMap: { en: 'x' } },
      { languageMap: { nl: 'y' } },
      { languageMap: { en: 'x' } },
      { languageMap: { nl: 'y' } },
    ],
    ['VocabProperty', { vocab: 'on' }, { vocab: ['on', 'off'] }, { vocab: 'on' }, { vocab: ['on', 'off'] }],
    ['JsonProperty', { json: { x: 1 } }, { json: [null] }, { json: { x: 1 } }, { json: [null] }],
    ['ListProperty', { valueList: [1] }, { valueList: [2, 3] }, [1], [2, 3]],
    ['ListRelationship', { objectList: ['urn:a:1'] }, { objectList: ['urn:a:2'] }, ['urn:a:1'], ['urn:a:2']],
  ];

  it.each(cases)('%s', async (_kind, one, other, simpleOne, simpleOther) => {
    const datasets = { '@none': simpleOne, [GPS]: simpleOther };
    await given({ a: [one, { ...other, datasetId: GPS }] });
    for (const search of ['?format=simplified', '?options=keyValues'])
      expect(await attribute(search)).toEqual({ dataset: datasets });
    const { body } = await broker.api.get('/entities?type=Room&format=simplified').expect(200);
    expect(body).toEqual([{ id: ID, type: 'Room', a: { dataset: datasets } }]);
    await given({ a: one });
    expect(await attribute('?format=simplified')).toEqual(simpleOne);
  });

  it('without a default instance there is no @none', async () => {
    await given({
      a: [
        { value: 1, datasetId: GPS },
        { value: 2, datasetId: MAP },
      ],
    });
    expect(await attribute('?format=simplified')).toEqual({ dataset: { [GPS]: 1, [MAP]: 2 } });
  });
});

describe('trap 23: an array of one is data in a value and structure around instances (clause 4.5.5)', () => {
  it.each<readonly [sent: Json, normalized: Json, concise: Json, simplified: Json]>([
    [{ type: 'Property', value: [5] }, { type: 'Property', value: [5] }, [5], [5]],
    [[{ type: 'Property', value: 5 }], { type: 'Property', value: 5 }, 5, 5],
    [[{ value: [5] }], { type: 'Property', value: [5] }, [5], [5]],
    [[[5]], { type: 'Property', value: [[5]] }, [[5]], [[5]]],
    [[], { type: 'Property', value: [] }, [], []],
    [
      { type: 'Property', value: [{ value: 5 }] },
      { type: 'Property', value: [{ value: 5 }] },
      { value: [{ value: 5 }] },
      [{ value: 5 }],
    ],
    [[{ object: 'urn:a:1' }], { type: 'Relationship', object: 'urn:a:1' }, { object: 'urn:a:1' }, 'urn:a:1'],
    [{ valueList: [5] }, { type: 'ListProperty', valueList: [5] }, { valueList: [5] }, [5]],
    [
      { objectList: ['urn:a:1'] },
      { type: 'ListRelationship', objectList: [{ object: 'urn:a:1' }] },
      { objectList: ['urn:a:1'] },
      ['urn:a:1'],
    ],
    [
      { languageMap: { en: ['x'] } },
      { type: 'LanguageProperty', languageMap: { en: ['x'] } },
      { languageMap: { en: ['x'] } },
      { languageMap: { en: ['x'] } },
    ],
    [{ json: [5] }, { type: 'JsonProperty', json: [5] }, { json: [5] }, { json: [5] }],
    [
      [{ value: 5, datasetId: GPS }],
      { type: 'Property', value: 5, datasetId: GPS },
      { value: 5, datasetId: GPS },
      5,
    ],
  ])('%j', async (sent, normalized, concise, simplified) => {
    await given({ a: sent });
    expect(await attribute()).toEqual(normalized);
    expect(await attribute('?format=concise')).toEqual(concise);
    expect(await attribute('?format=simplified')).toEqual(simplified);
  });

  it('an array with instances that go down to one collapses, its value stays', async () => {
    await given({ a: [{ value: [5] }, { value: 6, datasetId: GPS }] });
    expect(await attribute()).toHaveLength(2);
    await broker.api.delete(`${PATH}/attrs/a?datasetId=${GPS}`).expect(204);
    expect(await attribute()).toEqual({ type: 'Property', value: [5] });
  });

  it('type and scope of one are strings', async () => {
    await given({ type: ['Room'], scope: ['/A'] });
    expect(await read()).toEqual({ id: ID, type: 'Room', scope: '/A' });
  });

  it('two instances for one dataset, or two default ones, are refused', async () => {
    const twice = [{ value: 1 }, { value: 2 }];
    for (const a of [
      twice,
      twice.map((one) => ({ ...one, datasetId: GPS })),
      [{ value: 1 }, { value: 2, datasetId: '@none' }],
    ])
      expect(problemOf(await create({ a }))).toEqual([400, 'BadRequestData']);
  });
});
