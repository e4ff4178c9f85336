import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { type NotifyingBroker, notifyingBroker, ROOT } from '../notifications/notifying-broker.ts';
import { problemOf } from './answers.ts';

const [A, B, C] = ['urn:ngsi-ld:Bin:a', 'urn:ngsi-ld:Bin:b', 'urn:ngsi-ld:Bin:c'];
const bin = (id: string | undefined, full: number): JsonObject => ({ id: id ?? '', type: 'Bin', full });
const subscription = {
  id: 'urn:s:1',
  type: 'Subscription',
  entities: [{ type: 'Bin' }],
  notification: { endpoint: { uri: 'http://127.0.0.1:9/' } },
};

let broker: NotifyingBroker;
beforeEach(async () => {
  broker = await notifyingBroker();
});

describe('trap 35: a batch upsert answers with the ids that it created alone; duplicates are taken in order (clauses 5.5.11, 5.6.8, 6.15.3.1)', () => {
  const batch = (operation: string, ...entities: readonly JsonObject[]) =>
    broker.api.post(`/entityOperations/${operation}`).send([...entities]);
  const full = async (id: string | undefined) =>
    (await broker.api.get(`/entities/${id}?format=simplified`)).body.full;

  it.each(['upsert', 'upsert?options=replace', 'upsert?options=update'])('%s', async (operation) => {
    const created = await batch(operation, bin(A, 1), bin(B, 1)).expect(201);
    expect(created.body).toEqual([A, B]);
    const mixed = await batch(operation, bin(A, 2), bin(C, 2)).expect(201);
    expect(mixed.body).toEqual([C]);
    const updated = await batch(operation, bin(A, 3), bin(B, 3)).expect(204);
    expect(updated.text).toBe('');
    expect([await full(A), await full(B), await full(C)]).toEqual([3, 3, 2]);
  });

  it('what was created stands among the successes when something failed', async () => {
    await batch('create', bin(A, 1)).expect(201);
    const { body } = await batch('upsert', bin(A, 2), bin(B, 2), {
      id: C as string,
      type: 'Bin',
      full: null,
    }).expect(207);
    expect([...body.success].sort()).toEqual([A, B]);
    expect(body.errors).toEqual([expect.objectContaining({ entityId: C })]);
  });

  it('create: the first wins, the others exist already', async () => {
    const { body } = await batch('create', bin(A, 1), bin(B, 1), bin(A, 2)).expect(207);
    expect(body.success).toEqual([A, B]);
    expect(body.errors).toEqual([
      { entityId: A, error: expect.objectContaining({ type: expect.stringMatching(/AlreadyExists$/) }) },
    ]);
    expect(await full(A)).toBe(1);
  });

  it.each(['upsert', 'upsert?options=update'])(
    '%s: the first creates, the others follow',
    async (operation) => {
      const { body } = await batch(operation, bin(A, 1), { ...bin(A, 2), more: 1 }, bin(A, 3)).expect(201);
      expect(body).toEqual([A]);
      const entity = (await broker.api.get(`/entities/${A}?format=simplified`)).body;
      expect(entity).toEqual({ ...bin(A, 3), ...(operation.includes('update') && { more: 1 }) });
    },
  );

  it.each(['update', 'merge'])('%s: in order, the last wins', async (operation) => {
    await batch('create', bin(A, 0)).expect(201);
    await batch(operation, bin(A, 1), { ...bin(A, 2), more: 1 }, bin(A, 3)).expect(204);
    expect((await broker.api.get(`/entities/${A}?format=simplified`)).body).toEqual({
      ...bin(A, 3),
      more: 1,
    });
  });

  it('delete: the first deletes, the others are not there', async () => {
    await batch('create', bin(A, 0)).expect(201);
    const { body } = await broker.api.post('/entityOperations/delete').send([A, A]).expect(207);
    expect(body.success).toEqual([A]);
    expect(body.errors).toHaveLength(1);
  });

  it.each(['create', 'update', 'merge', 'upsert', 'delete'])(
    '%s when all fail is 207 as well',
    async (operation) => {
      const broken =
        operation === 'delete' ? ['urn:none:1', 'urn:none:2'] : [{ id: A, type: 'Bin', full: null }];
      const { body } = await broker.api.post(`/entityOperations/${operation}`).send(broken).expect(207);
      expect(body.success).toEqual([]);
      expect(body.errors).toHaveLength(broken.length);
    },
  );
});

