import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { type NotifyingBroker, notifyingBroker, START } from '../notifications/notifying-broker.ts';
import { receiver } from '../notifications/receiver.ts';
import { LAMP, type ToldSubscriptions, toldSubscriptions } from './told-subscriptions.ts';

const PATH = `/entities/${LAMP}`;
const NULL = 'urn:ngsi-ld:null';
const TRIGGERS = [
  'entityCreated',
  'entityUpdated',
  'entityDeleted',
  'attributeCreated',
  'attributeUpdated',
  'attributeDeleted',
] as const;

/** What is written when the Entity is there with `a` and `b`. */
type Write = (api: NotifyingBroker['api']) => { expect(status: number): PromiseLike<unknown> };

const lamp = (members: JsonObject = {}): JsonObject => ({ id: LAMP, type: 'Lamp', ...members });
const creates: readonly (readonly [what: string, status: number, Write])[] = [
  ['POST /entities', 201, (api) => api.post('/entities').send(lamp({ a: 1 }))],
  ['batch create', 201, (api) => api.post('/entityOperations/create').send([lamp({ a: 1 })])],
  ['batch upsert', 201, (api) => api.post('/entityOperations/upsert').send([lamp({ a: 1 })])],
  [
    'batch upsert that updates',
    201,
    (api) => api.post('/entityOperations/upsert?options=update').send([lamp({ a: 1 })]),
  ],
];

