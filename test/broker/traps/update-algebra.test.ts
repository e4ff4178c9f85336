import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';
import { GPS, ID, oneRoom, PATH } from './one-room.ts';

const broker = brokerUnderTest();
const { given, read, concise } = oneRoom(broker);
const temperature = {
  type: 'Property',
  value: 25,
  unitCode: 'CEL',
  observedAt: '2022-03-14T01:59:26.535Z',
  source: { type: 'Property', value: 'roof' },
};

type Method = 'post' | 'put' | 'patch';
/** A write as it is sent; `{…}` is the fragment, in an array where the route takes one. */
interface Way {
  readonly name: string;
  readonly send: (fragment: JsonObject) => Promise<{ readonly status: number; readonly body: Json }>;
}
const way = (method: Method, path: string): Way => ({
  name: `${method.toUpperCase()} ${path.replace(PATH, '/entities/{id}')}`,
  send: async (fragment) => {
    const isBatch = path.startsWith('/entityOperations');
    return broker.api[method](path).send(isBatch ? [{ id: ID, ...fragment }] : fragment);
  },
});
const append = way('post', `${PATH}/attrs`);
const noOverwrite = way('post', `${PATH}/attrs?options=noOverwrite`);
const update = way('patch', `${PATH}/attrs`);
const merge = way('patch', PATH);
const batchMerge = way('post', '/entityOperations/merge');
const batchUpdate = way('post', '/entityOperations/update');
const batchNoOverwrite = way('post', '/entityOperations/update?options=noOverwrite');
const batchUpsertUpdate = way('post', '/entityOperations/upsert?options=update');

describe('trap 13: type in a fragment is added, scope replaces save with noOverwrite (clauses 5.6.2, 5.6.3, 5.6.17)', () => {
  beforeEach(() => given({ scope: ['/A', '/B'] }));

  it.each([append, noOverwrite, update, merge, batchMerge, batchUpdate, batchNoOverwrite])(
    'type by $name',
    async ({ send }) => {
      expect((await send({ type: ['Hall', 'Room'] })).status).toBe(204);
      expect((await send({ type: 'Attic' })).status).toBe(204);
      expect((await read())['type']).toEqual(['Room', 'Hall', 'Attic']);
    },
  );

  it('type by an upsert that updates', async () => {
    expect((await batchUpsertUpdate.send({ type: 'Hall' })).status).toBe(204);
    expect((await read())['type']).toEqual(['Room', 'Hall']);
  });

  it.each([append, update, merge, batchMerge, batchUpdate])('scope by $name', async ({ send }) => {
    expect((await send({ scope: ['/B', '/C'] })).status).toBe(204);
    expect((await read())['scope']).toEqual(['/B', '/C']);
    expect((await send({ scope: '/D' })).status).toBe(204);
    expect((await read())['scope']).toBe('/D');
  });

  it.each([noOverwrite, batchNoOverwrite])('scope by $name', async ({ send }) => {
    expect((await send({ scope: ['/B', '/C'] })).status).toBe(204);
    expect((await read())['scope']).toEqual(['/A', '/B', '/C']);
  });

  it.each([append, noOverwrite, merge, batchMerge])('a first scope by $name', async ({ send }) => {
    await given({});
    expect((await send({ scope: 'A' })).status).toBe(204);
    expect((await read())['scope']).toBe('/A');
  });

  it('a first scope is not for PATCH of the Attributes, which says so (clause 5.6.2.4)', async () => {
    await given({});
    const { status, body } = await update.send({ scope: '/A', a: 1 });
    expect([status, body]).toEqual([
      207,
      {
        updated: [expect.stringMatching(/a$/)],
        notUpdated: [expect.objectContaining({ reason: expect.any(String) })],
      },
    ]);
    expect(await read()).not.toHaveProperty('scope');
  });

  it.each([append, noOverwrite, update, merge, batchMerge, batchUpdate])(
    'neither changes by $name of others',
    async ({ send }) => {
      expect((await send({ a: 1 })).status).toBe(204);
      expect(await read()).toMatchObject({ type: 'Room', scope: ['/A', '/B'] });
    },
  );

  it('both are replaced by PUT', async () => {
    await broker.api.put(PATH).send({ type: 'Hall' }).expect(204);
    expect(await read()).toEqual({ id: ID, type: 'Hall' });
  });
});

