import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { coreUrl, defaultCoreVersion } from '../../../broker/jsonld/core-versions.ts';
import { DEFAULT } from '../http/broker-under-test.ts';
import {
  type ContextsBroker,
  contextPage,
  contextsBroker,
  linkTo,
  TEMPERATURE,
  WEB_CONTEXT,
} from '../http/contexts-broker.ts';
import { problemOf } from './answers.ts';

const CORE = coreUrl(defaultCoreVersion);
const ID = 'urn:ngsi-ld:Room:1';
const PATH = `/entities/${ID}`;
const link = linkTo(WEB_CONTEXT);

let broker: ContextsBroker;
beforeEach(async () => {
  broker = await contextsBroker();
});

const sendJsonLd = (method: 'post' | 'put' | 'patch', path: string, body: Json) =>
  broker.api[method](path).set('Content-Type', 'application/ld+json').send(JSON.stringify(body));
const read = async (search = ''): Promise<JsonObject> =>
  (await broker.api.get(PATH + search).expect(200)).body;

describe('trap 01: the core @context wins over user terms wherever it stands (clauses 4.4, 5.5.7)', () => {
  const hostile = {
    value: 'https://rogue.example/value',
    Property: 'https://rogue.example/Property',
    observedAt: 'https://rogue.example/observedAt',
    location: 'https://rogue.example/location',
    temp: TEMPERATURE,
  };
  const point = { type: 'Point', coordinates: [4, 51] };
  const members = {
    temp: { type: 'Property', value: 20, observedAt: '2026-05-01T00:00:00Z' },
    location: { type: 'GeoProperty', value: point },
  };

  it.each<readonly [where: string, context: Json]>([
    ['nowhere', hostile],
    ['last', [hostile, CORE]],
    ['first', [CORE, hostile]],
    ['between', [{ Room: 'https://city.example/Room' }, CORE, hostile]],
    ['nowhere, the terms in a document', 'https://web.example/hostile.jsonld'],
    ['before a document with the terms', [CORE, 'https://web.example/hostile.jsonld']],
  ])('the core @context stands %s', async (_where, context) => {
    broker.web.pages.set('https://web.example/hostile.jsonld', contextPage(hostile));
    const entity = { id: ID, type: 'Room', ...members, '@context': context };
    await sendJsonLd('post', '/entities', entity).expect(201);
    expect(await read('?omit=id,type')).toEqual({
      [TEMPERATURE]: { type: 'Property', value: 20, observedAt: '2026-05-01T00:00:00Z' },
      location: { type: 'GeoProperty', value: point },
    });
    // The terms of the reader lose as well: what is the core's keeps its name.
    const answer = await broker.api.get(`${PATH}?pick=location`).set('Link', linkTo(WEB_CONTEXT)).expect(200);
    expect(answer.body).toEqual({ location: members.location });
  });

  it('what a newer core @context no longer has, users may define: name', async () => {
    const own = 'https://city.example/name';
    const inContext = { '@context': { name: own } };
    await broker.api.post('/entities').send({ id: ID, type: 'Room', name: 'Hall' }).expect(201);
    await sendJsonLd('post', `${PATH}/attrs`, { name: 'Own', ...inContext }).expect(204);
    expect(await read('?format=simplified&omit=id,type')).toEqual({ name: 'Hall', [own]: 'Own' });
    const again = `${PATH}/attrs?options=noOverwrite`;
    const { body } = await broker.api.post(again).send({ name: 'Again' }).expect(207);
    expect(body.notUpdated[0].attributeName).toBe(`${DEFAULT}name`);
  });

  it.each(['description', 'title'])('what it has as an Attribute, users may not: %s', async (term) => {
    const hall = { id: ID, type: 'Room', [term]: 'Hall' };
    await broker.api.post('/entities').send(hall).expect(201);
    const rogue = { [term]: 'Own', '@context': { [term]: `https://rogue.example/${term}` } };
    await sendJsonLd('post', `${PATH}/attrs`, rogue).expect(204);
    expect(await read('?format=simplified')).toEqual({ ...hall, [term]: 'Own' });
  });
});

