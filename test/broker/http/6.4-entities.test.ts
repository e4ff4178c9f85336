import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import {
  brokerUnderTest,
  CITY_CONTEXT,
  contextLink,
  DEFAULT,
  ERRORS,
  LOST_CONTEXT,
  TEMPERATURE,
} from './broker-under-test.ts';

/** One Attribute of each kind, as normalized as it can be (clauses 4.5.2, 4.5.3, 4.5.18 to 4.5.24). */
const everyKind: JsonObject = {
  id: 'urn:ngsi-ld:Station:all',
  type: ['Station', 'Building'],
  scope: ['/Ghent/Centre', '/Air'],
  property: {
    type: 'Property',
    value: { depth: 3, tags: ['a', 5, null] },
    unitCode: 'MTR',
    observedAt: '2026-05-01T10:00:00.25Z',
    accuracy: { type: 'Property', value: 0.5 },
  },
  location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [3.72, 51.05] } },
  title: { type: 'LanguageProperty', languageMap: { nl: 'Station', fr: ['Gare', 'La gare'] } },
  category: { type: 'VocabProperty', vocab: ['rail', 'bus'] },
  raw: { type: 'JsonProperty', json: { '@id': null, depth: [null] } },
  list: { type: 'ListProperty', valueList: [3, [1, 2], 'x'] },
  partOf: { type: 'Relationship', object: 'urn:ngsi-ld:Network:1', objectType: 'Network' },
  stops: {
    type: 'ListRelationship',
    objectList: [{ object: 'urn:ngsi-ld:Stop:2' }, { object: 'urn:ngsi-ld:Stop:1' }],
  },
  speed: [
    { type: 'Property', value: 50 },
    { type: 'Property', value: 55, datasetId: 'urn:ngsi-ld:Dataset:gps' },
  ],
};

describe('a body over the limit', () => {
  const broker = brokerUnderTest();

  it('is answered 413 once the client has sent it all', async () => {
    const body = JSON.stringify({ ...everyKind, note: 'x'.repeat(30_000_000) });
    const { body: problem } = await broker.api
      .post('/entities')
      .set('Content-Type', 'application/json')
      .send(body)
      .expect(413);
    expect(problem.detail).toMatch(/A body may have 1000000 bytes \(the setting MAX_BODY_SIZE\)/);
  });
});

