import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from '../http/broker-under-test.ts';
import { notifyingBroker } from '../notifications/notifying-broker.ts';

const broker = brokerUnderTest();
const ID = 'urn:ngsi-ld:Room:1';
const PATH = `/entities/${ID}`;
const GPS = 'urn:ngsi-ld:Dataset:gps';
const room = {
  id: ID,
  type: 'Room',
  scope: '/House',
  a: { type: 'Property', value: 1, s: { type: 'Property', value: 2 } },
  b: { type: 'Property', value: 1 },
};

beforeEach(async () => {
  await broker.api.delete(PATH);
  await broker.api.post('/entities').send(room).expect(201);
  broker.clock.advance(60_000_000);
});

const read = async (search = ''): Promise<JsonObject> =>
  (await broker.api.get(PATH + search).expect(200)).body;
const times = ({ createdAt, modifiedAt }: JsonObject) => ({ createdAt, modifiedAt });
/** The system times of the Entity and of its Attributes `a` and `b`. */
const allTimes = async () => {
  const entity = await read('?options=sysAttrs');
  return {
    entity: times(entity),
    a: times(entity['a'] as JsonObject),
    ...(entity['b'] !== undefined && { b: times(entity['b'] as JsonObject) }),
  };
};

type Write = readonly [method: 'post' | 'put' | 'patch' | 'delete', path: string, body: object | undefined];
const send = ([method, path, body]: Write) => broker.api[method](path).send(body);

describe('trap 10: system members from clients are ignored, neither stored nor refused (clauses 5.2.2, 5.2.12)', () => {
  const forged = { createdAt: '1999-01-01T00:00:00Z', modifiedAt: '1999-01-01T00:00:00Z' };
  const nonsense = { createdAt: 5, modifiedAt: 'yesterday', deletedAt: { x: 1 } };
  const attribute = { type: 'Property', value: 3, instanceId: 'urn:x:1' };

  const writes: readonly Write[] = [
    ['put', PATH, { type: 'Room' }],
    ['patch', PATH, {}],
    ['post', `${PATH}/attrs`, {}],
    ['patch', `${PATH}/attrs`, {}],
    ['post', '/entityOperations/upsert', {}],
    ['post', '/entityOperations/update', {}],
    ['post', '/entityOperations/merge', {}],
  ];

  it.each(writes)('%s %s', async (method, path, body) => {
    for (const system of [forged, nonsense]) {
      await broker.api.delete(PATH);
      await broker.api.post('/entities').send(room).expect(201);
      const sub = { type: 'Property', value: 4, ...system };
      const sent = { id: ID, type: 'Room', ...body, ...system, a: { ...attribute, ...system, s: sub } };
      await send([method, path, path.startsWith('/entityOperations') ? [sent] : sent]).expect(204);
      expect((await read('?format=simplified'))['a']).toBe(3);
      const text = JSON.stringify(await read('?options=sysAttrs'));
      for (const trace of ['1999', 'yesterday', 'deletedAt', 'instanceId', 'urn:x:1'])
        expect(text).not.toContain(trace);
    }
  });

  it.each(['/entities', '/entityOperations/create', '/entityOperations/upsert'])('POST %s', async (path) => {
    await broker.api.delete(PATH);
    const sent = { id: ID, type: 'Room', ...forged, a: { ...attribute, ...nonsense } };
    await broker.api
      .post(path)
      .send(path === '/entities' ? sent : [sent])
      .expect(201);
    expect(JSON.stringify(await read('?options=sysAttrs'))).not.toMatch(/1999|yesterday|urn:x:1/);
  });

  it.each(['patch', 'put'] as const)('%s of an Attribute', async (method) => {
    const path = `${PATH}/attrs/a`;
    await broker.api[method](path)
      .send({ ...attribute, ...forged })
      .expect(204);
    expect((await read('?format=simplified'))['a']).toBe(3);
    expect(JSON.stringify(await read('?options=sysAttrs'))).not.toMatch(/1999|urn:x:1/);
  });

  it('an answer can be sent back as it is, and changes nothing', async () => {
    const before = await read('?options=sysAttrs');
    await broker.api.put(PATH).send(before).expect(204);
    expect(await read('?options=sysAttrs')).toEqual(before);
  });

  it('of Subscriptions as well: status, timesSent and the rest', async () => {
    const { api } = await notifyingBroker();
    const path = '/subscriptions/urn:s:1';
    const endpoint = { uri: 'http://127.0.0.1:9/' };
    const counters = {
      timesSent: 7,
      timesFailed: 7,
      status: 'failed',
      lastNotification: '1999-01-01T00:00:00Z',
    };
    const own = { ...forged, status: 'expired' };
    const notification = { endpoint, ...counters, lastFailure: 'never', lastSuccess: 5 };
    const sent = { id: 'urn:s:1', type: 'Subscription', entities: [{ type: 'Room' }], notification, ...own };
    await api.post('/subscriptions').send(sent).expect(201);
    await api
      .patch(path)
      .send({ notification, ...own, description: 'mine' })
      .expect(204);
    const { body } = await api.get(`${path}?options=sysAttrs`).expect(200);
    expect(body).toMatchObject({ status: 'active', description: 'mine', notification: { endpoint } });
    expect(JSON.stringify(body)).not.toMatch(/1999|"failed"|:7|never/);
  });
});

