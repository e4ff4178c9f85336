import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { eventually, until } from '../notifications/fake-time.ts';
import { type NotifyingBroker, notifyingBroker } from '../notifications/notifying-broker.ts';
import { type Receiver, receiver } from '../notifications/receiver.ts';

const LAMP = 'urn:ngsi-ld:Lamp:1';
const PATH = `/entities/${LAMP}`;
const NULL = 'urn:ngsi-ld:null';
const GPS = 'urn:ngsi-ld:Dataset:gps';
const lamp = {
  id: LAMP,
  type: 'Lamp',
  a: 1,
  b: { object: 'urn:a:1' },
  c: { languageMap: { en: 'x' } },
  d: [{ value: 1 }, { value: 2, datasetId: GPS }],
};

let broker: NotifyingBroker;
let to: Receiver;
beforeEach(async () => {
  to = await receiver();
  broker = await notifyingBroker();
});

/** Makes a Subscription to Lamps that is told at a path of its own. */
async function subscribe(name: string, more: JsonObject = {}, notification: JsonObject = {}): Promise<void> {
  await broker.api
    .post('/subscriptions')
    .send({
      id: `urn:s:${name}`,
      type: 'Subscription',
      entities: [{ type: 'Lamp' }],
      notification: { endpoint: { uri: `${to.url}/${name}` }, ...notification },
      ...more,
    })
    .expect(201);
}

/** The Entities that the Subscription has been told of. */
const told = (name: string): readonly JsonObject[] =>
  to.received.filter(({ path }) => path === `/${name}`).flatMap(({ body }) => JSON.parse(body).data);

/** Waits until the Subscription was told of so many Entities, and answers them. */
async function toldOf(name: string, count: number): Promise<readonly JsonObject[]> {
  await until(() => told(name).length >= count);
  return told(name);
}

const values = (items: readonly JsonObject[]): readonly (Json | undefined)[] =>
  items.map(({ a }) => (a as JsonObject | undefined)?.['value']);

/** A last change, which every Subscription with the default triggers is told of: nothing comes behind it. */
const end = async () => {
  await broker.api.post(`${PATH}/attrs`).send({ a: 'end' }).expect(204);
};

describe('trap 37: only new and changed Attributes notify by default; each trigger has its own reasons (clauses 5.2.12, 5.8.6)', () => {
  it('deletions do not notify unless they are asked for', async () => {
    await subscribe('default');
    await subscribe('watching', { watchedAttributes: ['a', 'b'] });
    await broker.api.post('/entities').send(lamp).expect(201);
    await broker.api.delete(`${PATH}/attrs/b`).expect(204);
    await broker.api.patch(`${PATH}/attrs`).send({ c: NULL }).expect(204);
    await broker.api.patch(PATH).send({ d: NULL }).expect(204);
    await broker.api.delete(PATH).expect(204);
    await broker.api.post('/entities').send({ id: LAMP, type: 'Lamp', a: 2 }).expect(201);
    for (const name of ['default', 'watching']) expect(values(await toldOf(name, 2))).toEqual([1, 2]);
    const { body } = await broker.api.get('/subscriptions/urn:s:default').expect(200);
    expect(body.notificationTrigger).toEqual(['attributeCreated', 'attributeUpdated']);
  });

  it('entityUpdated is told of new, changed and deleted Attributes, never of the creation or the deletion', async () => {
    await subscribe('updated', { notificationTrigger: ['entityUpdated'] });
    await broker.api.post('/entities').send(lamp).expect(201);
    await broker.api.post(`${PATH}/attrs`).send({ new: 1 }).expect(204);
    await broker.api.delete(`${PATH}/attrs/b`).expect(204);
    await broker.api.delete(PATH).expect(204);
    await broker.api.post('/entities').send(lamp).expect(201);
    await end();
    const items = await toldOf('updated', 3);
    expect(items.map((item) => [item['new'] !== undefined, item['b']])).toEqual([
      [true, { type: 'Relationship', object: 'urn:a:1' }],
      [true, { type: 'Relationship', object: NULL }],
      [false, { type: 'Relationship', object: 'urn:a:1' }],
    ]);
  });

  it('PUT gives reasons to be told of new, changed and deleted Attributes all at once', async () => {
    const triggers = ['attributeCreated', 'attributeUpdated', 'attributeDeleted', 'entityUpdated'];
    await broker.api.post('/entities').send({ id: LAMP, type: 'Lamp', a: 1, b: 2 }).expect(201);
    for (const trigger of triggers) await subscribe(trigger, { notificationTrigger: [trigger] });
    for (const trigger of ['entityCreated', 'entityDeleted'])
      await subscribe(trigger, { notificationTrigger: [trigger] });
    await broker.api.put(PATH).send({ type: 'Lamp', a: 2, c: 3 }).expect(204);
    for (const trigger of triggers) {
      const [item] = await toldOf(trigger, 1);
      expect(item).toMatchObject({ a: { value: 2 }, c: { value: 3 } });
    }
    await broker.api.delete(PATH).expect(204);
    await toldOf('entityDeleted', 1);
    await broker.api.post('/entities').send({ id: LAMP, type: 'Lamp' }).expect(201);
    await toldOf('entityCreated', 1);
    expect([...triggers, 'entityCreated', 'entityDeleted'].map((name) => told(name).length)).toEqual([
      ...[1, 1, 2, 1],
      ...[1, 1],
    ]);
  });

  it('each reason is about what is watched', async () => {
    await broker.api.post('/entities').send({ id: LAMP, type: 'Lamp', a: 1, b: 2 }).expect(201);
    for (const trigger of ['attributeCreated', 'attributeUpdated', 'attributeDeleted'])
      await subscribe(trigger, { notificationTrigger: [trigger], watchedAttributes: ['a'] });
    await subscribe('all');
    await broker.api.put(PATH).send({ type: 'Lamp', a: 1, c: 3 }).expect(204);
    await end();
    expect(values(await toldOf('attributeUpdated', 1))).toEqual(['end']);
    await toldOf('all', 2);
    expect([told('attributeCreated'), told('attributeDeleted')]).toEqual([[], []]);
  });

  it('what changes nothing notifies nobody', async () => {
    await subscribe('default');
    await broker.api.post('/entities').send(lamp).expect(201);
    await broker.api.put(PATH).send(lamp).expect(204);
    await broker.api.patch(PATH).send({ a: 1 }).expect(204);
    await broker.api.post('/entityOperations/upsert').send([lamp]).expect(204);
    await broker.api.post(`${PATH}/attrs`).send({ type: 'Pole', scope: '/A' }).expect(204);
    await end();
    expect(values(await toldOf('default', 2))).toEqual([1, 'end']);
  });
});

