import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { coreUrl } from '../../../broker/jsonld/core-versions.ts';
import { eventually } from '../notifications/fake-time.ts';
import { PUBLIC_URL, ROOT } from '../notifications/notifying-broker.ts';
import { type Receiver, receiver } from '../notifications/receiver.ts';
import {
  attributesOf,
  type ContextsBroker,
  contextsBroker,
  linkTo,
  TEMPERATURE,
  WEB_CONTEXT,
} from './contexts-broker.ts';

const PARTS: Json = [WEB_CONTEXT, { level: 'https://city.example/level' }];
const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';

describe('ImplicitlyCreated @contexts (clause 5.13.1)', () => {
  let broker: ContextsBroker;
  beforeEach(async () => {
    broker = await contextsBroker();
  });
  const listed = async (tenant = '') => {
    const request = broker.api.get('/jsonldContexts?kind=ImplicitlyCreated');
    if (tenant !== '') request.set('NGSILD-Tenant', tenant);
    return (await request.expect(200)).body as readonly string[];
  };
  const subscribe = (more: JsonObject = {}, tenant = '') => {
    const request = broker.api.post('/subscriptions').set('Content-Type', 'application/ld+json');
    if (tenant !== '') request.set('NGSILD-Tenant', tenant);
    const notification = { endpoint: { uri: 'http://127.0.0.1:9/notify' } };
    const entities = [{ type: 'Thing' }];
    return request
      .send({ id: SUBSCRIPTION, type: 'Subscription', entities, notification, '@context': PARTS, ...more })
      .expect(201);
  };
  const pathIn = (url: string) => url.slice((PUBLIC_URL + ROOT).length);

  it('a Subscription whose @context has no single URL points to one here', async () => {
    await subscribe();
    const [url = ''] = await listed();
    const { body } = await broker.api.get(`/subscriptions/${SUBSCRIPTION}`).expect(200);
    expect(body.jsonldContext).toBe(url);
    const served = await broker.api.get(pathIn(url)).expect(200);
    expect(served.body).toEqual({ '@context': [...(PARTS as Json[]), coreUrl('1.9')] });
    expect(await broker.details(pathIn(url))).toMatchObject({ URL: url, kind: 'ImplicitlyCreated' });
    const cached = await broker.api.get('/jsonldContexts?kind=Cached').expect(200);
    expect(cached.body).toContain(WEB_CONTEXT);
  });

  it('holds by its URL, without a request to itself', async () => {
    await subscribe();
    const [url = ''] = await listed();
    expect(await attributesOf(broker, url)).toEqual([TEMPERATURE]);
    expect(broker.web.asked).toEqual([WEB_CONTEXT]);
  });

  it('is one for the same content, and none where a URL is given', async () => {
    await subscribe();
    await subscribe({ id: `${SUBSCRIPTION}1` });
    await subscribe({ id: `${SUBSCRIPTION}2`, '@context': [WEB_CONTEXT] });
    await subscribe({ id: `${SUBSCRIPTION}3`, '@context': [{ a: 'urn:a' }], jsonldContext: WEB_CONTEXT });
    expect(await listed()).toHaveLength(1);
  });

  describe('notifications', () => {
    let to: Receiver;
    beforeEach(async () => {
      to = await receiver();
      await subscribe({ notification: { endpoint: { uri: to.url } } });
    });
    const notified = async (id: string) => {
      const entity = { id, type: 'Thing', level: 3 };
      await broker.api
        .post('/entities')
        .set('Content-Type', 'application/ld+json')
        .send({ ...entity, '@context': PARTS });
      const wanted = () => to.received.find(({ body }) => body.includes(id));
      return eventually(
        async () => wanted(),
        (found) => found !== undefined,
      );
    };

    it('point to it with a Link header, their names being in it', async () => {
      const [url = ''] = await listed();
      const request = await notified('urn:e:1');
      expect(request?.headers['link']).toBe(linkTo(url));
      expect(JSON.parse(request?.body ?? '').data[0]).toHaveProperty('level');
    });

    it('bring it back when it was deleted', async () => {
      const [url = ''] = await listed();
      await broker.api.delete(pathIn(url)).expect(204);
      await broker.api.get(pathIn(url)).expect(404);
      await notified('urn:e:2');
      expect(await listed()).toEqual([url]);
    });
  });

  it('an answer in JSON to a query whose @context has no single URL points to one here', async () => {
    const query = { type: 'Query', entities: [{ type: 'Thing' }], '@context': PARTS };
    const ask = (accept: string) =>
      broker.api
        .post('/entityOperations/query')
        .set('Content-Type', 'application/ld+json')
        .set('Accept', accept)
        .send(query)
        .expect(200);
    await ask('application/ld+json');
    expect(await listed()).toEqual([]);
    const { headers } = await ask('application/json');
    const [url = ''] = await listed();
    expect(headers['link']).toBe(linkTo(url));
    await broker.api.get(pathIn(url)).expect(200);
  });

  it('reading the Subscription brings it back when it was deleted', async () => {
    await subscribe();
    const [url = ''] = await listed();
    await broker.api.delete(pathIn(url)).expect(204);
    await broker.api.get(`/subscriptions/${SUBSCRIPTION}`).expect(200);
    await broker.api.get(pathIn(url)).expect(200);
  });

  it('writing Entities makes none', async () => {
    await attributesOf(broker, PARTS);
    expect(await listed()).toEqual([]);
  });

  describe('and tenants (clause 5.5.10)', () => {
    it('each lists its own; what two made goes with the second', async () => {
      await subscribe({}, 'one');
      expect(await listed()).toEqual([]);
      await subscribe({}, 'two');
      const [url = ''] = await listed('one');
      expect(await listed('two')).toEqual([url]);
      const remove = (tenant: string) => broker.api.delete(pathIn(url)).set('NGSILD-Tenant', tenant);
      await remove('three').expect(404);
      await remove('one').expect(204);
      await remove('one').expect(404);
      expect(await listed('one')).toEqual([]);
      await broker.api.get(pathIn(url)).expect(200);
      await remove('two').expect(204);
      await broker.api.get(pathIn(url)).expect(404);
    });

    it('a Hosted one is for its tenant, and for those who follow its URL and name none', async () => {
      const path = await broker.host({ temp: TEMPERATURE }, 'one');
      const get = (tenant: string, at = path) => broker.api.get(at).set('NGSILD-Tenant', tenant);
      await get('one').expect(200);
      await broker.api.get(path).expect(200);
      await get('two').expect(404);
      await get('two', `${path}?details=true`).expect(404);
      const all = await get('two', '/jsonldContexts').expect(200);
      expect(all.text).not.toContain(path.split('/')[2]);
      await broker.api.delete(path).expect(404);
      await broker.api.delete(path).set('NGSILD-Tenant', 'one').expect(204);
    });

    it('Cached ones are for all, and storing an @context makes no tenant', async () => {
      await attributesOf(broker, WEB_CONTEXT);
      await broker.host({ temp: TEMPERATURE }, 'new');
      const { body } = await broker.api
        .get('/jsonldContexts?kind=Cached')
        .set('NGSILD-Tenant', 'new')
        .expect(200);
      expect(body).toContain(WEB_CONTEXT);
      expect(await broker.store.tenants()).toEqual([]);
    });
  });
});