/** The triggers that fire, by their initials: entity in capitals, attribute in small letters. */
const changes: readonly (readonly [what: string, all: string, a: string, status: number, Write])[] = [
  ['POST attrs, another value', 'U u', 'U u', 204, (api) => api.post(`${PATH}/attrs`).send({ a: 2 })],
  ['POST attrs, a new one', 'U c', '', 204, (api) => api.post(`${PATH}/attrs`).send({ c: 2 })],
  ['POST attrs, the same', '', '', 204, (api) => api.post(`${PATH}/attrs`).send({ a: 1 })],
  [
    'POST attrs, a new dataset',
    'U c',
    'U c',
    204,
    (api) => api.post(`${PATH}/attrs`).send({ a: { value: 1, datasetId: 'urn:d:1' } }),
  ],
  [
    'POST attrs, noOverwrite',
    'U c',
    '',
    207,
    (api) => api.post(`${PATH}/attrs?options=noOverwrite`).send({ a: 2, c: 3 }),
  ],
  ['POST attrs, another type', '', '', 204, (api) => api.post(`${PATH}/attrs`).send({ type: 'Pole' })],
  ['POST attrs, a scope', '', '', 204, (api) => api.post(`${PATH}/attrs`).send({ scope: '/A' })],
  [
    'POST attrs, an expiry',
    '',
    '',
    204,
    (api) => api.post(`${PATH}/attrs`).send({ expiresAt: '2099-01-01T00:00:00Z' }),
  ],
  ['PATCH attrs', 'U c u', 'U u', 204, (api) => api.patch(`${PATH}/attrs`).send({ a: 2, c: 1 })],
  ['PATCH attrs, Null', 'U d', 'U d', 204, (api) => api.patch(`${PATH}/attrs`).send({ a: NULL })],
  [
    'PATCH attrs, all at once',
    'U c u d',
    'U d',
    204,
    (api) => api.patch(`${PATH}/attrs`).send({ a: NULL, b: 2, c: 1 }),
  ],
  ['PATCH attrs/a', 'U u', 'U u', 204, (api) => api.patch(`${PATH}/attrs/a`).send({ value: 2 })],
  [
    'PATCH attrs/a, when it was observed',
    'U u',
    'U u',
    204,
    (api) => api.patch(`${PATH}/attrs/a`).send({ observedAt: '2026-01-01T00:00:00Z' }),
  ],
  ['PATCH attrs/a, Null', 'U d', 'U d', 204, (api) => api.patch(`${PATH}/attrs/a`).send({ value: NULL })],
  [
    'PUT attrs/a',
    'U u',
    'U u',
    204,
    (api) => api.put(`${PATH}/attrs/a`).send({ type: 'Property', value: 2 }),
  ],
  ['PUT attrs/b', 'U u', '', 204, (api) => api.put(`${PATH}/attrs/b`).send({ type: 'Property', value: 2 })],
  [
    'PUT attrs/a/value',
    'U u',
    'U u',
    204,
    (api) => api.put(`${PATH}/attrs/a/value`).set('Content-Type', 'application/json').send('2'),
  ],
  ['DELETE attrs/a', 'U d', 'U d', 204, (api) => api.delete(`${PATH}/attrs/a`)],
  ['DELETE attrs/b', 'U d', '', 204, (api) => api.delete(`${PATH}/attrs/b`)],
  ['PATCH (merge)', 'U c u', 'U u', 204, (api) => api.patch(PATH).send({ a: 2, c: 1 })],
  ['PATCH (merge), Null', 'U d', 'U d', 204, (api) => api.patch(PATH).send({ a: NULL })],
  ['PATCH (merge), the same', '', '', 204, (api) => api.patch(PATH).send({ a: 1 })],
  ['PATCH (merge), a sub-Attribute', 'U u', 'U u', 204, (api) => api.patch(PATH).send({ a: { sub: 1 } })],
  ['PUT', 'U c u d', 'U u', 204, (api) => api.put(PATH).send(lamp({ a: 2, c: 1 }))],
  ['PUT, the same', '', '', 204, (api) => api.put(PATH).send(lamp({ a: 1, b: 1 }))],
  ['PUT without what is watched', 'U d', 'U d', 204, (api) => api.put(PATH).send(lamp({ b: 1 }))],
  ['DELETE', 'D d', 'D d', 204, (api) => api.delete(PATH)],
  ['purge', 'D d', 'D d', 204, (api) => api.delete('/entities?type=Lamp')],
  ['purge, drop', 'U d', 'U d', 204, (api) => api.delete('/entities?type=Lamp&drop=a')],
  ['purge, keep', 'U d', '', 204, (api) => api.delete('/entities?type=Lamp&keep=a')],
  [
    'batch upsert',
    'U c u d',
    'U u',
    204,
    (api) => api.post('/entityOperations/upsert').send([lamp({ a: 2, c: 1 })]),
  ],
  [
    'batch upsert that updates',
    'U c u',
    'U u',
    204,
    (api) => api.post('/entityOperations/upsert?options=update').send([lamp({ a: 2, c: 1 })]),
  ],
  [
    'batch update',
    'U c u',
    'U u',
    204,
    (api) => api.post('/entityOperations/update').send([lamp({ a: 2, c: 1 })]),
  ],
  [
    'batch merge',
    'U c d',
    'U d',
    204,
    (api) => api.post('/entityOperations/merge').send([lamp({ a: NULL, c: 1 })]),
  ],
  ['batch delete', 'D d', 'D d', 204, (api) => api.post('/entityOperations/delete').send([LAMP])],
  [
    'a late measurement (temporal provision)',
    '',
    '',
    204,
    (api) =>
      api
        .post(`/temporal${PATH}/attrs`)
        .send({ a: [{ type: 'Property', value: 9, observedAt: '2020-01-01T00:00:00Z' }] }),
  ],
];

let broker: NotifyingBroker;
let told: ToldSubscriptions;
beforeEach(async () => {
  const to = await receiver();
  broker = await notifyingBroker();
  told = toldSubscriptions(broker, to);
});

async function subscribeToEach(): Promise<void> {
  for (const trigger of TRIGGERS) {
    await told.subscribe(trigger, { notificationTrigger: [trigger] });
    await told.subscribe(`${trigger}/a`, { notificationTrigger: [trigger], watchedAttributes: ['a'] });
  }
}