describe('trap 38: of a deleted Entity only id, type and deletedAt are told, of a deleted Attribute NGSI-LD Null (clause 5.8.6)', () => {
  const time = expect.stringMatching(/^2026-06-01T12:00:00/) as unknown as Json;
  const gone = { id: LAMP, type: 'Lamp', deletedAt: time };

  it.each<readonly [notification: JsonObject, expected: JsonObject]>([
    [{}, gone],
    [{ format: 'simplified' }, gone],
    [{ format: 'concise', attributes: ['a'] }, gone],
    [{ sysAttrs: true }, { ...gone, createdAt: time, modifiedAt: time }],
  ])('an Entity with %j', async (notification, expected) => {
    await broker.api.post('/entities').send(lamp).expect(201);
    await subscribe('gone', { notificationTrigger: ['entityDeleted'] }, notification);
    await broker.api.delete(PATH).expect(204);
    expect(await toldOf('gone', 1)).toEqual([expected]);
  });

  it('an Entity with showChanges tells what it had', async () => {
    await broker.api.post('/entities').send({ id: LAMP, type: 'Lamp', a: 1, c: lamp.c }).expect(201);
    await subscribe('gone', { notificationTrigger: ['entityDeleted'] }, { showChanges: true });
    await broker.api.delete(PATH).expect(204);
    expect(await toldOf('gone', 1)).toMatchObject([
      {
        ...gone,
        a: { value: NULL, previousValue: 1 },
        c: { languageMap: { '@none': NULL }, previousLanguageMap: { en: 'x' } },
      },
    ]);
  });

  it.each<readonly [search: string, notification: JsonObject, expected: JsonObject]>([
    ['a', { format: 'concise' }, { a: NULL }],
    ['a', { format: 'simplified' }, { a: NULL }],
    ['a', {}, { a: { type: 'Property', value: NULL } }],
    ['b', { format: 'concise' }, { b: NULL }],
    ['b', {}, { b: { type: 'Relationship', object: NULL } }],
    ['c', { format: 'concise' }, { c: NULL }],
    ['c', {}, { c: { type: 'LanguageProperty', languageMap: { '@none': NULL } } }],
    ['a', { sysAttrs: true }, { a: { type: 'Property', value: NULL, deletedAt: time } }],
    ['a', { showChanges: true }, { a: { type: 'Property', value: NULL, previousValue: 1 } }],
    ['b', { showChanges: true, format: 'concise' }, { b: { object: NULL, previousObject: 'urn:a:1' } }],
    [
      'c',
      { showChanges: true, format: 'concise' },
      { c: { languageMap: { '@none': NULL }, previousLanguageMap: { en: 'x' } } },
    ],
    [`d?datasetId=${GPS}`, { format: 'concise' }, { d: [{ value: 1 }, { value: NULL, datasetId: GPS }] }],
    ['d?deleteAll=true', { format: 'concise' }, { d: NULL }],
  ])('the Attribute %s with %j', async (search, notification, expected) => {
    await broker.api.post('/entities').send(lamp).expect(201);
    await subscribe('gone', { notificationTrigger: ['attributeDeleted'] }, notification);
    await broker.api.delete(`${PATH}/attrs/${search}`).expect(204);
    const [item] = await toldOf('gone', 1);
    expect(item).toMatchObject(expected);
    expect(item).toMatchObject({ id: LAMP, type: 'Lamp' });
    // The rest of the Entity is told as well.
    expect(Object.keys(item ?? {})).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd']));
  });
});