describe('trap 14: partial update keeps what is not sent, PATCH of the Attributes drops it (clause 5.5.8, examples 1 and 2)', () => {
  const fragment = { type: 'Property', value: 100, observedAt: '2022-03-14T13:00:00Z' };
  beforeEach(() => given({ temperature }));
  const left = async () => (await read())['temperature'];

  it('PATCH of one Attribute (example 1)', async () => {
    await broker.api.patch(`${PATH}/attrs/temperature`).send(fragment).expect(204);
    expect(await left()).toEqual({ ...temperature, ...fragment });
  });

  it.each([update, append, batchUpdate, batchUpsertUpdate])('$name (example 2)', async ({ send }) => {
    expect((await send({ type: 'Room', temperature: fragment })).status).toBe(204);
    expect(await left()).toEqual(fragment);
  });

  it.each([merge, batchMerge])('$name keeps it as well (clause 5.5.12, example 1)', async ({ send }) => {
    expect((await send({ temperature: fragment })).status).toBe(204);
    expect(await left()).toEqual({ ...temperature, ...fragment });
  });

  it('PUT of one Attribute drops it', async () => {
    await broker.api.put(`${PATH}/attrs/temperature`).send(fragment).expect(204);
    expect(await left()).toEqual(fragment);
  });

  it('in concise representation too', async () => {
    await broker.api.patch(`${PATH}/attrs/temperature`).send({ value: 100 }).expect(204);
    expect(await left()).toEqual({ ...temperature, value: 100 });
    expect((await update.send({ temperature: 101 })).status).toBe(204);
    expect(await left()).toEqual({ type: 'Property', value: 101 });
  });
});

describe('trap 15: merge goes into object values and replaces arrays whole (clause 5.5.12, RFC 7396)', () => {
  const address = {
    street: 'Straße des 17. Juni',
    city: { name: 'Berlin', parts: [1, 2] },
    country: 'Germany',
  };

  it.each([merge, batchMerge])('$name', async ({ send }) => {
    const cases: readonly (readonly [before: Json, patch: Json, after: Json])[] = [
      [address, { street: 'Pariser Platz' }, { ...address, street: 'Pariser Platz' }],
      [address, { country: 'urn:ngsi-ld:null' }, { street: address.street, city: address.city }],
      [address, { city: { parts: [3] } }, { ...address, city: { name: 'Berlin', parts: [3] } }],
      [address, { city: 'Berlin' }, { ...address, city: 'Berlin' }],
      [{ city: 'Berlin' }, { city: { name: 'Berlin' } }, { city: { name: 'Berlin' } }],
      [[1, 2, 3], [9], [9]],
      [[{ x: 1, y: 2 }], [{ x: 3 }], [{ x: 3 }]],
      [address, [1], [1]],
      [5, { x: 1, gone: 'urn:ngsi-ld:null' }, { x: 1 }],
    ];
    for (const [before, value, after] of cases) {
      await given({ a: { type: 'Property', value: before } });
      expect((await send({ a: { type: 'Property', value } })).status).toBe(204);
      expect(await read()).toEqual({ id: ID, type: 'Room', a: { type: 'Property', value: after } });
    }
  });

  it.each([update, append])('$name replaces objects whole as well', async ({ send }) => {
    await given({ a: { value: address } });
    expect((await send({ a: { value: { street: 'Pariser Platz' } } })).status).toBe(204);
    expect(await concise()).toEqual({ a: { street: 'Pariser Platz' } });
  });

  it('neither JSON nor geometries nor lists are gone into', async () => {
    await given({
      j: { json: { x: 1, y: 2 } },
      g: { type: 'Point', coordinates: [1, 2, 3] },
      l: { valueList: [1, 2] },
      r: { objectList: ['urn:a:1', 'urn:a:2'] },
    });
    const sent = {
      j: { json: { x: 3 } },
      g: { type: 'Point', coordinates: [4, 5] },
      l: { valueList: [3] },
      r: { objectList: ['urn:a:3'] },
    };
    expect((await merge.send(sent)).status).toBe(204);
    expect(await concise()).toEqual(sent);
  });
});