describe('trap 11: replace keeps createdAt and moves modifiedAt (clauses 4.8, 5.6.8, 5.6.18, 5.6.19)', () => {
  const other = { id: ID, type: 'Room', scope: '/House', a: 5, b: 1 };

  it.each<Write>([
    ['put', PATH, other],
    ['post', '/entityOperations/upsert', [other]],
    ['post', '/entityOperations/upsert?options=replace', [other]],
    ['put', `${PATH}/attrs/a`, { value: 5 }],
    ['post', `${PATH}/attrs`, { a: 5 }],
    ['patch', `${PATH}/attrs`, { a: 5 }],
  ])('%s %s', async (method, path, body) => {
    const before = await allTimes();
    await send([method, path, body]).expect(204);
    const after = await allTimes();
    expect(after.entity.createdAt).toBe(before.entity.createdAt);
    expect(after.a.createdAt).toBe(before.a.createdAt);
    expect(after.entity.modifiedAt).not.toBe(before.entity.modifiedAt);
    expect(after.a.modifiedAt).toBe(after.entity.modifiedAt);
    // What the body has as it was is not modified.
    expect(after.b).toEqual(before.b);
  });

  it('an Attribute, or a dataset of one, that replaces nothing is new', async () => {
    await broker.api
      .put(PATH)
      .send({ type: 'Room', c: 1, a: { value: 1, datasetId: GPS } })
      .expect(204);
    const { createdAt, modifiedAt, a, c } = await read('?options=sysAttrs');
    expect(createdAt).not.toBe(modifiedAt);
    for (const one of [a, c] as JsonObject[])
      expect(times(one)).toEqual({ createdAt: modifiedAt, modifiedAt });
  });

  it('an Entity that was deleted in between is new as well', async () => {
    const { createdAt } = await read('?options=sysAttrs');
    await broker.api.delete(PATH).expect(204);
    await broker.api.post('/entityOperations/upsert').send([room]).expect(201);
    expect((await read('?options=sysAttrs'))['createdAt']).not.toBe(createdAt);
  });
});

describe('trap 12: modifiedAt of an Entity also moves when only its type or scope changed (clause 4.8)', () => {
  it.each<Write>([
    ['post', `${PATH}/attrs`, { type: 'Hall' }],
    ['post', `${PATH}/attrs`, { scope: '/Garden' }],
    ['post', `${PATH}/attrs?options=noOverwrite`, { scope: '/Garden' }],
    ['patch', `${PATH}/attrs`, { type: ['Room', 'Hall'] }],
    ['patch', `${PATH}/attrs`, { scope: ['/House', '/Garden'] }],
    ['patch', PATH, { type: 'Hall' }],
    ['patch', PATH, { scope: '/Garden' }],
    ['patch', PATH, { scope: 'urn:ngsi-ld:null' }],
    ['patch', PATH, { expiresAt: '2030-01-01T00:00:00Z' }],
    ['put', PATH, { ...room, type: 'Hall' }],
    ['put', PATH, { ...room, scope: '/Garden' }],
    ['delete', `${PATH}/attrs/scope`, undefined],
    ['delete', `${PATH}/attrs/b`, undefined],
    ['post', '/entityOperations/merge', [{ id: ID, type: 'Hall' }]],
    ['post', '/entityOperations/update', [{ id: ID, scope: '/Garden' }]],
    ['post', '/entityOperations/upsert', [{ ...room, type: ['Hall', 'Room'] }]],
  ])('%s %s with %j', async (method, path, body) => {
    const before = await allTimes();
    await send([method, path, body]).expect(204);
    const after = await allTimes();
    expect(after.entity.createdAt).toBe(before.entity.createdAt);
    expect(after.entity.modifiedAt).not.toBe(before.entity.modifiedAt);
    expect(after.a).toEqual(before.a);
  });

  it.each<Write>([
    ['post', `${PATH}/attrs`, { type: 'Room' }],
    ['patch', PATH, { scope: '/House' }],
    ['patch', `${PATH}/attrs`, { type: ['Room'], scope: ['/House'] }],
    ['put', PATH, room],
  ])('and stays when they are as before: %s %s with %j', async (method, path, body) => {
    const before = await allTimes();
    await send([method, path, body]).expect(204);
    expect(await allTimes()).toEqual(before);
  });

  it('and with its deepest sub-Attribute', async () => {
    await broker.api
      .patch(PATH)
      .send({ a: { type: 'Property', s: { type: 'Property', t: 1 } } })
      .expect(204);
    const { modifiedAt, a } = await read('?options=sysAttrs');
    const { modifiedAt: ofA, s } = a as JsonObject;
    const { modifiedAt: ofS, t } = s as JsonObject;
    expect([ofA, ofS, (t as JsonObject)['createdAt']]).toEqual(Array(3).fill(modifiedAt));
  });
});
