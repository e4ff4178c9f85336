import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, CITY_CONTEXT, contextLink, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();
const id = 'urn:ngsi-ld:Lamp:1';
const attrs = `/entities/${id}/attrs`;
const GPS = 'urn:ngsi-ld:Dataset:gps';
const observedAt = '2026-05-01T00:00:00Z';
const point = { type: 'Point', coordinates: [3.7, 51] };

const lamp: JsonObject = {
  id,
  type: 'Lamp',
  power: {
    ...{ type: 'Property', value: 10, unitCode: 'WTT', observedAt },
    by: { type: 'Property', value: 'meter' },
  },
  height: [
    { type: 'Property', value: 4 },
    { type: 'Property', value: 4.2, datasetId: GPS },
  ],
  onlyGps: { type: 'Property', value: 1, datasetId: GPS },
  address: { type: 'Property', value: { temp: 3 } },
  location: { type: 'GeoProperty', value: point },
  title: { type: 'LanguageProperty', languageMap: { nl: 'lamp' } },
  state: { type: 'VocabProperty', vocab: 'on' },
  raw: { type: 'JsonProperty', json: { json: [null] } },
  list: { type: 'ListProperty', valueList: [1, [2]] },
  pole: { type: 'Relationship', object: 'urn:a:pole' },
  cables: { type: 'ListRelationship', objectList: [{ object: 'urn:a:2' }, { object: 'urn:a:1' }] },
};

beforeEach(async () => {
  await broker.api.delete(`/entities/${id}`);
  await broker.api.post('/entities').send(lamp).expect(201);
});

const get = async (path: string): Promise<Json> =>
  (await broker.api.get(`${attrs}/${path}`).expect(200)).body;
const put = (path: string, value: Json) =>
  broker.api.put(`${attrs}/${path}`).set('Content-Type', 'application/json').send(JSON.stringify(value));

describe('GET /entities/{entityId}/attrs/{attrId} (TS 104 175)', () => {
  it('gives the Attribute as it stands in the Entity', async () => {
    expect(await get('power')).toEqual(lamp['power']);
    expect(await get('height')).toEqual(lamp['height']);
    expect(await get(`height?datasetId=${GPS}&format=concise`)).toEqual({ value: 4.2, datasetId: GPS });
    expect(await get('title?lang=nl&options=keyValues')).toBe('lamp');
    expect(await get('pole?options=sysAttrs')).toMatchObject({ createdAt: expect.any(String) });
  });

  it('has its @context in a Link, or with JSON-LD in each instance', async () => {
    const plain = await broker.api.get(`${attrs}/power`).expect(200);
    expect(plain.headers['link']).toContain('json-ld#context');
    const jsonLd = await broker.api.get(`${attrs}/height`).set('Accept', 'application/ld+json').expect(200);
    const instances = JSON.parse(jsonLd.text) as readonly JsonObject[];
    expect(instances.map((instance) => typeof instance['@context'])).toEqual(['string', 'string']);
  });

  it.each([
    ['nothing', 404, 'ResourceNotFound'],
    [`power?datasetId=${GPS}`, 404, 'ResourceNotFound'],
    ['power?type=Bin', 404, 'ResourceNotFound'],
    ['9lives', 400, 'BadRequestData'],
    ['power?pick=id', 400, 'InvalidRequest'],
  ])('answers %s with %i %s', async (path, status, type) => {
    const { body } = await broker.api.get(`${attrs}/${path}`).expect(status);
    expect(body.type).toBe(ERRORS + type);
  });
});