/** Initials of the triggers whose Subscriptions were told, once for each time. */
function fired(suffix: '' | '/a'): string {
  const initial = { entityCreated: 'C', entityUpdated: 'U', entityDeleted: 'D' } as const;
  return TRIGGERS.flatMap((trigger) =>
    told
      .data(`${trigger}${suffix}`)
      .map(() => initial[trigger as keyof typeof initial] ?? (trigger[9] as string).toLowerCase()),
  ).join(' ');
}

describe('each trigger by each operation (clauses 5.8.6, 5.2.12)', () => {
  it.each(creates)('%s of what is not there', async (_what, status, write) => {
    await subscribeToEach();
    await write(broker.api).expect(status);
    await told.settled();
    expect([fired(''), fired('/a')]).toEqual(['C c', 'C c']);
  });

  it.each(changes)('%s: %s; of a alone: %s', async (_what, all, a, status, write) => {
    await broker.api
      .post('/entities')
      .send(lamp({ a: 1, b: 1 }))
      .expect(201);
    await subscribeToEach();
    await write(broker.api).expect(status);
    await told.settled();
    expect([fired(''), fired('/a')]).toEqual([all, a]);
  });

  it('an Entity that is deleted and made again is deleted and created', async () => {
    await broker.api
      .post('/entities')
      .send(lamp({ a: 1 }))
      .expect(201);
    await subscribeToEach();
    await broker.api.delete(PATH).expect(204);
    await broker.api
      .post('/entities')
      .send(lamp({ a: 1 }))
      .expect(201);
    await told.settled();
    expect(fired('')).toBe('C D c d');
  });

  it('expiry is no deletion (clause 4.22); what is made in the place of the expired one is created', async () => {
    const expiresAt = new Date(START / 1000 + 1000).toISOString();
    await broker.api
      .post('/entities')
      .send(lamp({ a: 1, expiresAt }))
      .expect(201);
    await subscribeToEach();
    broker.clock.advance(2_000_000);
    await broker.api.get(PATH).expect(404);
    await broker.api.get('/types').expect(200);
    await told.settled();
    expect(fired('')).toBe('');
    await broker.api
      .post('/entityOperations/upsert')
      .send([lamp({ a: 1 })])
      .expect(201);
    await told.settled();
    expect(fired('')).toBe('C c');
  });

  it('an Attribute that has expired is created by its next value, not updated', async () => {
    const expiresAt = new Date(START / 1000 + 1000).toISOString();
    await broker.api
      .post('/entities')
      .send(lamp({ a: { value: 1, expiresAt }, b: 1 }))
      .expect(201);
    await subscribeToEach();
    broker.clock.advance(2_000_000);
    await broker.api.post(`${PATH}/attrs`).send({ b: 2 }).expect(204);
    await broker.api.post(`${PATH}/attrs`).send({ a: 1 }).expect(204);
    await told.settled();
    expect([fired(''), fired('/a')]).toEqual(['U U c u', 'U c']);
  });

  it('the same Entity twice in a batch gives a notification for each change, in their order (clause 5.5.11)', async () => {
    await told.subscribe('default', {}, { format: 'simplified' });
    const batch = [lamp({ a: 1 }), lamp({ a: 2 }), lamp({ a: 2 }), lamp({ a: 3 })];
    await broker.api.post('/entityOperations/upsert').send(batch).expect(201);
    await told.settled();
    expect(told.data('default')).toEqual([[lamp({ a: 1 })], [lamp({ a: 2 })], [lamp({ a: 3 })]]);
  });

  it('a new Subscription is not told of what is there already', async () => {
    await broker.api
      .post('/entities')
      .send(lamp({ a: 1 }))
      .expect(201);
    await subscribeToEach();
    await broker.api.patch('/subscriptions/urn:s:entityCreated').send({ isActive: true }).expect(204);
    await told.settled();
    expect(fired('')).toBe('');
  });
});