describe('POST /entities (clause 6.4.3.1)', () => {
  const broker = brokerUnderTest();

  it('answers 201 and where the Entity is, nothing else', async () => {
    const body = { id: 'urn:ngsi-ld:Room:1', type: 'Room', temp: 21 };
    const response = await broker.api.post('/entities').set('Link', contextLink(CITY_CONTEXT)).send(body);
    expect([response.status, response.text]).toEqual([201, '']);
    expect(response.headers['location']).toBe('/ngsi-ld/v1/entities/urn:ngsi-ld:Room:1');
    const stored = await broker.store.of('').get('urn:ngsi-ld:Room:1');
    expect(Object.keys(stored?.attributes ?? {})).toEqual([TEMPERATURE]);
  });

  it('keeps every kind of Attribute as it came', async () => {
    await broker.api.post('/entities').send(everyKind).expect(201);
    const { body } = await broker.api.get('/entities/urn:ngsi-ld:Station:all').expect(200);
    expect(body).toEqual(everyKind);
  });

  it('takes the concise representation and gives it back without loss (clause 4.5.1)', async () => {
    const concise = {
      id: 'urn:ngsi-ld:Room:concise',
      type: 'Room',
      level: 5,
      shape: { type: 'Point', coordinates: [4, 51] },
      on: { value: true, observedAt: '2026-05-01T10:00:00Z' },
      owner: { object: 'urn:ngsi-ld:Person:1' },
      name: { languageMap: { en: 'Hall' } },
      one: [5],
    };
    await broker.api.post('/entities').send(concise).expect(201);
    const { body } = await broker.api.get('/entities/urn:ngsi-ld:Room:concise?format=concise').expect(200);
    expect(body).toEqual(concise);
  });

  it('matches the Subscriptions with the change, once', async () => {
    const before = broker.matched.length;
    await broker.api.post('/entities').send({ id: 'urn:ngsi-ld:Room:m', type: 'Room', a: 1 }).expect(201);
    expect(broker.matched.slice(before)).toMatchObject([
      { tenant: '', change: { kind: 'created', entity: { id: 'urn:ngsi-ld:Room:m' } } },
    ]);
  });

  it('answers 409 when the id exists, whatever its types', async () => {
    await broker.api.post('/entities').send({ id: 'urn:ngsi-ld:Room:2', type: 'Room' }).expect(201);
    const again = await broker.api.post('/entities').send({ id: 'urn:ngsi-ld:Room:2', type: 'Hall' });
    expect(again.status).toBe(409);
    expect(again.headers['content-type']).toBe('application/json');
    expect(again.body).toMatchObject({ type: `${ERRORS}AlreadyExists`, status: 409 });
    expect(again.body.detail).toContain('urn:ngsi-ld:Room:2');
  });

  it.each([
    ['no JSON', '{"id":', 'InvalidRequest', /JSON/],
    ['an array', '[]', 'InvalidRequest', /object/],
    ['no id', '{"type":"Room"}', 'BadRequestData', /id/],
    ['an id that is no URI', '{"id":"room 1","type":"Room"}', 'BadRequestData', /room 1/],
    ['no type', '{"id":"urn:ngsi-ld:Room:x"}', 'BadRequestData', /type/],
    [
      'NGSI-LD Null',
      '{"id":"urn:x:1","type":"R","a":{"type":"Property","value":"urn:ngsi-ld:null"}}',
      'BadRequestData',
      /null/,
    ],
    [
      'two defaults',
      '{"id":"urn:x:1","type":"R","a":[{"value":1},{"value":2}]}',
      'BadRequestData',
      /datasetId/,
    ],
    [
      '30 February',
      '{"id":"urn:x:1","type":"R","a":{"value":1,"observedAt":"2026-02-30T00:00:00Z"}}',
      'BadRequestData',
      /observedAt/,
    ],
    [
      'an open ring',
      '{"id":"urn:x:1","type":"R","location":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}}',
      'BadRequestData',
      /ring/,
    ],
  ])('refuses %s', async (_what, text, type, detail) => {
    const { status, body } = await broker.api
      .post('/entities')
      .set('Content-Type', 'application/json')
      .send(text);
    expect([status, body.type, body.status]).toEqual([400, ERRORS + type, 400]);
    expect(body.detail).toMatch(detail);
    expect(await broker.store.of('').get('urn:x:1')).toBeUndefined();
  });

  it('refuses an @context in JSON, JSON-LD without one, and both (clause 6.3.5)', async () => {
    const entity = { id: 'urn:ngsi-ld:Room:c', type: 'Room' };
    const post = (type: string) => broker.api.post('/entities').set('Content-Type', type);
    await post('application/json')
      .send(JSON.stringify({ ...entity, '@context': CITY_CONTEXT }))
      .expect(400);
    await post('application/ld+json').send(JSON.stringify(entity)).expect(400);
    const both = post('application/ld+json').set('Link', contextLink(CITY_CONTEXT));
    await both.send(JSON.stringify({ ...entity, '@context': CITY_CONTEXT })).expect(400);
    await post('application/ld+json')
      .send(JSON.stringify({ ...entity, '@context': CITY_CONTEXT }))
      .expect(201);
  });

  it('answers 504 for an @context that cannot be had, and creates nothing', async () => {
    const entity = { id: 'urn:ngsi-ld:Room:lost', type: 'Room' };
    const response = await broker.api.post('/entities').set('Link', contextLink(LOST_CONTEXT)).send(entity);
    expect([response.status, response.body.type]).toEqual([504, `${ERRORS}LdContextNotAvailable`]);
    expect(response.body.detail).toContain(LOST_CONTEXT);
    expect(await broker.store.of('').get(entity.id)).toBeUndefined();
  });

  it('makes a tenant, whose Entities are its own (clause 6.3.14)', async () => {
    const entity = { id: 'urn:ngsi-ld:Room:t', type: 'Room' };
    const created = await broker.api.post('/entities').set('NGSILD-Tenant', 'ghent').send(entity).expect(201);
    expect(created.headers['ngsild-tenant']).toBe('ghent');
    await broker.api.get(`/entities/${entity.id}`).set('NGSILD-Tenant', 'ghent').expect(200);
    await broker.api.get(`/entities/${entity.id}`).expect(404);
    const unknown = await broker.api.get('/entities?type=Room').set('NGSILD-Tenant', 'nowhere').expect(404);
    expect(unknown.body.type).toBe(`${ERRORS}NonexistentTenant`);
  });

  it('makes no tenant when the Entity is refused', async () => {
    await broker.api.post('/entities').set('NGSILD-Tenant', 'bruges').send({ id: 'urn:x:1' }).expect(400);
    await broker.api.get('/entities?type=Room').set('NGSILD-Tenant', 'bruges').expect(404);
  });

  it('answers 400 InvalidRequest for a parameter that it does not know (clause 6.3.20)', async () => {
    const { body } = await broker.api.post('/entities?upsert=true').send({}).expect(400);
    expect(body.type).toBe(`${ERRORS}InvalidRequest`);
    expect(body.detail).toContain('upsert');
  });
});