describe('trap 02: JSON with an @context, and JSON-LD with a Link or without an @context, are 400 (clause 6.3.5)', () => {
  beforeEach(async () => {
    await broker.api.post('/entities').send({ id: ID, type: 'Room', temp: 1, kept: 1 }).expect(201);
    await broker.api
      .post('/subscriptions')
      .send({
        id: 'urn:s:1',
        type: 'Subscription',
        entities: [{ type: 'Room' }],
        notification: { endpoint: { uri: 'http://127.0.0.1:9/' } },
      })
      .expect(201);
  });

  const routes: readonly (readonly ['post' | 'put' | 'patch', string, JsonObject])[] = [
    ['post', '/entities', { id: 'urn:ngsi-ld:Room:2', type: 'Room' }],
    ['put', PATH, { type: 'Room', temp: 2 }],
    ['patch', PATH, { temp: 2 }],
    ['post', `${PATH}/attrs`, { temp: 2 }],
    ['patch', `${PATH}/attrs`, { temp: 2 }],
    ['patch', `${PATH}/attrs/temp`, { value: 2 }],
    ['put', `${PATH}/attrs/temp`, { value: 2 }],
    ['post', '/entityOperations/query', { type: 'Query', entities: [{ type: 'Room' }] }],
    ['post', '/temporal/entities', { id: 'urn:ngsi-ld:Room:2', type: 'Room' }],
    ['patch', '/subscriptions/urn:s:1', { isActive: false }],
  ];

  it.each(routes)('%s %s', async (method, path, body) => {
    const inJson = await broker.api[method](path).send({ ...body, '@context': CORE });
    const withLink = await sendJsonLd(method, path, { ...body, '@context': CORE }).set('Link', link);
    const without = await sendJsonLd(method, path, body);
    expect([inJson, withLink, without].map(problemOf)).toEqual(Array(3).fill([400, 'BadRequestData']));
    expect(await read('?format=simplified')).toEqual({ id: ID, type: 'Room', temp: 1, kept: 1 });
    expect((await broker.api.get('/entities/urn:ngsi-ld:Room:2')).status).toBe(404);
    expect((await broker.api.get('/subscriptions/urn:s:1')).body.status).toBe('active');
  });

  it.each(['create', 'upsert', 'update', 'merge'])('each element of a batch %s for itself', async (name) => {
    if (name !== 'create' && name !== 'upsert') {
      const rooms = ['urn:r:1', 'urn:r:2'].map((id) => ({ id, type: 'Room' }));
      await broker.api.post('/entityOperations/create').send(rooms).expect(201);
    }
    const [good, bad] = [
      { id: 'urn:r:1', type: 'Room', temp: 5 },
      { id: 'urn:r:2', type: 'Room', temp: 5 },
    ];
    const path = `/entityOperations/${name}`;
    const inJson = await broker.api.post(path).send([good, { ...bad, '@context': CORE }]);
    const without = await sendJsonLd('post', path, [{ ...good, '@context': CORE, temp: 6 }, bad]);
    for (const { status, body } of [inJson, without]) {
      expect(status).toBe(207);
      const refused = body.errors.filter((one: JsonObject) => one['entityId'] === 'urn:r:2');
      expect(refused).toHaveLength(1);
      expect(refused[0].error).toMatchObject({ type: expect.stringContaining('BadRequestData') });
    }
    expect(inJson.body.success).toEqual(['urn:r:1']);
    const withLink = await sendJsonLd('post', path, [{ ...good, '@context': CORE }]).set('Link', link);
    expect(problemOf(withLink)).toEqual([400, 'BadRequestData']);
  });

  it('a Link to something that is no @context is no Link to one', async () => {
    const other = '<https://web.example/help>; rel="help"';
    await sendJsonLd('patch', PATH, { temp: 2, '@context': CORE }).set('Link', other).expect(204);
  });
});

