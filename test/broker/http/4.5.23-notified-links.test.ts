import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { type NotifyingBroker, notifyingBroker } from '../notifications/notifying-broker.ts';
import { receiver } from '../notifications/receiver.ts';
import { LAMP, type ToldSubscriptions, toldSubscriptions } from './told-subscriptions.ts';

const POLE = 'urn:ngsi-ld:Pole:1';
const STREET = 'urn:ngsi-ld:Street:1';

let broker: NotifyingBroker;
let told: ToldSubscriptions;
beforeEach(async () => {
  const to = await receiver();
  broker = await notifyingBroker();
  told = toldSubscriptions(broker, to);
  const entities = [
    { id: STREET, type: 'Street', name: 'High Street' },
    { id: POLE, type: 'Pole', height: 5, street: { object: STREET } },
    { id: LAMP, type: 'Lamp', level: 1, on: { object: POLE } },
  ];
  await broker.api.post('/entityOperations/create').send(entities).expect(201);
});

const set = (id: string, members: JsonObject) =>
  broker.api.patch(`/entities/${id}`).send(members).expect(204);

describe('Linked Entities in notifications (clauses 4.5.23, 5.8.6)', () => {
  it.each([
    ['inline', { join: 'inline', joinLevel: 2, pick: ['id', 'level', 'on{height|street{name}}'] }],
    ['inline, omitted', { join: 'inline', joinLevel: 2, omit: ['on{height}'] }],
    ['inline, concise, with system Attributes', { join: 'inline', format: 'concise', sysAttrs: true }],
    ['inline, simplified', { join: 'inline', format: 'simplified', pick: ['on{street}'] }],
    ['none', { join: '@none', joinLevel: 3 }],
  ])('%s: as GET shows them', async (_what, params: JsonObject) => {
    await told.subscribe('joined', {}, params);
    await set(LAMP, { level: 2 });
    await told.settled();
    const { format = 'normalized', sysAttrs, ...rest } = params;
    const query = new URLSearchParams({
      ...(rest as Record<string, string>),
      format: format as string,
      ...(sysAttrs === true && { options: 'sysAttrs' }),
    });
    const { body } = await broker.api.get(`/entities/${LAMP}?${query}`).expect(200);
    expect(told.data('joined')).toEqual([[body]]);
  });

  it('flat: behind the Entity, as GET shows them', async () => {
    await told.subscribe('joined', {}, { join: 'flat', joinLevel: 2 });
    await set(LAMP, { level: 2 });
    await told.settled();
    const { body } = await broker.api.get(`/entities/${LAMP}?join=flat&joinLevel=2`).expect(200);
    expect(body).toHaveLength(3);
    expect(told.data('joined')).toEqual([body]);
  });

  it('a change of a Linked Entity notifies nobody who did not subscribe to it', async () => {
    await told.subscribe('joined', {}, { join: 'inline' });
    await set(POLE, { height: 6 });
    await told.settled();
    expect(told.data('joined')).toEqual([]);
  });
});

describe('q about Linked Entities (clauses 4.9, 5.8.6)', () => {
  const levels = (name: string) =>
    told.data(name).map((data) => ((data as readonly JsonObject[])[0] as JsonObject)['level']);

  it('is judged by them as they are when the notification is made', async () => {
    await told.subscribe('high', { q: 'on{Pole:height}>4' }, { format: 'simplified' });
    await told.subscribe('named', { q: 'level>2;on{street{name}}=="High Street"' }, { format: 'simplified' });
    await set(LAMP, { level: 2 });
    await told.settled();
    await set(POLE, { height: 3 });
    await set(LAMP, { level: 3 });
    await told.settled();
    await set(POLE, { height: 9 });
    await set(LAMP, { level: 4 });
    await told.settled();
    expect([levels('high'), levels('named')]).toEqual([
      [2, 4],
      [3, 4],
    ]);
  });

  it('what does not match is no notification: it counts for nothing', async () => {
    await told.subscribe('low', { q: 'on{height}<4' });
    await set(LAMP, { level: 2 });
    await told.settled();
    const { body } = await broker.api.get('/subscriptions/urn:s:low').expect(200);
    expect(Object.keys(body.notification)).toEqual(['endpoint']);
    expect(await broker.store.outbox.subscriptionsWithDeadLetters()).toEqual([]);
  });

  it('does not use up the period of throttling', async () => {
    await told.subscribe('slow', { q: 'on{height}<4', throttling: 3600 }, { format: 'simplified' });
    await set(LAMP, { level: 2 });
    await told.settled();
    await set(POLE, { height: 3 });
    await set(LAMP, { level: 3 });
    await told.settled();
    expect(levels('slow')).toEqual([3]);
  });

  it('a Relationship that is not there, or leads nowhere, meets no term but an absence', async () => {
    await told.subscribe('there', { q: 'on{height}' }, { format: 'simplified' });
    await told.subscribe('absent', { q: '!on{height}' }, { format: 'simplified' });
    await set(LAMP, { level: 2, on: { object: 'urn:ngsi-ld:Pole:none' } });
    await set(LAMP, { level: 3, on: 'urn:ngsi-ld:null' });
    await told.settled();
    expect([levels('there'), levels('absent')]).toEqual([[], [2, 3]]);
  });
});