describe('GET /entities (clause 6.4.3.2)', () => {
  const broker = brokerUnderTest();
  const ids = async (search: string): Promise<readonly string[]> => {
    const { body } = await broker.api.get(`/entities?${search}`).expect(200);
    return body.map(({ id }: { id: string }) => id.slice(-1));
  };

  beforeAll(async () => {
    const entities = [
      {
        id: 'urn:ngsi-ld:Car:1',
        type: 'Car',
        scope: '/A/B',
        speed: 10,
        location: { type: 'Point', coordinates: [4.0, 51.0] },
      },
      {
        id: 'urn:ngsi-ld:Car:2',
        type: ['Car', 'Taxi'],
        scope: '/A',
        speed: 20,
        brand: 'Minerva',
        location: { type: 'Point', coordinates: [4.001, 51.0] },
      },
      {
        id: 'urn:ngsi-ld:Bus:3',
        type: 'Bus',
        speed: { value: 30, driver: { object: 'urn:p:1' } },
        location: { type: 'Point', coordinates: [5, 50] },
      },
      { id: 'urn:ngsi-ld:Car:4', type: 'Car', speed: [{ value: 40 }, { value: 99, datasetId: 'urn:d:1' }] },
      { id: 'urn:ngsi-ld:Car:5', type: 'Car', brand: 'FN', expiresAt: '2026-06-01T13:00:00Z' },
    ];
    await broker.api.post('/entityOperations/create').send(entities).expect(201);
  });

  it.each([
    ['type=Car', '1245'],
    ['type=Car,Bus', '12345'],
    ['type=(Car;Taxi)', '2'],
    ['type=Car|(Bus;Taxi)', '1245'],
    ['type=*', '12345'],
    [`type=${encodeURIComponent(`${DEFAULT}Bus`)}`, '3'],
    ['type=Car&id=urn:ngsi-ld:Car:4,urn:ngsi-ld:Car:1,urn:ngsi-ld:Bus:3', '14'],
    ['type=Car&idPattern=Car:[45]$', '45'],
    ['q=speed>15', '234'],
    ['q=speed>15;brand==%22Minerva%22', '2'],
    ['q=(brand|speed==10);speed', '12'],
    ['q=speed==99', '4'],
    ['q=speed.driver==urn:p:1', '3'],
    ['type=Car&q=!brand', '14'],
    ['q=brand~=^Min', '2'],
    ['type=Car&scopeQ=/A', '2'],
    ['type=Car&scopeQ=/A/%23', '12'],
    ['type=Car&scopeQ=/A/+', '1'],
    ['georel=near;maxDistance==200&geometry=Point&coordinates=[4.0,51.0]', '12'],
    ['georel=near;maxDistance==20&geometry=Point&coordinates=[4.0,51.0]', '1'],
    ['georel=within&geometry=Polygon&coordinates=[[[3,50.5],[4.5,50.5],[4.5,51.5],[3,51.5],[3,50.5]]]', '12'],
    ['type=Car&georel=disjoint&geometry=Point&coordinates=[4.0,51.0]&geoproperty=location', '2'],
    ['attrs=brand', '25'],
    ['local=true', '12345'],
    ['local=true&id=urn:ngsi-ld:Car:2', '2'],
    ['type=Tram', ''],
  ])('%s gives %s', async (search, expected) => {
    expect((await ids(search)).join('')).toBe(expected);
  });

  it.each([
    [''],
    ['id=urn:ngsi-ld:Car:1'],
    ['idPattern=.*'],
    ['q=createdAt>2020-01-01T00:00:00Z'],
    ['attrs=createdAt'],
    ['scopeQ=/A'],
  ])('refuses %j as too wide', async (search) => {
    const { body } = await broker.api.get(`/entities?${search}`).expect(400);
    expect(body.type).toBe(`${ERRORS}BadRequestData`);
    expect(body.detail).toMatch(/too wide.*type/);
  });

  it.each([
    ['type=Car&q=speed%3D%3D', 'BadRequestData', 400],
    ['type=Car&id=nonsense', 'BadRequestData', 400],
    ['type=Car&georel=near;maxDistance==5', 'BadRequestData', 400],
    ['type=Car&pick=speed&omit=speed', 'BadRequestData', 400],
    ['type=Car&attrs=speed&pick=speed', 'BadRequestData', 400],
    ['type=Car&geometryProperty=location', 'BadRequestData', 400],
    ['type=Car&format=yaml', 'InvalidRequest', 400],
    ['type=*&local=false', 'BadRequestData', 400],
    ['type=Car&limit=0', 'BadRequestData', 400],
    ['type=Car&limit=-1', 'BadRequestData', 400],
    ['type=Car&lang=e%20n', 'BadRequestData', 400],
    ['type=Car&options=yaml', 'InvalidRequest', 400],
    ['type=Car&typo=1', 'InvalidRequest', 400],
    ['type=Car&limit=1001', 'TooManyResults', 403],
  ])('refuses %s', async (search, type, status) => {
    const response = await broker.api.get(`/entities?${search}`);
    expect([response.status, response.body.type]).toEqual([status, ERRORS + type]);
    expect(response.body.detail).not.toBe('');
  });

  it.each([
    ['type=Car', 'where the store judges'],
    ['type=Car&q=!nothing', 'where the evaluator judges'],
  ])('pages and counts with %s, %s', async (search) => {
    const page = async (more: string) => {
      const { body, headers } = await broker.api.get(`/entities?${search}&${more}`).expect(200);
      const rels = [...(headers['link'] ?? '').matchAll(/rel="(next|prev)"/g)].map(([, rel]) => rel);
      return [
        body.map(({ id }: { id: string }) => id.slice(-1)).join(''),
        rels.join(),
        headers['ngsild-results-count'],
      ];
    };
    expect(await page('limit=2')).toEqual(['12', 'next', undefined]);
    expect(await page('limit=2&offset=2')).toEqual(['45', 'prev', undefined]);
    expect(await page('limit=2&offset=1&count=true')).toEqual(['24', 'prev,next', '4']);
    expect(await page('limit=4')).toEqual(['1245', '', undefined]);
    expect(await page('limit=0&count=true')).toEqual(['', '', '4']);
    expect(await page('limit=2&offset=9&count=true')).toEqual(['', 'prev', '4']);
    expect(await page('limit=2&offset=9')).toEqual(['', 'prev', undefined]);
  });

  it('finds an Entity with a comma in its id by POST, where each id stands for itself (clause 5.2.33)', async () => {
    const id = 'urn:ngsi-ld:Comma:1,2';
    await broker.api.post('/entities').send({ id, type: 'Comma' }).expect(201);
    const query = { type: 'Query', entities: [{ id, type: 'Comma' }] };
    const { body } = await broker.api.post('/entityOperations/query').send(query).expect(200);
    expect(body).toMatchObject([{ id }]);
  });

  it('checks a filter of Context Sources, of which there are none to filter (clause 5.7.2.4)', async () => {
    await broker.api.get('/entities?type=Room&csf=endpoint==%22x%22').expect(200);
    const { body } = await broker.api.get('/entities?type=Room&csf=endpoint%3D%3D').expect(400);
    expect(body.type).toBe(`${ERRORS}BadRequestData`);
  });

  it('links to the next page so that it can be followed', async () => {
    const first = await broker.api.get('/entities?q=speed%3E15&limit=1').expect(200);
    const [, target = '', type] =
      /<([^>]*)>; rel="next"; type="([^"]*)"/.exec(first.headers['link'] ?? '') ?? [];
    expect(type).toBe('application/json');
    const second = await broker.api.get(target.replace('/ngsi-ld/v1', '')).expect(200);
    expect(second.body.map(({ id }: { id: string }) => id)).toEqual(['urn:ngsi-ld:Bus:3']);
  });

  it('shows what pick, omit, attrs, lang and datasetId leave', async () => {
    const first = async (search: string) => (await broker.api.get(`/entities?${search}`).expect(200)).body[0];
    expect(await first('type=Taxi&pick=id,brand&format=simplified')).toEqual({
      id: 'urn:ngsi-ld:Car:2',
      brand: 'Minerva',
    });
    expect(await first('type=Taxi&omit=location,scope,speed&options=keyValues')).toEqual({
      id: 'urn:ngsi-ld:Car:2',
      type: ['Car', 'Taxi'],
      brand: 'Minerva',
    });
    expect(await first('type=Car&attrs=brand&format=concise')).toEqual({
      id: 'urn:ngsi-ld:Car:2',
      type: ['Car', 'Taxi'],
      scope: '/A',
      brand: 'Minerva',
    });
    expect(await first('id=urn:ngsi-ld:Car:4&local=true&datasetId=urn:d:1&format=simplified')).toEqual({
      id: 'urn:ngsi-ld:Car:4',
      type: 'Car',
      speed: 99,
    });
    expect(await first('id=urn:ngsi-ld:Car:4&local=true&format=simplified')).toMatchObject({
      speed: { dataset: { '@none': 40, 'urn:d:1': 99 } },
    });
  });

  it('gives createdAt, modifiedAt and expiresAt with sysAttrs only', async () => {
    const get = async (options: string) =>
      (await broker.api.get(`/entities?q=brand==%22FN%22&options=${options}`).expect(200)).body[0];
    expect(await get('sysAttrs')).toMatchObject({
      createdAt: expect.stringMatching(/^2026-06-01T12:00:00.*Z$/),
      expiresAt: '2026-06-01T13:00:00Z',
      brand: { createdAt: expect.stringMatching(/Z$/) },
    });
    expect(Object.keys(await get('normalized'))).toEqual(['id', 'type', 'brand']);
  });

  it('is a FeatureCollection for Accept: application/geo+json (clause 4.5.16)', async () => {
    const response = await broker.api
      .get('/entities?type=Taxi&options=simplified')
      .set('Accept', 'application/geo+json')
      .expect(200);
    expect(response.headers['content-type']).toBe('application/geo+json');
    expect(JSON.parse(response.text ?? response.body.toString())).toMatchObject({
      type: 'FeatureCollection',
      features: [
        {
          id: 'urn:ngsi-ld:Car:2',
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [4.001, 51.0] },
          properties: { brand: 'Minerva' },
        },
      ],
      '@context': expect.anything(),
    });
  });

  it('gives names of the @context that was asked in, by Link or in each Entity (clauses 6.3.5, 6.3.6)', async () => {
    await broker.api
      .patch('/entities/urn:ngsi-ld:Bus:3')
      .send({ [TEMPERATURE]: 19 })
      .expect(204);
    const get = () => broker.api.get('/entities?q=temp==19').set('Link', contextLink(CITY_CONTEXT));
    const json = await get().expect(200);
    expect(json.body[0].temp).toEqual({ type: 'Property', value: 19 });
    expect(json.headers['link']).toContain(CITY_CONTEXT);
    const jsonLd = await get().set('Accept', 'application/ld+json').expect(200);
    expect(JSON.parse(jsonLd.text)[0]['@context']).toContain(CITY_CONTEXT);
    expect(jsonLd.headers['link']).toBeUndefined();
  });

  it('does not give Entities that have expired (clause 4.22)', async () => {
    expect(await ids('type=Car&q=brand')).toEqual(['2', '5']);
    broker.clock.advance(3_600_000_000);
    expect(await ids('type=Car&q=brand')).toEqual(['2']);
    const counted = await broker.api.get('/entities?type=Car&limit=0&count=true').expect(200);
    expect(counted.headers['ngsild-results-count']).toBe('3');
  });

  it('answers HEAD as GET, without the body', async () => {
    const got = await broker.api.get('/entities?type=Bus').expect(200);
    const head = await broker.api.head('/entities?type=Bus').expect(200);
    expect(head.headers['content-length']).toBe(got.headers['content-length']);
    expect(head.text ?? '').toBe('');
  });
});