describe('trap 16: an unknown datasetId is added by PATCH of the Attributes and merge, and 404 for one Attribute (clauses 5.6.2, 5.6.4, 5.6.17, 5.6.19)', () => {
  const there = { value: 1, unitCode: 'MTR' };
  const fresh = { value: 2, datasetId: GPS };
  beforeEach(() => given({ a: there }));

  it.each([update, merge, append, noOverwrite, batchMerge, batchUpdate])('$name', async ({ send }) => {
    expect((await send({ a: fresh })).status).toBe(204);
    expect(await concise()).toEqual({ a: [there, fresh] });
  });

  it.each([
    { ...update, first: { value: 3 } },
    { ...append, first: { value: 3 } },
    { ...merge, first: { ...there, value: 3 } },
    { ...batchMerge, first: { ...there, value: 3 } },
  ])('$name of several at once', async ({ send, first }) => {
    expect((await send({ a: [{ value: 3 }, fresh] })).status).toBe(204);
    expect(await concise()).toEqual({ a: [first, fresh] });
  });

  it.each(['patch', 'put'] as const)('%s of one Attribute', async (method) => {
    const answer = await broker.api[method](`${PATH}/attrs/a`).send(fresh);
    expect(problemOf(answer)).toEqual([404, 'ResourceNotFound']);
    expect(await concise()).toEqual({ a: there });
  });

  it.each(['patch', 'put'] as const)(
    '%s of one Attribute whose default instance is missing',
    async (method) => {
      await given({ a: fresh });
      expect(problemOf(await broker.api[method](`${PATH}/attrs/a`).send({ value: 5 }))[0]).toBe(404);
      await broker.api[method](`${PATH}/attrs/a`)
        .send({ ...fresh, value: 5 })
        .expect(204);
      expect(await concise()).toEqual({ a: { ...fresh, value: 5 } });
    },
  );

  it.each([update, merge, append])('$name of the default instance that is missing', async ({ send }) => {
    await given({ a: fresh });
    expect((await send({ a: 5 })).status).toBe(204);
    expect(await concise()).toEqual({ a: [fresh, { value: 5 }] });
  });
});

describe('trap 20: merge and partial update never change the kind, replacing does (clauses 5.6.4.4, 5.6.17.4)', () => {
  const kinds: Readonly<Record<string, JsonObject>> = {
    Property: { value: 1 },
    Relationship: { object: 'urn:a:1' },
    GeoProperty: { value: { type: 'Point', coordinates: [1, 2] } },
    LanguageProperty: { languageMap: { en: 'x' } },
    VocabProperty: { vocab: 'on' },
    JsonProperty: { json: { x: 1 } },
    ListProperty: { valueList: [1] },
    ListRelationship: { objectList: [{ object: 'urn:a:1' }] },
  };
  const pairs = Object.keys(kinds).flatMap((from) =>
    Object.keys(kinds)
      .filter((to) => to !== from)
      .map((to) => [from, to] as const),
  );

  it.each(Object.keys(kinds))('a %s', async (from) => {
    const before = { type: from, ...kinds[from] };
    for (const [, to] of pairs.filter(([first]) => first === from)) {
      const after = { type: to, ...kinds[to] };
      await given({ a: before });
      expect((await merge.send({ a: after })).status).toBe(400);
      expect((await batchMerge.send({ a: after })).status).toBe(207);
      await broker.api.patch(`${PATH}/attrs/a`).send(after).expect(400);
      // Without its type the kind shows all the same.
      await broker.api.patch(`${PATH}/attrs/a`).send(kinds[to]).expect(400);
      expect((await read())['a']).toEqual(before);
      await broker.api.put(`${PATH}/attrs/a`).send(after).expect(204);
      expect((await read())['a']).toEqual(after);
    }
  });

  it.each([append, update, batchUpdate, batchUpsertUpdate])('$name changes it', async ({ send }) => {
    for (const [from, to] of pairs.slice(0, 14)) {
      await given({ a: { type: from, ...kinds[from] } });
      expect((await send({ type: 'Room', a: { type: to, ...kinds[to] } })).status).toBe(204);
      expect((await read())['a']).toEqual({ type: to, ...kinds[to] });
    }
  });

  it('sub-Attributes keep theirs by merge, and may change it by partial update, which replaces them', async () => {
    await given({ a: { value: 1, s: { object: 'urn:a:1' } } });
    expect((await merge.send({ a: { type: 'Property', s: { value: 5 } } })).status).toBe(400);
    await broker.api
      .patch(`${PATH}/attrs/a`)
      .send({ s: { value: 5 } })
      .expect(204);
    expect(await concise()).toEqual({ a: { value: 1, s: 5 } });
  });
});