describe('GET /entities/{entityId}/attrs/{attrId}/value (TS 104 175)', () => {
  it.each<readonly [string, Json]>([
    ['power', 10],
    ['height', 4],
    [`height/value?datasetId=${GPS}`, 4.2],
    ['height/value?datasetId=@none', 4],
    ['address', { temp: 3 }],
    ['location', point],
    ['title', { nl: 'lamp' }],
    ['state', 'on'],
    ['raw', { json: [null] }],
    ['list', [1, [2]]],
    ['pole', 'urn:a:pole'],
    ['cables', ['urn:a:2', 'urn:a:1']],
  ])('gives the bare value of %s', async (path, value) => {
    expect(await get(path.includes('/') ? path : `${path}/value`)).toEqual(value);
  });

  it('is JSON and nothing else, with the names of the @context', async () => {
    await broker.api.get(`${attrs}/power/value`).set('Accept', 'application/ld+json').expect(406);
    const { headers, text } = await broker.api.get(`${attrs}/state/value`).set('Accept', '*/*').expect(200);
    expect([headers['content-type'], text]).toEqual(['application/json', '"on"']);
    await broker.api
      .patch(`/entities/${id}`)
      .set('Link', contextLink(CITY_CONTEXT))
      .send({ temp: { temp: 1 } });
    const city = broker.api.get(`${attrs}/temp/value`).set('Link', contextLink(CITY_CONTEXT));
    expect((await city.expect(200)).body).toEqual({ temp: 1 });
  });

  it.each(['nothing', 'onlyGps'])('answers 404 where there is no such instance: %s', async (name) => {
    await broker.api.get(`${attrs}/${name}/value`).expect(404);
  });

  it('answers HEAD, and names the methods that it has', async () => {
    await broker.api.head(`${attrs}/power/value`).expect(200);
    const { headers } = await broker.api.delete(`${attrs}/power/value`).expect(405);
    expect(headers['allow']).toBe('GET, PUT, HEAD, OPTIONS');
  });
});

describe('PUT /entities/{entityId}/attrs/{attrId}/value (TS 104 175)', () => {
  it('replaces the value alone', async () => {
    await put('power/value', 11).expect(204);
    expect(await get('power')).toEqual({ ...(lamp['power'] as JsonObject), value: 11 });
  });

  it('takes the time of the observation', async () => {
    await put('power/value?observedAt=2026-05-02T00:00:00Z', 11).expect(204);
    expect(await get('power')).toMatchObject({ value: 11, observedAt: '2026-05-02T00:00:00Z' });
    await put('power/value?observedAt=yesterday', 11).expect(400);
  });

  it('replaces the instance of a dataset', async () => {
    await put(`height/value?datasetId=${GPS}`, 5).expect(204);
    expect(await get('height/value')).toBe(4);
    expect(await get(`height/value?datasetId=${GPS}`)).toBe(5);
    await put('onlyGps/value', 5).expect(404);
  });

  it('changes nothing with what GET gave, and notifies nobody of it', async () => {
    const changes = broker.matched.length;
    for (const name of Object.keys(lamp).filter((key) => !['id', 'type', 'onlyGps'].includes(key))) {
      await put(`${name}/value`, await get(`${name}/value`)).expect(204);
    }
    expect(broker.matched.length).toBe(changes);
  });

  it.each<readonly [string, Json]>([
    ['title', { fr: 'lampe' }],
    ['state', ['on', 'dimmed']],
    ['raw', [{ '@id': null }]],
    ['list', []],
    ['pole', ['urn:a:1', 'urn:a:2']],
    ['address', 'Street 1'],
  ])('keeps the kind of %s', async (name, value) => {
    await put(`${name}/value`, value).expect(204);
    expect(await get(`${name}/value`)).toEqual(value);
    expect(await get(name)).toMatchObject({ type: (lamp[name] as JsonObject)['type'] as string });
  });

  it.each<readonly [string, Json, string]>([
    ['power', null, 'InvalidRequest'],
    ['power', 'urn:ngsi-ld:null', 'BadRequestData'],
    ['address', { deep: 'urn:ngsi-ld:null' }, 'BadRequestData'],
    ['location', { type: 'Point', coordinates: [] }, 'BadRequestData'],
    ['title', 'lamp', 'BadRequestData'],
    ['raw', 5, 'BadRequestData'],
    ['pole', 'pole', 'BadRequestData'],
    ['list', 5, 'BadRequestData'],
  ])('refuses for %s %j with %s', async (name, value, type) => {
    const { body } = await put(`${name}/value`, value).expect(400);
    expect(body.type).toBe(ERRORS + type);
    expect(await get(name)).toEqual(lamp[name]);
  });

  it('holds under If-Match, and takes plain JSON alone', async () => {
    await put('power/value', 11).set('If-Match', '"1-x"').expect(412);
    await put('power/value', 11).set('Content-Type', 'application/ld+json').expect(415);
    await broker.api
      .put(`${attrs}/power/value`)
      .set('Content-Type', 'application/json')
      .send('{')
      .expect(400);
  });
});