describe('DELETE /entities (clause 6.4.3.3)', () => {
  const broker = brokerUnderTest();
  const rooms = [1, 2, 3, 4, 5, 6, 7].map((number) => ({
    id: `urn:ngsi-ld:Room:${number}`,
    type: number > 5 ? 'Hall' : 'Room',
    number,
    name: { languageMap: { en: 'x' } },
  }));
  const left = async (): Promise<string> => {
    const { body } = await broker.api.get('/entities?local=true&format=simplified').expect(200);
    return body
      .map(
        ({ id, ...rest }: JsonObject) =>
          String(id).slice(-1) +
          Object.keys(rest)
            .slice(1)
            .map((name) => name[0])
            .join(''),
      )
      .join(' ');
  };

  beforeEach(() => broker.api.post('/entityOperations/upsert').send(rooms));

  it.each([
    ['type=Room', '6nn 7nn'],
    ['q=number>2', '1nn 2nn'],
    ['type=Room&q=number<3', '3nn 4nn 5nn 6nn 7nn'],
    ['type=Room&drop=name,nothing', '1n 2n 3n 4n 5n 6nn 7nn'],
    ['type=Room&drop=name&geometryProperty=location', '1n 2n 3n 4n 5n 6nn 7nn'],
    ['type=Hall&keep=nothing', '1nn 2nn 3nn 4nn 5nn 6 7'],
    ['local=true', ''],
    ['type=Tram', '1nn 2nn 3nn 4nn 5nn 6nn 7nn'],
  ])('%s leaves %s', async (search, expected) => {
    await broker.api.delete(`/entities?${search}`).expect(204);
    expect(await left()).toBe(expected);
    await broker.api.delete('/entities?local=true').expect(204);
  });

  it('records and matches every deletion', async () => {
    const before = broker.matched.length;
    await broker.api.delete('/entities?type=Hall').expect(204);
    expect(broker.matched.slice(before).map(({ change }) => change.kind)).toEqual(['deleted', 'deleted']);
  });

  it.each([
    [''],
    ['id=urn:ngsi-ld:Room:1'],
    ['type=Room&keep=a&drop=b'],
    ['type=Room&drop=id'],
    ['type=Room&pick=a'],
  ])('refuses %j and deletes nothing', async (search) => {
    await broker.api.delete(`/entities?${search}`).expect(400);
    expect(await left()).toBe('1nn 2nn 3nn 4nn 5nn 6nn 7nn');
  });
});
