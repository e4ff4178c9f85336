import { request } from 'node:http';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { CITY_CONTEXT, contextLink, DEFAULT, TEMPERATURE } from '../http/broker-under-test.ts';
import { type NotifyingBroker, notifyingBroker } from '../notifications/notifying-broker.ts';
import { bareAnswer, problemOf } from './answers.ts';

const ID = 'urn:ngsi-ld:Room:1';
const PATH = `/entities/${ID}`;
const OTHER = '/entities/urn:ngsi-ld:Room:2';
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

describe('trap 05: InvalidRequest is for what is no JSON and unknown parameters, BadRequestData for the rest (clauses 5.5.2, 5.5.4, 6.3.20)', () => {
  const sent = (path: string, text: string) =>
    broker.api.post(path).set('Content-Type', 'application/json').send(text);

  it.each([
    ['/entities', '{"id":'],
    ['/entities', '[]'],
    ['/entities', ' '],
    ['/entities', "{'id': 1}"],
    [`${PATH}/attrs`, '{"a": 1,}'],
    ['/entityOperations/create', '[{]'],
    ['/subscriptions', 'nonsense'],
    ['/temporal/entities', '{"a": NaN}'],
    ['/entities?limit=5', '{}'],
    ['/entities?options=keyValues', '{}'],
    [`${PATH}/attrs?options=overwrite`, '{"a":2}'],
  ])('POST %s with %s is an InvalidRequest', async (path, text) => {
    expect(problemOf(await sent(path, text))).toEqual([400, 'InvalidRequest']);
    expect(await read()).toEqual(untouched);
  });

  it.each([
    ['/entities', '{}'],
    ['/entities', '{"id":"room","type":"Room"}'],
    ['/entities', '{"id":"urn:r:2","type":"Room","a":{"type":"Property"}}'],
    ['/entityOperations/create', '[]'],
    ['/entityOperations/create', '{}'],
    ['/entityOperations/create', '[null]'],
    ['/subscriptions', '{}'],
    ['/entityOperations/query', '{"type":"Query"}'],
    ['/entityOperations/query', '{"type":"Query","entities":[{"type":"Room"}],"q":"a=="}'],
    ['/entities?local=yes', '{"id":"urn:r:2","type":"Room"}'],
  ])('POST %s with %s is BadRequestData', async (path, text) => {
    expect(problemOf(await sent(path, text))).toEqual([400, 'BadRequestData']);
  });

  it.each([
    ['/entities?type=Room&unknown=1', 'InvalidRequest'],
    ['/entities?type=Room&options=yaml', 'InvalidRequest'],
    ['/types?limit=5', 'InvalidRequest'],
    [`${PATH}?q=a`, 'InvalidRequest'],
    ['/subscriptions?type=Room', 'InvalidRequest'],
    ['/entities?type=Room&q=a==', 'BadRequestData'],
    ['/entities?type=Room&limit=-1', 'BadRequestData'],
    ['/entities?type=Room&limit=0', 'BadRequestData'],
    ['/entities?type=Room&georel=near;maxDistance==1', 'BadRequestData'],
    ['/entities?type=Room&georel=beside&geometry=Point&coordinates=[4,51]', 'BadRequestData'],
    ['/entities?type=Room&scopeQ=//', 'BadRequestData'],
    ['/entities?type=Room&idPattern=(', 'BadRequestData'],
    ['/entities?type=Room&id=nonsense', 'BadRequestData'],
    ['/entities?type=(Room', 'BadRequestData'],
    ['/entities?id=urn:r:1', 'BadRequestData'],
    ['/entities/nonsense', 'BadRequestData'],
  ])('GET %s: %s', async (path, type) => {
    expect(problemOf(await broker.api.get(path))).toEqual([400, type]);
  });
});

