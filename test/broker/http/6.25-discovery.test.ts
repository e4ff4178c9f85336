import { beforeAll, describe, expect, it } from '@jest/globals';
import { brokerUnderTest, CITY_CONTEXT, contextLink, DEFAULT } from './broker-under-test.ts';

const broker = brokerUnderTest();

beforeAll(async () => {
  const entities = [
    { id: 'urn:ngsi-ld:Car:1', type: 'Car', speed: [{ value: 1 }, { value: 2, datasetId: 'urn:d:1' }] },
    { id: 'urn:ngsi-ld:Car:2', type: ['Car', 'Taxi'], speed: { object: 'urn:a:b' }, brand: 'FN' },
    { id: 'urn:ngsi-ld:Town:3', type: 'https://city.example/City' },
  ];
  await broker.api.post('/entityOperations/create').send(entities).expect(201);
});

const get = async (path: string) => (await broker.api.get(path).expect(200)).body;

describe('GET /types (clauses 6.25, 6.26)', () => {
  it('lists the types there are, with the names of the @context', async () => {
    const { body } = await broker.api.get('/types').set('Link', contextLink(CITY_CONTEXT)).expect(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^urn:ngsi-ld:EntityTypeList:/),
      type: 'EntityTypeList',
      typeList: expect.arrayContaining(['Car', 'Taxi', 'City']),
    });
    expect(body.typeList).toHaveLength(3);
  });

  it('forgets a type with its last Entity', async () => {
    await broker.api.post('/entities').send({ id: 'urn:ngsi-ld:Tram:1', type: 'Tram' }).expect(201);
    expect((await get('/types')).typeList).toContain('Tram');
    await broker.api.delete('/entities/urn:ngsi-ld:Tram:1').expect(204);
    expect((await get('/types')).typeList).not.toContain('Tram');
  });

  it('tells with details the Attributes of each', async () => {
    expect(await get('/types?details=true')).toEqual(
      expect.arrayContaining([
        { id: `${DEFAULT}Car`, type: 'EntityType', typeName: 'Car', attributeNames: ['brand', 'speed'] },
        { id: `${DEFAULT}Taxi`, type: 'EntityType', typeName: 'Taxi', attributeNames: ['brand', 'speed'] },
      ]),
    );
  });

  it('tells of one type how many Entities have it, and the kinds of their Attributes', async () => {
    expect(await get('/types/Car')).toEqual({
      id: `${DEFAULT}Car`,
      type: 'EntityTypeInfo',
      typeName: 'Car',
      entityCount: 2,
      attributeDetails: [
        { id: `${DEFAULT}brand`, type: 'Attribute', attributeName: 'brand', attributeTypes: ['Property'] },
        {
          id: `${DEFAULT}speed`,
          type: 'Attribute',
          attributeName: 'speed',
          attributeTypes: ['Property', 'Relationship'],
        },
      ],
    });
    expect(await get(`/types/${encodeURIComponent(`${DEFAULT}Taxi`)}`)).toMatchObject({ entityCount: 1 });
    await broker.api.get('/types/Nothing').expect(404);
    await broker.api.get('/types/1x').expect(400);
  });
});

describe('GET /attributes (clauses 6.27, 6.28)', () => {
  it('lists the Attributes there are, with details the types that have them', async () => {
    expect(await get('/attributes')).toEqual({
      id: expect.stringMatching(/^urn:ngsi-ld:AttributeList:/),
      type: 'AttributeList',
      attributeList: ['brand', 'speed'],
    });
    expect(await get('/attributes?details=true')).toContainEqual({
      id: `${DEFAULT}brand`,
      type: 'Attribute',
      attributeName: 'brand',
      typeNames: ['Car', 'Taxi'],
    });
  });

  it('tells of one Attribute how often it is there', async () => {
    expect(await get('/attributes/speed')).toEqual({
      id: `${DEFAULT}speed`,
      type: 'Attribute',
      attributeName: 'speed',
      attributeCount: 3,
      attributeTypes: ['Property', 'Relationship'],
      typeNames: ['Car', 'Taxi'],
    });
    await broker.api.get('/attributes/nothing').expect(404);
    await broker.api.get('/attributes/id').expect(404);
    await broker.api.get('/attributes/9lives').expect(400);
  });
});
