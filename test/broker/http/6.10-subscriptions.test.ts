import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { until } from '../notifications/fake-time.ts';
import {
  CITY_CONTEXT,
  type NotifyingBroker,
  notifyingBroker,
  ROOT,
} from '../notifications/notifying-broker.ts';
import { receiver } from '../notifications/receiver.ts';

const ID = 'urn:ngsi-ld:Subscription:1';
const ERRORS = 'https://uri.etsi.org/ngsi-ld/errors/';
const CORE_URL = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';
const cityLink = `<${CITY_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
const endpoint = { uri: 'http://127.0.0.1:9/notify' };

function body(more: JsonObject = {}): JsonObject {
  return { id: ID, type: 'Subscription', entities: [{ type: 'Lamp' }], notification: { endpoint }, ...more };
}

describe('/subscriptions', () => {
  let broker: NotifyingBroker;
  beforeEach(async () => {
    broker = await notifyingBroker();
  });
  const create = (given: JsonObject = body()) => broker.api.post('/subscriptions').send(given);
  const read = (id = ID) => broker.api.get(`/subscriptions/${id}`);
  const patch = (given: JsonObject, id = ID) =>
    broker.api.patch(`/subscriptions/${id}`).set('Content-Type', 'application/json').send(given);

  describe('create (clauses 5.8.1, 6.10.3.1)', () => {
    it('answers 201 with the Location', async () => {
      const answer = await create();
      expect(answer.status).toBe(201);
      expect(answer.headers['location']).toBe(`${ROOT}/subscriptions/${ID}`);
      expect(answer.text).toBe('');
    });

    it('makes an id where none is given', async () => {
      const { id: _, ...anonymous } = body();
      const { headers } = await create(anonymous);
      expect(headers['location']).toMatch(/\/subscriptions\/urn:ngsi-ld:Subscription:[0-9a-f-]{36}$/);
      const path = String(headers['location']).slice(ROOT.length);
      expect((await broker.api.get(path)).status).toBe(200);
    });

    it('answers 409 when the id exists', async () => {
      await create();
      const answer = await create();
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        type: `${ERRORS}AlreadyExists`,
        detail: expect.stringContaining(ID),
      });
    });

    it.each<[string, JsonObject, string]>([
      ['no type', { type: undefined as never }, 'type'],
      ['another type', { type: 'Entity' }, 'type'],
      ['an id that is no URI', { id: 'one' }, 'id'],
      ['no notification', { notification: undefined as never }, 'notification'],
      ['no endpoint', { notification: {} }, 'endpoint'],
      ['neither entities nor watchedAttributes', { entities: undefined as never }, 'watchedAttributes'],
      ['a selector without type', { entities: [{ id: 'urn:a' }] }, 'entities[0].type'],
      ['an unknown member', { watched: ['level'] }, 'watched'],
      ['a q that does not parse', { q: 'level>>1' }, 'q'],
      ['an expiresAt in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
      ['a throttling of nothing', { throttling: 0 }, 'throttling'],
      ['an endpoint of another scheme', { notification: { endpoint: { uri: 'ftp://x/' } } }, 'ftp'],
      ['both attributes and pick', { notification: { endpoint, attributes: ['a'], pick: ['a'] } }, 'pick'],
      ['an unknown format', { notification: { endpoint, format: 'xml' } }, 'format'],
    ])('refuses %s by name', async (_what, members, name) => {
      const answer = await create(body(members));
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        type: `${ERRORS}BadRequestData`,
        detail: expect.stringContaining(name),
      });
      expect((await read()).status).toBe(404);
    });

    it('refuses a body that is no object', async () => {
      const answer = await broker.api
        .post('/subscriptions')
        .set('Content-Type', 'application/json')
        .send('[]');
      expect(answer.status).toBe(400);
    });

    it('refuses a jsonldContext that cannot be had', async () => {
      const answer = await create(body({ jsonldContext: 'https://lost.example/context.jsonld' }));
      expect(answer.status).toBe(504);
      expect(answer.body).toMatchObject({ type: `${ERRORS}LdContextNotAvailable` });
    });

    it('makes an unknown tenant (clause 6.3.14)', async () => {
      expect((await create().set('NGSILD-Tenant', 'city')).status).toBe(201);
      expect((await read().set('NGSILD-Tenant', 'city')).status).toBe(200);
      expect((await read()).status).toBe(404);
      expect((await read().set('NGSILD-Tenant', 'village')).body).toMatchObject({
        type: `${ERRORS}NonexistentTenant`,
      });
    });
  });

  describe('retrieve (clauses 5.8.3, 6.11.3.1)', () => {
    it('gives what was given, and what only the broker knows', async () => {
      await create(body({ q: 'level>5', throttling: 5, subscriptionName: 'full bins', isActive: true }));
      const answer = await read();
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        id: ID,
        type: 'Subscription',
        entities: [{ type: 'Lamp' }],
        q: 'level>5',
        throttling: 5,
        subscriptionName: 'full bins',
        isActive: true,
        notificationTrigger: ['attributeCreated', 'attributeUpdated'],
        notification: { endpoint },
        jsonldContext: CORE_URL,
        status: 'active',
      });
    });

    it('gives createdAt and modifiedAt when they are asked for', async () => {
      await create();
      const { body: found } = await broker.api.get(`/subscriptions/${ID}?options=sysAttrs`);
      expect(found.createdAt).toMatch(/^2026-06-01T12:00:00/);
      expect(found.modifiedAt).toBe(found.createdAt);
    });

    it('gives names in the @context of the reader (clause 5.5.7)', async () => {
      await create(body({ watchedAttributes: ['temp'] })).set('Link', cityLink);
      expect((await read().set('Link', cityLink)).body.watchedAttributes).toEqual(['temp']);
      expect((await read()).body.watchedAttributes).toEqual(['https://city.example/temperature']);
      expect((await read()).body.jsonldContext).toBe(CITY_CONTEXT);
    });

    it('gives a q that a reader with another @context can write back (clauses 4.9, 5.5.7)', async () => {
      const to = await receiver();
      await create(body({ q: 'temp>5', watchedAttributes: ['temp'] })).set('Link', cityLink);
      const { body: found } = await read();
      expect(found.q).toBe('https://city%2Eexample/temperature>5');
      expect((await patch({ ...found, notification: { endpoint: { uri: to.url } } })).status).toBe(204);
      for (const temp of [5, 6])
        await broker.api
          .post('/entities')
          .set('Link', cityLink)
          .send({ id: `urn:l:${temp}`, type: 'Lamp', temp });
      await until(() => to.received.length > 0);
      expect(JSON.parse(to.received[0]?.body ?? '').data).toMatchObject([
        { id: 'urn:l:6', temp: { value: 6 } },
      ]);
    });

    it('conforms to every version, which has fallbacks for Entity data alone (clauses 4.3.6.8, 6.3.6)', async () => {
      await create(body({ expiresAt: '2027-01-01T00:00:00Z' }));
      const { status, body: found, headers } = await read().set('Prefer', 'ngsi-ld=1.0');
      expect([status, headers['preference-applied']]).toEqual([200, 'ngsi-ld=1.0']);
      expect(found).toEqual((await read()).body);
    });

    it('tells whether it is paused or expired', async () => {
      await create(body({ isActive: false, expiresAt: '2026-06-02T00:00:00Z' }));
      expect((await read()).body.status).toBe('paused');
      broker.clock.advance(86_400_000_000);
      expect((await read()).body.status).toBe('expired');
    });

    it.each([
      ['urn:ngsi-ld:Subscription:none', 404, 'ResourceNotFound'],
      ['none', 400, 'BadRequestData'],
    ])('of %s answers %i', async (id, status, type) => {
      const answer = await read(id);
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ type: ERRORS + type, detail: expect.stringContaining(id) });
    });
  });

  describe('query (clauses 5.8.4, 6.10.3.2)', () => {
    it('gives pages in order of creation, with count and links', async () => {
      for (const n of [1, 2, 3, 4, 5]) await create(body({ id: `urn:s:${n}` }));
      const answer = await broker.api.get('/subscriptions?limit=2&offset=2&count=true');
      expect(answer.status).toBe(200);
      expect(answer.body.map(({ id }: { id: string }) => id)).toEqual(['urn:s:3', 'urn:s:4']);
      expect(answer.headers['ngsild-results-count']).toBe('5');
      expect(answer.headers['link']).toContain('rel="prev"');
      expect(answer.headers['link']).toContain('rel="next"');
    });

    it('gives those of the tenant alone, none where there is none', async () => {
      await create().set('NGSILD-Tenant', 'city');
      expect((await broker.api.get('/subscriptions')).body).toEqual([]);
      expect((await broker.api.get('/subscriptions').set('NGSILD-Tenant', 'city')).body).toHaveLength(1);
    });

    it('refuses what it does not know', async () => {
      expect((await broker.api.get('/subscriptions?type=Lamp')).status).toBe(400);
      expect((await broker.api.get('/subscriptions?limit=0')).status).toBe(400);
    });
  });

  describe('update (clauses 5.8.2, 6.11.3.2)', () => {
    beforeEach(async () => {
      await create(body({ q: 'level>5', expiresAt: '2027-01-01T00:00:00Z' }));
    });

    it('replaces members, removes those that are NGSI-LD Null, keeps the others', async () => {
      const answer = await patch({ q: 'level>9', expiresAt: 'urn:ngsi-ld:null', description: 'new' });
      expect(answer.status).toBe(204);
      const { body: found } = await read();
      expect(found).toMatchObject({ q: 'level>9', description: 'new', entities: [{ type: 'Lamp' }] });
      expect(found).not.toHaveProperty('expiresAt');
    });

    it('moves modifiedAt, never createdAt', async () => {
      const times = async () => (await broker.api.get(`/subscriptions/${ID}?options=sysAttrs`)).body;
      const before = await times();
      broker.clock.advance(1_000_000);
      await patch({ description: 'new' });
      const after = await times();
      expect(after.createdAt).toBe(before.createdAt);
      expect(after.modifiedAt > before.modifiedAt).toBe(true);
    });

    it.each<[string, JsonObject, string]>([
      ['another id', { id: 'urn:s:other' }, ID],
      ['another type', { type: 'Entity' }, 'type'],
      ['the removal of notification', { notification: 'urn:ngsi-ld:null' }, 'notification'],
      ['the removal of what it is about', { entities: 'urn:ngsi-ld:null' }, 'entities'],
      ['an expiresAt in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
      ['a member that is wrong', { q: 'level>>1' }, 'q'],
    ])('refuses %s and changes nothing', async (_what, members, name) => {
      const before = (await read()).body;
      const answer = await patch(members);
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toContain(name);
      expect((await read()).body).toEqual(before);
    });

    it('revives an expired one by a future expiresAt, not by isActive', async () => {
      broker.clock.advance(366 * 86_400_000_000);
      await patch({ isActive: true });
      expect((await read()).body.status).toBe('expired');
      await patch({ expiresAt: '2030-01-01T00:00:00Z' });
      expect((await read()).body.status).toBe('active');
    });

    it('of one that is not there answers 404', async () => {
      expect((await patch({ q: 'level>1' }, 'urn:ngsi-ld:Subscription:none')).status).toBe(404);
    });

    it('takes JSON-LD and merge-patch bodies', async () => {
      const asLd = await broker.api
        .patch(`/subscriptions/${ID}`)
        .set('Content-Type', 'application/ld+json')
        .send({ watchedAttributes: ['temp'], '@context': CITY_CONTEXT });
      expect(asLd.status).toBe(204);
      expect((await read()).body.watchedAttributes).toEqual(['https://city.example/temperature']);
      const asMerge = await broker.api
        .patch(`/subscriptions/${ID}`)
        .set('Content-Type', 'application/merge-patch+json')
        .send({ description: 'x' });
      expect(asMerge.status).toBe(204);
    });

    it('loses none of many updates at once', async () => {
      const names = ['description', 'subscriptionName', 'lang', 'q', 'scopeQ'];
      const values: JsonObject = {
        description: 'a',
        subscriptionName: 'b',
        lang: 'nl',
        q: 'x',
        scopeQ: '/A',
      };
      const answers = await Promise.all(names.map((name) => patch({ [name]: values[name] ?? '' })));
      expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
      expect((await read()).body).toMatchObject(values);
    });
  });

  describe('delete (clauses 5.8.5, 6.11.3.3)', () => {
    it('answers 204, and 404 the next time', async () => {
      await create();
      expect((await broker.api.delete(`/subscriptions/${ID}`)).status).toBe(204);
      expect((await read()).status).toBe(404);
      expect((await broker.api.delete(`/subscriptions/${ID}`)).status).toBe(404);
    });

    it('leaves that of another tenant alone', async () => {
      await create().set('NGSILD-Tenant', 'city');
      await create();
      await broker.api.delete(`/subscriptions/${ID}`);
      expect((await read().set('NGSILD-Tenant', 'city')).status).toBe(200);
    });
  });
});
