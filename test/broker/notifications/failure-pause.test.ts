import { describe, expect, it } from '@jest/globals';
import { pausingFailing } from '../../../broker/notifications/failure-pause.ts';
import { eventually, rest } from './fake-time.ts';
import { keepingLog } from './fixtures.ts';
import { notifyingBroker } from './notifying-broker.ts';
import { receiver } from './receiver.ts';

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';

/** Counters that pause after three failures, and what they wrote. */
function counting(isAway = false) {
  const recorded: { readonly id: string; readonly error?: string }[] = [];
  const paused: string[] = [];
  const counters = pausingFailing({
    after: 3,
    statuses: {
      record: (_tenant, id, { error }) => void recorded.push({ id, ...(error !== undefined && { error }) }),
      read: async () => undefined,
      flush: async () => undefined,
    },
    documents: {
      update: async (_kind, _tenant, id, change) => {
        if (isAway) throw new Error('the store is away');
        return change({ id, members: {}, contextReference: '', createdAt: 1, modifiedAt: 1 });
      },
    },
    onPaused: (_tenant, { id, members }) => {
      if (members['isActive']?.given === false) paused.push(id);
    },
    now: () => 2,
    log: keepingLog(),
  });
  const fail = (id: string) => counters.record('', id, { at: 1, error: 'the receiver answered 500' });
  const succeed = (id: string) => counters.record('', id, { at: 1 });
  return { recorded, paused, fail, succeed };
}

describe('a Subscription whose notifications fail', () => {
  it('is paused after so many failures in a row, of its own', async () => {
    const { recorded, paused, fail, succeed } = counting();
    for (const id of ['a', 'b', 'a']) fail(id);
    succeed('a');
    for (const id of ['a', 'a', 'b']) fail(id);
    await rest();
    expect(paused).toEqual([]);
    fail('a');
    await rest();
    expect(paused).toEqual(['a']);
    expect(recorded.at(-1)?.error).toBe(
      'paused after 3 failures in a row, isActive true resumes it; the last: the receiver answered 500',
    );
  });

  it('is counted anew when it could not be paused', async () => {
    const { paused, fail } = counting(true);
    for (let n = 0; n < 7; n++) fail('a');
    await rest();
    expect(paused).toEqual([]);
  });

  it('shows why, becomes dead letters, and goes on when it is made active again', async () => {
    const to = await receiver();
    to.answer = (response) => response.writeHead(400).end();
    const broker = await notifyingBroker({ settings: { NOTIFICATION_PAUSE_AFTER: '2' } });
    const notification = { endpoint: { uri: to.url } };
    const body = { id: SUBSCRIPTION, type: 'Subscription', entities: [{ type: 'Lamp' }], notification };
    expect((await broker.api.post('/subscriptions').send(body)).status).toBe(201);
    const create = (n: number) =>
      broker.api
        .post('/entities')
        .send({ id: `urn:ngsi-ld:Lamp:${n}`, type: 'Lamp', level: { type: 'Property', value: n } });
    for (const n of [1, 2]) expect((await create(n)).status).toBe(201);
    const read = async () => (await broker.api.get(`/subscriptions/${SUBSCRIPTION}`)).body;
    const found = await eventually(read, ({ status }) => status === 'paused');
    expect(found).toMatchObject({
      isActive: false,
      notification: { lastFailureReason: expect.stringContaining('paused after 2 failures in a row') },
    });
    to.answer = (response) => response.writeHead(204).end();
    const resumed = await broker.api.patch(`/subscriptions/${SUBSCRIPTION}`).send({ isActive: true });
    expect(resumed.status).toBe(204);
    expect((await create(3)).status).toBe(201);
    await eventually(read, ({ notification: { status } }) => status === 'ok');
  });
});