describe('trap 03: GET and DELETE take the @context from the Link, also for names in the path (clause 6.3.5)', () => {
  beforeEach(async () => {
    const room = { id: ID, type: 'Room', temp: 20, '@context': WEB_CONTEXT };
    await sendJsonLd('post', '/entities', room).expect(201);
    await broker.api.post(`${PATH}/attrs`).send({ temp: 5 }).expect(204);
  });

  it.each([
    ['pick=temp&format=simplified', { temp: 20 }, { temp: 5 }],
    ['attrs=temp&format=simplified&omit=id,type', { temp: 20 }, { temp: 5 }],
  ])('GET ?%s', async (search, linked, plain) => {
    const path = search.startsWith('attrs') ? `${PATH}?attrs=temp&format=simplified` : `${PATH}?${search}`;
    expect((await broker.api.get(path).set('Link', link).expect(200)).body).toMatchObject(linked);
    expect((await broker.api.get(path).expect(200)).body).toMatchObject(plain);
  });

  it('GET with q', async () => {
    const found = async (q: string, withLink: boolean) => {
      const request = broker.api.get(`/entities?type=Room&q=${q}`);
      return (await (withLink ? request.set('Link', link) : request).expect(200)).body.length;
    };
    expect([await found('temp==20', true), await found('temp==20', false)]).toEqual([1, 0]);
    expect([await found('temp==5', true), await found('temp==5', false)]).toEqual([0, 1]);
  });

  it('DELETE of an Attribute', async () => {
    await broker.api.delete(`${PATH}/attrs/temp`).set('Link', link).expect(204);
    expect(await read('?format=simplified')).toEqual({ id: ID, type: 'Room', temp: 5 });
    await broker.api.delete(`${PATH}/attrs/temp`).set('Link', link).expect(404);
    await broker.api.delete(`${PATH}/attrs/temp`).expect(204);
  });

  it('DELETE of an Entity with type, and purge', async () => {
    broker.web.pages.set(
      'https://web.example/types.jsonld',
      contextPage({ Room: 'https://city.example/Room' }),
    );
    const types = linkTo('https://web.example/types.jsonld');
    await broker.api.delete(`${PATH}?type=Room`).set('Link', types).expect(404);
    await broker.api.delete('/entities?type=Room').set('Link', types).expect(204);
    await broker.api.delete(`${PATH}?type=Room`).expect(204);
  });

  it('a body of JSON-LD gives the @context of the name in the path', async () => {
    const body = { value: 21, '@context': WEB_CONTEXT };
    await sendJsonLd('patch', `${PATH}/attrs/temp`, body).expect(204);
    await sendJsonLd('put', `${PATH}/attrs/temp`, { ...body, value: 22 }).expect(204);
    expect(await read('?format=simplified')).toMatchObject({ [TEMPERATURE]: 22, temp: 5 });
  });

  it('the @context is asked with each request anew, never that of the creation (clause 5.5.7)', async () => {
    const { body } = await broker.api.get(PATH).set('Link', link).expect(200);
    expect(body).toMatchObject({ temp: { value: 20 }, 'ngsi-ld:default-context/temp': { value: 5 } });
  });
});

describe('trap 04: an @context that cannot be had is 504, one that is invalid 400 and never kept (clauses 5.5.5, 6.3.2)', () => {
  const url = 'https://web.example/of-the-test.jsonld';
  const ways: readonly (readonly [string, () => Promise<readonly [number, string]>])[] = [
    ['a Link', async () => problemOf(await broker.api.get(PATH).set('Link', linkTo(url)))],
    [
      'a body',
      async () => problemOf(await sendJsonLd('post', '/entities', { id: ID, type: 'R', '@context': url })),
    ],
    [
      'a list in a body',
      async () =>
        problemOf(await sendJsonLd('post', '/entities', { id: ID, type: 'R', '@context': [CORE, url] })),
    ],
  ];

  describe.each(ways)('by %s', (_way, ask) => {
    it.each([
      ['a refused connection', new Error('connect ECONNREFUSED')],
      ['404', { status: 404 }],
      ['500', { status: 500, text: 'sorry' }],
    ])('%s is LdContextNotAvailable', async (_what, page) => {
      broker.web.pages.set(url, page);
      expect(await ask()).toEqual([504, 'LdContextNotAvailable']);
    });

    it.each<readonly [string, Json]>([
      ['an object without @context', { temp: TEMPERATURE }],
      ['a number', 5],
      ['a term that is a number', { '@context': { temp: 5 } }],
      ['a term that is no IRI', { '@context': { temp: { '@id': 5 } } }],
      ['a scoped @context (clause 5.5.7)', { '@context': { Room: { '@id': 'urn:x:R', '@context': {} } } }],
    ])('%s is BadRequestData', async (_what, json) => {
      broker.web.pages.set(url, { json });
      expect(await ask()).toEqual([400, 'BadRequestData']);
      const kept = await broker.api.get('/jsonldContexts').expect(200);
      expect(JSON.stringify(kept.body)).not.toContain(url);
    });
  });

  it('an embedded @context that is invalid is BadRequestData as well', async () => {
    for (const context of [
      { temp: 5 },
      [{ temp: TEMPERATURE }, 7],
      { R: { '@id': 'urn:r', '@context': {} } },
    ]) {
      const answer = await sendJsonLd('post', '/entities', { id: ID, type: 'R', '@context': context });
      expect(problemOf(answer)).toEqual([400, 'BadRequestData']);
    }
    await broker.api.get(PATH).expect(404);
  });

  it('is taken as soon as it is mended', async () => {
    broker.web.pages.set(url, { json: { '@context': { temp: 5 } } });
    const create = () => sendJsonLd('post', '/entities', { id: ID, type: 'R', temp: 1, '@context': url });
    expect((await create()).status).toBe(400);
    broker.web.pages.set(url, contextPage({ temp: TEMPERATURE }));
    broker.clock.advance(60_000_000);
    expect((await create()).status).toBe(201);
    expect(await read('?format=simplified')).toMatchObject({ [TEMPERATURE]: 1 });
  });
});
