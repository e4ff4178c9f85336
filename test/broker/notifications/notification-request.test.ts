import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Attribute, Entity, JsonObject } from '../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import type { Context, Contexts } from '../../../broker/jsonld/context.ts';
import { createContexts } from '../../../broker/jsonld/contexts.ts';
import { compileSubscription } from '../../../broker/notifications/compile-subscription.ts';
import { toNotificationRequest } from '../../../broker/notifications/notification-request.ts';
import type { StoredDelivery } from '../../../broker/store/delivery.ts';
import type { Store, TenantStore } from '../../../broker/store/store.ts';
import { START } from './fake-time.ts';
import {
  attribute,
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

/** A store in which these Entities are found by their ids. */
function storeOf(entities: readonly Entity[]): Pick<Store, 'of'> {
  const getMany = async (ids: readonly string[]) =>
    new Map(entities.filter(({ id }) => ids.includes(id)).map((entity) => [entity.id, entity]));
  return { of: () => ({ getMany }) as unknown as TenantStore };
}

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

  interface Given {
    readonly batch?: readonly StoredDelivery[];
    readonly reference?: JsonObject | string;
    readonly more?: JsonObject;
    /** The Entities that are there. */
    readonly linked?: readonly Entity[];
  }

  async function made(notification: JsonObject = {}, endpoint: JsonObject = {}, given: Given = {}) {
    const request = await requested(notification, endpoint, given);
    if (request === undefined) throw new Error('There is nothing to tell.');
    return { ...request, body: JSON.parse(request.body) };
  }

  function requested(
    notification: JsonObject,
    endpoint: JsonObject,
    { batch = [stored(1, 'urn:a')], reference = CORE_URL, more = {}, linked = [] }: Given,
  ) {
    log = keepingLog();
    const body = members({
      notification: { endpoint: { uri: 'http://receiver.example/notify', ...endpoint }, ...notification },
      ...more,
    });
    const compiled = compileSubscription({ ...documentOf(SUBSCRIPTION, body), contextReference: reference });
    return toNotificationRequest(compiled, batch, { contexts, store: storeOf(linked), log });
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

  describe('joins Linked Entities as they are now (clauses 4.5.23, 5.8.6)', () => {
    const link = (id: string): Attribute => attribute(id, { kind: 'Relationship' });
    const linking = (id: string, to: string): Entity => {
      const { attributes, ...rest } = lamp(id);
      return { ...rest, attributes: { ...attributes, [iri('on')]: [link(to)] } };
    };
    const batch = [stored(1, 'urn:a', { change: change(linking('urn:a', 'urn:pole')) })];
    const pole = linking('urn:pole', 'urn:street');
    const street = lamp('urn:street', { name: 'High Street' });
    const on = { type: 'Relationship', object: 'urn:pole' };

    it('within their Relationships', async () => {
      const { body } = await made({ join: 'inline' }, {}, { batch, linked: [pole, street] });
      expect(body.data).toMatchObject([
        { id: 'urn:a', on: { ...on, entity: { id: 'urn:pole', on: { object: 'urn:street' } } } },
      ]);
      expect(JSON.stringify(body)).not.toContain('High Street');
    });

    it('as many Relationships behind one another as joinLevel says, of each what is picked', async () => {
      const { body } = await made(
        { join: 'inline', joinLevel: 2, pick: ['id', 'on{on{name}}'], format: 'simplified' },
        {},
        { batch, linked: [pole, street] },
      );
      expect(body.data).toEqual([{ id: 'urn:a', on: { on: { name: 'High Street' } } }]);
    });

    it('behind those that link to them, each once', async () => {
      const more = [...batch, stored(2, 'urn:b', { change: change(linking('urn:b', 'urn:pole')) })];
      const { body } = await made(
        { join: 'flat', format: 'simplified' },
        {},
        { batch: more, linked: [pole] },
      );
      expect(body.data).toEqual([
        { id: 'urn:a', type: 'Lamp', level: 1, on: 'urn:pole' },
        { id: 'urn:b', type: 'Lamp', level: 1, on: 'urn:pole' },
        { id: 'urn:pole', type: 'Lamp', level: 1, on: 'urn:street' },
      ]);
    });

    it('as Features in GeoJSON, and each with its @context in JSON-LD', async () => {
      const given = { batch, linked: [pole] };
      const geo = await made({ join: 'flat' }, { accept: 'application/geo+json' }, given);
      expect(geo.body.data.features).toMatchObject([
        { id: 'urn:a', type: 'Feature' },
        { id: 'urn:pole', type: 'Feature', geometry: null, properties: { type: 'Lamp' } },
      ]);
      const ld = await made({ join: 'flat' }, { accept: 'application/ld+json' }, given);
      expect(ld.body.data.map((entity: JsonObject) => entity['@context'])).toEqual([CORE_URL, CORE_URL]);
    });

    it('none of an Entity that is gone, and not those that there are not', async () => {
      const gone = [stored(1, 'urn:a', { change: change(linking('urn:a', 'urn:pole'), 'deleted') })];
      const { body } = await made({ join: 'flat' }, {}, { batch: gone, linked: [pole] });
      expect(body.data).toHaveLength(1);
      const dangling = await made({ join: 'inline' }, {}, { batch });
      expect(dangling.body.data[0].on).toEqual(on);
    });

    it('in the version of the standard that is asked for', async () => {
      const listed = {
        ...street,
        attributes: { [iri('all')]: [attribute([1, 2], { kind: 'ListProperty' })] },
      };
      const given = { batch, linked: [{ ...listed, id: 'urn:pole' }], more: { ngsildConformance: '1.6' } };
      const { body } = await made({ join: 'inline' }, {}, given);
      expect(body.data[0].on.entity.all).toEqual({ type: 'Property', value: [1, 2] });
    });

    it.each([
      ['on{name}=="High Street"', true],
      ['on{name}=="Low Street"', false],
      ['level==1;(on{name}~=Low|on{Lamp:name}~=High)', true],
      ['!on{name}', false],
      ['!on{colour}', true],
    ])('judges q=%s by them: %s', async (q, isMatch) => {
      const given = { batch, linked: [{ ...street, id: 'urn:pole' }], more: { q } };
      expect((await requested({}, {}, given)) !== undefined).toBe(isMatch);
    });
  });

  it('lets a failing @context be no reason to lose a notification', async () => {
    const failing: Contexts = {
      core: contexts.core as Context,
      resolve: () => {
        throw new NgsiLdError('LdContextNotAvailable', 'away');
      },
    };
    const compiled = compileSubscription(documentOf(SUBSCRIPTION));
    const request = await toNotificationRequest(compiled, [stored(1, 'urn:a')], {
      contexts: failing,
      store: storeOf([]),
      log,
    });
    expect(JSON.parse(request?.body ?? '').data).toHaveLength(1);
  });
});