describe('trap 39: throttling never loses the last value, and what has expired is revived by a time to come alone (clauses 5.2.12, 5.8.2, 5.8.6)', () => {
  const set = (a: Json, id = LAMP) => broker.api.post(`/entities/${id}/attrs`).send({ a }).expect(204);

  it('throttling sends the last value when the time has come, though nothing changes any more', async () => {
    await subscribe('slow', { throttling: 0.05 });
    await broker.api.post('/entities').send(lamp).expect(201);
    await toldOf('slow', 1);
    for (const value of [2, 3, 4]) await set(value);
    expect(told('slow')).toHaveLength(1);
    broker.clock.advance(60_000);
    expect(values(await toldOf('slow', 2))).toEqual([1, 4]);
  });

  it('throttling holds for each Entity: the last of every one is told', async () => {
    const other = 'urn:ngsi-ld:Lamp:2';
    await broker.api
      .post('/entities')
      .send({ ...lamp, id: other })
      .expect(201);
    await subscribe('slow', { throttling: 0.05 });
    await broker.api.post('/entities').send(lamp).expect(201);
    await toldOf('slow', 1);
    await set(5);
    await set(6, other);
    await set(7);
    broker.clock.advance(60_000);
    const items = (await toldOf('slow', 3)).slice(1);
    expect(Object.fromEntries(items.map(({ id }, at) => [id, values(items)[at]]))).toEqual({
      [LAMP]: 7,
      [other]: 6,
    });
  });

  const status = async () => (await broker.api.get('/subscriptions/urn:s:brief')).body.status;
  const patch = (body: JsonObject) =>
    broker.api
      .patch('/subscriptions/urn:s:brief')
      .set('Content-Type', 'application/json')
      .send(body)
      .expect(204);

  it('isActive revives nothing that has expired, a future expiresAt does', async () => {
    await subscribe('brief', { expiresAt: '2026-06-01T12:00:10Z' });
    await broker.api.post('/entities').send(lamp).expect(201);
    await toldOf('brief', 1);
    broker.clock.advance(10_000_000);
    expect(await status()).toBe('expired');
    for (const isActive of [true, false, true]) await patch({ isActive });
    expect(await status()).toBe('expired');
    await set(2);
    await patch({ expiresAt: '2026-06-01T13:00:00Z' });
    expect(await status()).toBe('active');
    await set(3);
    expect(values(await toldOf('brief', 2))).toEqual([1, 3]);
  });

  it('a paused one expires, and stays paused when its time is prolonged', async () => {
    await subscribe('brief', { expiresAt: '2026-06-01T12:00:10Z', isActive: false });
    expect(await status()).toBe('paused');
    broker.clock.advance(10_000_000);
    expect(await status()).toBe('expired');
    await patch({ expiresAt: NULL });
    expect(await status()).toBe('paused');
    await patch({ isActive: true });
    expect(await status()).toBe('active');
  });

  it('a time to come alone makes also a paused one active again once it has expired (5.8.2.4)', async () => {
    await subscribe('brief', { expiresAt: '2026-06-01T12:00:10Z', isActive: false });
    await patch({ expiresAt: '2026-06-01T12:00:20Z' });
    expect(await status()).toBe('paused');
    broker.clock.advance(20_000_000);
    expect(await status()).toBe('expired');
    await patch({ expiresAt: '2026-06-01T13:00:00Z', isActive: false });
    expect(await status()).toBe('paused');
    broker.clock.advance(3_600_000_000);
    await patch({ expiresAt: '2026-06-01T15:00:00Z' });
    expect(await status()).toBe('active');
  });

  it('none is made that has expired already', async () => {
    const answer = await broker.api.post('/subscriptions').send({
      type: 'Subscription',
      entities: [{ type: 'Lamp' }],
      notification: { endpoint: { uri: to.url } },
      expiresAt: '2026-06-01T12:00:00Z',
    });
    expect(answer.status).toBe(400);
  });

  it('the counters tell what was sent', async () => {
    await subscribe('brief');
    await broker.api.post('/entities').send(lamp).expect(201);
    await end();
    await toldOf('brief', 2);
    const { notification } = await eventually(
      async () => (await broker.api.get('/subscriptions/urn:s:brief')).body,
      (body) => body.notification.timesSent === 2,
    );
    expect(notification).toMatchObject({ status: 'ok', lastSuccess: expect.any(String) });
  });
});