describe('trap 36: tenants come into being by creations alone, reads of an unknown one are 404, the header is echoed (clauses 4.14, 6.3.14)', () => {
  const TENANT = 'village';
  const inTenant = (method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, tenant = TENANT) =>
    broker.api[method](path).set('NGSILD-Tenant', tenant);
  const exists = async () => (await inTenant('get', '/entities?type=Bin')).status === 200;

  it.each<readonly [string, object]>([
    ['/entities', bin(A, 1)],
    ['/entityOperations/create', [bin(A, 1)]],
    ['/entityOperations/upsert', [bin(A, 1)]],
    ['/temporal/entities', { id: A, type: 'Bin', full: [{ value: 1, observedAt: '2026-01-01T00:00:00Z' }] }],
    ['/subscriptions', subscription],
  ])('POST %s makes one', async (path, body) => {
    expect(await exists()).toBe(false);
    const answer = await inTenant('post', path).send(body).expect(201);
    expect(answer.headers['ngsild-tenant']).toBe(TENANT);
    expect(await exists()).toBe(true);
    await broker.api.get(`/entities/${A}`).expect(404);
  });

  it.each<readonly ['get' | 'post' | 'put' | 'patch' | 'delete', string, object | undefined]>([
    ['get', '/entities?type=Bin', undefined],
    ['get', `/entities/${A}`, undefined],
    ['get', '/types', undefined],
    ['get', '/attributes', undefined],
    ['get', '/subscriptions', undefined],
    ['get', `/temporal/entities/${A}`, undefined],
    ['put', `/entities/${A}`, bin(A, 1)],
    ['patch', `/entities/${A}`, { full: 1 }],
    ['delete', `/entities/${A}`, undefined],
    ['delete', '/entities?type=Bin', undefined],
    ['post', `/entities/${A}/attrs`, { full: 1 }],
    ['patch', `/entities/${A}/attrs`, { full: 1 }],
    ['patch', `/entities/${A}/attrs/full`, { value: 1 }],
    ['put', `/entities/${A}/attrs/full`, { value: 1 }],
    ['delete', `/entities/${A}/attrs/full`, undefined],
    ['post', '/entityOperations/update', [bin(A, 1)]],
    ['post', '/entityOperations/merge', [bin(A, 1)]],
    ['post', '/entityOperations/delete', [A]],
    ['post', '/entityOperations/query', { type: 'Query', entities: [{ type: 'Bin' }] }],
    ['patch', '/subscriptions/urn:s:1', { isActive: false }],
    ['delete', '/subscriptions/urn:s:1', undefined],
  ])('%s %s makes none', async (method, path, body) => {
    const answer = await inTenant(method, path).send(body);
    expect(problemOf(answer)).toEqual([404, 'NonexistentTenant']);
    expect(answer.headers['ngsild-tenant']).toBe(TENANT);
    expect(await exists()).toBe(false);
  });

  it('a creation that is refused makes none', async () => {
    await inTenant('post', '/entities').send({ id: A }).expect(400);
    await inTenant('post', '/subscriptions').send({ type: 'Subscription' }).expect(400);
    await inTenant('post', '/temporal/entities').send({ id: A }).expect(400);
    await inTenant('post', '/entityOperations/create').send([]).expect(400);
    await inTenant('post', '/entityOperations/create')
      .send([{ id: A }])
      .expect(207);
    await inTenant('post', '/entityOperations/upsert')
      .send([{ id: A }])
      .expect(207);
    expect(await exists()).toBe(false);
  });

  it('the header is echoed with every answer, and absent where it was not sent', async () => {
    await inTenant('post', '/entities').send(bin(A, 1)).expect(201);
    for (const path of [`/entities/${A}`, '/entities/nonsense', '/entities?q=', '/nothing'])
      expect((await inTenant('get', path)).headers['ngsild-tenant']).toBe(TENANT);
    expect((await inTenant('delete', `/entities/${A}`)).headers['ngsild-tenant']).toBe(TENANT);
    expect((await broker.api.get('/types')).headers).not.toHaveProperty('ngsild-tenant');
  });

  it('tenants share nothing', async () => {
    await inTenant('post', '/entities').send(bin(A, 1)).expect(201);
    await broker.api.post('/entities').send(bin(A, 2)).expect(201);
    await inTenant('post', '/entities', 'city').send(bin(A, 3)).expect(201);
    await inTenant('delete', `/entities/${A}`, 'city').expect(204);
    const seen = async (request: Promise<{ body: { full: number } }>) => (await request).body.full;
    const path = `/entities/${A}?format=simplified`;
    expect(await seen(inTenant('get', path) as never)).toBe(1);
    expect(await seen(broker.api.get(path) as never)).toBe(2);
  });

  it('the default tenant is always there, and its Location has no tenant', async () => {
    expect((await broker.api.get('/entities?type=Bin').expect(200)).body).toEqual([]);
    const { headers } = await broker.api.post('/entities').send(bin(A, 1)).expect(201);
    expect(headers['location']).toBe(`${ROOT}/entities/${A}`);
  });

  it.each(['a/b', 'a b', '../x'])('no tenant is called %s', async (name) => {
    expect((await inTenant('post', '/entities', name).send(bin(A, 1))).status).toBe(400);
  });
});
