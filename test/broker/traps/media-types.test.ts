import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { CITY_CONTEXT, contextLink, TEMPERATURE } from '../http/broker-under-test.ts';
import { type NotifyingBroker, notifyingBroker } from '../notifications/notifying-broker.ts';
import { bareAnswer, problemOf } from './answers.ts';

const ID = 'urn:ngsi-ld:Room:1';
const PATH = `/entities/${ID}`;
const SUBSCRIPTION = '/subscriptions/urn:s:1';
const subscription = {
  id: 'urn:s:1',
  type: 'Subscription',
  entities: [{ type: 'Room' }],
  notification: { endpoint: { uri: 'http://127.0.0.1:9/' } },
};
const point = { type: 'Point', coordinates: [4, 51] };

let broker: NotifyingBroker;
beforeEach(async () => {
  broker = await notifyingBroker();
  await broker.api.post('/entities').send({ id: ID, type: 'Room', a: 1, location: point }).expect(201);
  await broker.api.post('/subscriptions').send(subscription).expect(201);
});

const read = async (search = '?format=simplified'): Promise<JsonObject> =>
  (await broker.api.get(PATH + search).expect(200)).body;
const untouched = { id: ID, type: 'Room', a: 1, location: point };

describe('trap 08: application/merge-patch+json is for every PATCH and for nothing else (clauses 6.3.4, 6.31.3.1)', () => {
  const mergePatch = (method: 'post' | 'put' | 'patch', path: string, body: object) =>
    broker.api[method](path).set('Content-Type', 'application/merge-patch+json').send(JSON.stringify(body));

  it.each([
    [PATH, { a: { value: 2 } }],
    [`${PATH}/attrs`, { a: { type: 'Property', value: 2 } }],
    [`${PATH}/attrs/a`, { value: 2 }],
  ])('PATCH %s', async (path, body) => {
    await mergePatch('patch', path, body).expect(204);
    expect(await read()).toEqual({ ...untouched, a: 2 });
  });

  it('PATCH of a Subscription', async () => {
    await mergePatch('patch', SUBSCRIPTION, { isActive: false }).expect(204);
    expect((await broker.api.get(SUBSCRIPTION)).body.status).toBe('paused');
  });

  it('is JSON: its @context comes by Link, in the body it is refused', async () => {
    await mergePatch('patch', PATH, { temp: 2 }).set('Link', contextLink(CITY_CONTEXT)).expect(204);
    expect(await read()).toEqual({ ...untouched, [TEMPERATURE]: 2 });
    const embedded = await mergePatch('patch', PATH, { temp: 3, '@context': CITY_CONTEXT });
    expect(problemOf(embedded)).toEqual([400, 'BadRequestData']);
  });

  it.each<readonly ['post' | 'put', string, object]>([
    ['post', '/entityOperations/merge', [{ id: ID, a: 2 }]],
    ['post', '/entityOperations/update', [{ id: ID, type: 'Room', a: 2 }]],
    ['post', '/entityOperations/upsert', [{ id: ID, type: 'Room', a: 2 }]],
    ['post', '/entities', { id: 'urn:ngsi-ld:Room:2', type: 'Room' }],
    ['post', `${PATH}/attrs`, { a: 2 }],
    ['put', PATH, { type: 'Room' }],
    ['put', `${PATH}/attrs/a`, { value: 2 }],
    ['post', '/subscriptions', { ...subscription, id: 'urn:s:2' }],
  ])('%s %s', async (method, path, body) => {
    expect(bareAnswer(await mergePatch(method, path, body))).toEqual([415, '']);
    expect(await read()).toEqual(untouched);
  });
});

describe('trap 09: Accept takes ranges and weights, GeoJSON is for reading Entities alone (clause 6.3.4)', () => {
  const JSON_LD = 'application/ld+json';
  const GEO_JSON = 'application/geo+json';

  it.each([
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    [`${GEO_JSON}, ${JSON_LD}, application/json`, 'application/json'],
    [`${GEO_JSON}, ${JSON_LD}`, JSON_LD],
    [`application/json;q=0.1, ${JSON_LD};q=0.5`, JSON_LD],
    [`application/json;q=0.1, ${JSON_LD};q=0.5, ${GEO_JSON}`, GEO_JSON],
    [`application/json;q=0, */*;q=0.5`, JSON_LD],
    [`text/html, application/*;q=0.2`, 'application/json'],
    [GEO_JSON, GEO_JSON],
  ])('%s is answered with %s', async (accept, type) => {
    for (const path of [PATH, '/entities?type=Room']) {
      const answer = await broker.api.get(path).set('Accept', accept).expect(200);
      expect(answer.headers['content-type']).toBe(type);
    }
    const query = { type: 'Query', entities: [{ type: 'Room' }] };
    const answer = await broker.api
      .post('/entityOperations/query')
      .set('Accept', accept)
      .send(query)
      .expect(200);
    expect(answer.headers['content-type']).toBe(type);
  });

  it.each([
    '/types',
    '/types/Room',
    '/attributes',
    '/attributes/a',
    '/subscriptions',
    SUBSCRIPTION,
    `${PATH}/attrs/a`,
    `${PATH}/attrs/a/value`,
    `/temporal/entities/${ID}`,
    '/jsonldContexts',
    '/info/sourceIdentity',
  ])('%s is no GeoJSON', async (path) => {
    await broker.api.get(path).expect(200);
    await broker.api.get(path).set('Accept', GEO_JSON).expect(406);
    const { headers } = await broker.api
      .get(path)
      .set('Accept', `${GEO_JSON}, application/json;q=0.1`)
      .expect(200);
    expect(headers['content-type']).toBe('application/json');
  });
});