describe('trap 06: 411 and 415 have no body, 406 lists what there is and is said before anything is done (clauses 6.3.2, 6.3.4)', () => {
  /** Sends a body in chunks, so that no Content-Length tells its size. */
  const chunked = (method: string, path: string, headers: Record<string, string> = {}) =>
    new Promise<readonly [number | undefined, string]>((resolve, reject) => {
      const outgoing = request(broker.url + path, {
        method,
        headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked', ...headers },
      });
      outgoing.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve([response.statusCode, text]));
      });
      outgoing.end('{"a":2}');
    });

  it.each([
    ['POST', '/entities'],
    ['PATCH', PATH],
    ['PUT', PATH],
    ['POST', `${PATH}/attrs`],
    ['PATCH', `${PATH}/attrs`],
    ['PATCH', `${PATH}/attrs/a`],
    ['PUT', `${PATH}/attrs/a`],
    ['POST', '/entityOperations/upsert'],
    ['PATCH', SUBSCRIPTION],
  ])('%s %s without Content-Length', async (method, path) => {
    expect(await chunked(method, path)).toEqual([411, '']);
    expect(await chunked(method, path, { 'NGSILD-Tenant': 'nobodys' })).toEqual([411, '']);
    expect(await read()).toEqual(untouched);
  });

  it.each([
    ['post', '/entities', 'text/plain'],
    ['patch', PATH, 'application/xml'],
    ['put', `${PATH}/attrs/a`, 'application/geo+json'],
    ['post', '/entityOperations/delete', 'text/json'],
    ['post', '/subscriptions', 'application/octet-stream'],
  ] as const)('%s %s with Content-Type %s', async (method, path, type) => {
    const answer = await broker.api[method](path).set('Content-Type', type).send('{"a":2}');
    expect(bareAnswer(answer)).toEqual([415, '']);
    expect(await read()).toEqual(untouched);
  });

  it('a body without Content-Type', async () => {
    const answer = await broker.api.patch(PATH).set('Content-Type', '').send('{"a":2}');
    expect(bareAnswer(answer)).toEqual([415, '']);
  });

  it.each<readonly ['post' | 'put' | 'patch' | 'delete', string, object | undefined]>([
    ['post', '/entities', { id: 'urn:ngsi-ld:Room:2', type: 'Room' }],
    ['put', PATH, { type: 'Room' }],
    ['patch', PATH, { a: 2 }],
    ['delete', PATH, undefined],
    ['delete', `${PATH}/attrs/a`, undefined],
    ['post', `${PATH}/attrs`, { b: 2 }],
    ['post', '/entityOperations/delete', [ID]],
    ['delete', SUBSCRIPTION, undefined],
  ])('%s %s when nothing acceptable can be answered', async (method, path, body) => {
    const answer = await broker.api[method](path).set('Accept', 'text/html').send(body);
    expect(answer.status).toBe(406);
    expect(answer.headers['content-type']).toBe('application/json');
    for (const type of ['application/json', 'application/ld+json'])
      expect(answer.body.detail).toContain(type);
    expect(await read()).toEqual(untouched);
    await broker.api.get(OTHER).expect(404);
    await broker.api.get(SUBSCRIPTION).expect(200);
  });

  it('406 names GeoJSON where it can be had alone', async () => {
    const detail = async (path: string) =>
      (await broker.api.get(path).set('Accept', 'image/png').expect(406)).body.detail;
    expect(await detail(PATH)).toContain('application/geo+json');
    expect(await detail('/types')).not.toContain('application/geo+json');
  });
});

describe('trap 07: 207 and errors are application/json with full names and no Link (clauses 6.3.2, 6.3.6)', () => {
  const link = contextLink(CITY_CONTEXT);

  it.each(['application/json', 'application/ld+json', 'application/ld+json, application/json;q=0.1'])(
    'of an update, with Accept: %s',
    async (accept) => {
      await broker.api.post(`${PATH}/attrs`).set('Link', link).send({ temp: 1 }).expect(204);
      const answer = await broker.api
        .post(`${PATH}/attrs?options=noOverwrite`)
        .set('Link', link)
        .set('Accept', accept)
        .send({ temp: 2, b: 2 })
        .expect(207);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.headers).not.toHaveProperty('link');
      expect(answer.body).toEqual({
        updated: [`${DEFAULT}b`],
        notUpdated: [{ attributeName: TEMPERATURE, reason: expect.any(String) }],
      });
    },
  );

  it.each(['create', 'update', 'merge', 'upsert'])('of a batch %s', async (name) => {
    const answer = await broker.api
      .post(`/entityOperations/${name}`)
      .set('Accept', 'application/ld+json')
      .set('Link', link)
      .send([{ id: 'urn:ngsi-ld:Room:2', type: 'Room', temp: { type: 'Property' } }])
      .expect(207);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers).not.toHaveProperty('link');
    expect(answer.body).not.toHaveProperty('@context');
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.success).toEqual([]);
  });

  it.each([
    [OTHER, 404],
    [`${PATH}?pick=nothing`, 404],
    ['/entities?q=', 400],
    ['/entities/nonsense', 400],
    [`${PATH}?pick=b{`, 400],
  ])('GET %s: %i', async (path, status) => {
    for (const accept of ['application/ld+json', 'application/geo+json']) {
      const answer = await broker.api.get(path).set('Accept', accept).set('Link', link).expect(status);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.headers).not.toHaveProperty('link');
      expect(answer.body).toMatchObject({
        type: expect.stringMatching(/^https:\/\/uri\.etsi\.org\/ngsi-ld\/errors\//),
        title: expect.stringMatching(/./),
        detail: expect.stringMatching(/./),
        status,
      });
      expect(answer.body).not.toHaveProperty('@context');
    }
  });

  it('what was done without an answer has no Link either', async () => {
    const created = await broker.api
      .post('/entities')
      .set('Link', link)
      .send({ id: 'urn:ngsi-ld:Room:2', type: 'Room' })
      .expect(201);
    const changed = await broker.api.patch(PATH).set('Link', link).send({ temp: 1 }).expect(204);
    for (const { headers } of [created, changed]) expect(headers).not.toHaveProperty('link');
    expect(changed.headers).not.toHaveProperty('content-length');
  });
});
