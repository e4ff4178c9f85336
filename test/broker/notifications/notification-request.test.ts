import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import type { Context, Contexts } from '../../../broker/jsonld/context.ts';
import { createContexts } from '../../../broker/jsonld/contexts.ts';
import { compileSubscription } from '../../../broker/notifications/compile-subscription.ts';
import { toNotificationRequest } from '../../../broker/notifications/notification-request.ts';
import type { StoredDelivery } from '../../../broker/store/store.ts';
import { START } from './fake-time.ts';
import {
  CORE_URL,
  change,
  delivery,
  documentOf,
  iri,
  keepingLog,
  lamp,
  members,
  SUBSCRIPTION,
} from './fixtures.ts';

const CITY = 'https://city.example/context.jsonld';
const cityTerms: JsonObject = { pegel: iri('level'), Lamp: iri('Lamp') };

const stored = (index: number, entityId: string, more: Partial<StoredDelivery> = {}): StoredDelivery => ({
  ...delivery(index, entityId),
  attempts: 0,
  dueAt: START,
  ...more,
});

describe('a notification request', () => {
  let contexts: Contexts;
  let log: ReturnType<typeof keepingLog>;
  beforeAll(() => {
    contexts = createContexts({
      download: {
        fetch: async () => {
          throw new Error('no network here');
        },
        timeLimitMs: 1000,
        maxBytes: 100_000,
      },
      now: () => START,
      preloaded: new Map([[CITY, { '@context': cityTerms }]]),
    });
  });

  async function made(
    notification: JsonObject = {},
    endpoint: JsonObject = {},
    {
      batch = [stored(1, 'urn:a')],
      reference = CORE_URL,
      more = {},
    }: {
      readonly batch?: readonly StoredDelivery[];
      readonly reference?: JsonObject | string;
      readonly more?: JsonObject;
    } = {},
  ) {
    log = keepingLog();
    const body = members({
      notification: { endpoint: { uri: 'http://receiver.example/notify', ...endpoint }, ...notification },
      ...more,
    });
    const compiled = compileSubscription({ ...documentOf(SUBSCRIPTION, body), contextReference: reference });
    const { body: text, ...request } = await toNotificationRequest(compiled, batch, { contexts, log });
    return { ...request, body: JSON.parse(text) };
  }

  it('tells of the Entity as it was, in JSON with a Link to the @context (clause 6.3.8)', async () => {
    const { uri, headers, body, timeout } = await made();
    expect(uri).toBe('http://receiver.example/notify');
    expect(timeout).toBeUndefined();
    expect(headers).toEqual({
      'Content-Type': 'application/json',
      Link: `<${CORE_URL}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
    });
    expect(body).toEqual({
      id: expect.stringMatching(/^urn:ngsi-ld:Notification:[0-9a-f]{32}$/),
      type: 'Notification',
      subscriptionId: SUBSCRIPTION,
      notifiedAt: '2027-01-15T08:00:00.000001Z',
      data: [{ id: 'urn:a', type: 'Lamp', level: { type: 'Property', value: 1 } }],
    });
  });

  it('has the same id and notifiedAt when it is made again, and others for another change or Subscription', async () => {
    const [first, again] = [await made(), await made()];
    expect(again).toEqual(first);
    const other = await made({}, {}, { batch: [stored(2, 'urn:a')] });
    expect(other.body.id).not.toBe(first.body.id);
    const elsewhere = await made(
      {},
      {},
      { batch: [stored(1, 'urn:a', { id: `${stored(1, 'urn:a').order}/urn:s` })] },
    );
    expect(elsewhere.body.id).not.toBe(first.body.id);
  });

  it.each([
    ['normalized', { type: 'Property', value: 1 }],
    ['concise', 1],
    ['keyValues', 1],
    ['simplified', 1],
  ])('shows Entities in %s', async (format, level) => {
    const { body } = await made({ format });
    expect(body.data[0].level).toEqual(level);
  });

  it('shows the Attributes that are asked for', async () => {
    const batch = [stored(1, 'urn:a', { change: change(lamp('urn:a', { level: 1, colour: 'red' })) })];
    const { body } = await made({ attributes: ['colour'], format: 'keyValues' }, {}, { batch });
    expect(body.data).toEqual([{ id: 'urn:a', type: 'Lamp', colour: 'red' }]);
  });

  it('carries the @context in each Entity of JSON-LD', async () => {
    const { headers, body } = await made(
      { format: 'keyValues' },
      { accept: 'application/ld+json' },
      { reference: CITY },
    );
    expect(headers).toEqual({ 'Content-Type': 'application/ld+json' });
    expect(body.data).toEqual([{ id: 'urn:a', type: 'Lamp', pegel: 1, '@context': [CITY, CORE_URL] }]);
  });

  it('makes a FeatureCollection with its @context of GeoJSON', async () => {
    const { headers, body } = await made({}, { accept: 'application/geo+json' });
    expect(headers).toEqual({ 'Content-Type': 'application/geo+json' });
    expect(body.data).toMatchObject({
      type: 'FeatureCollection',
      features: [{ id: 'urn:a', type: 'Feature' }],
      '@context': CORE_URL,
    });
  });

  it('leaves the @context out of GeoJSON when the receiver prefers body=json', async () => {
    const { headers, body } = await made(
      {},
      { accept: 'application/geo+json', receiverInfo: [{ key: 'Prefer', value: 'body=json' }] },
    );
    expect(headers).toMatchObject({ Link: expect.stringContaining(CORE_URL), Prefer: 'body=json' });
    expect(body.data).not.toHaveProperty('@context');
  });

  it('uses the @context of the request that made the Subscription, or its jsonldContext', async () => {
    const byRequest = await made({}, {}, { reference: CITY });
    expect(byRequest.headers['Link']).toContain(`<${CITY}>`);
    expect(byRequest.body.data[0]).toHaveProperty('pegel');
    const byMember = await made({}, {}, { more: { jsonldContext: CITY } });
    expect(byMember.body.data[0]).toHaveProperty('pegel');
  });

  it('uses names that mean the same everywhere when its @context has no URL of its own or cannot be had', async () => {
    const inline = await made(
      { format: 'keyValues' },
      {},
      { reference: { pegel: 'https://city.example/pegel' } },
    );
    expect(inline.headers['Link']).toContain(CORE_URL);
    expect(inline.body.data[0]).toHaveProperty('level');
    const away = await made(
      { format: 'keyValues' },
      {},
      { reference: 'https://away.example/context.jsonld' },
    );
    expect(away.headers['Link']).toContain(CORE_URL);
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
  });

  it('names the tenant and carries on the correlation id', async () => {
    const batch = [stored(1, 'urn:a', { tenant: 'city', correlationId: 'c-7' })];
    expect((await made({}, {}, { batch })).headers).toMatchObject({
      'NGSILD-Tenant': 'city',
      'X-Correlation-Id': 'c-7',
    });
  });

  it('has the headers that the subscriber wants, under one name each', async () => {
    const receiverInfo = [
      { key: 'Authorization', value: 'Bearer abc' },
      { key: 'content-type', value: 'application/vnd.city+json' },
    ];
    const { headers } = await made({}, { receiverInfo });
    expect(headers).toMatchObject({
      Authorization: 'Bearer abc',
      'Content-Type': 'application/vnd.city+json',
    });
    expect(headers).not.toHaveProperty('content-type');
  });

  it('survives a header with a name from another world', async () => {
    const { headers } = await made({}, { receiverInfo: [{ key: '__proto__', value: 'x' }] });
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
    expect(Object.keys(headers)).toContain('__proto__');
  });

  it('takes the timeout of the endpoint, in milliseconds', async () => {
    expect((await made({}, { timeout: 250 })).timeout).toBe(250);
  });

  it('tells of a deleted Entity with deletedAt alone, of a deleted Attribute with NGSI-LD Null (clause 5.8.6)', async () => {
    const gone = stored(1, 'urn:a', { change: change(lamp('urn:a'), 'deleted') });
    expect((await made({}, {}, { batch: [gone] })).body.data).toEqual([
      { id: 'urn:a', type: 'Lamp', deletedAt: '2027-01-15T08:00:00.000001Z' },
    ]);
    const [before] = lamp('urn:a').attributes[iri('level')] ?? [];
    const part = stored(1, 'urn:a', {
      change: {
        ...change(lamp('urn:a', { colour: 'red' })),
        attributes: [{ attribute: iri('level'), kind: 'deleted', ...(before && { before }) }],
      },
    });
    expect((await made({}, {}, { batch: [part] })).body.data).toEqual([
      {
        id: 'urn:a',
        type: 'Lamp',
        colour: { type: 'Property', value: 'red' },
        level: { type: 'Property', value: 'urn:ngsi-ld:null' },
      },
    ]);
  });

  it('holds several changes in their order, and the moment of the last', async () => {
    const { body } = await made(
      { format: 'keyValues' },
      {},
      { batch: [stored(1, 'urn:a'), stored(2, 'urn:b')] },
    );
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(['urn:a', 'urn:b']);
    expect(body.notifiedAt).toBe('2027-01-15T08:00:00.000002Z');
  });

  it('lets a failing @context be no reason to lose a notification', async () => {
    const failing: Contexts = {
      core: contexts.core as Context,
      resolve: () => {
        throw new NgsiLdError('LdContextNotAvailable', 'away');
      },
    };
    const compiled = compileSubscription(documentOf(SUBSCRIPTION));
    const request = await toNotificationRequest(compiled, [stored(1, 'urn:a')], { contexts: failing, log });
    expect(JSON.parse(request.body).data).toHaveLength(1);
  });
});
