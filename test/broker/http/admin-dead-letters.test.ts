import { describe, expect, it } from '@jest/globals';
import { eventually, until } from '../notifications/fake-time.ts';
import { type NotifyingBroker, notifyingBroker } from '../notifications/notifying-broker.ts';
import { type Received, type Receiver, receiver } from '../notifications/receiver.ts';

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';
const OTHER = 'urn:ngsi-ld:Subscription:2';
const LAMP = 'urn:ngsi-ld:Lamp:1';
const DAY = 86_400_000_000;
// Retries in earnest take their time: here they are quick.
const settings = { NOTIFICATION_RETRY_DELAY: '5ms', NOTIFICATION_MAX_RETRY_DELAY: '20ms' };

const bodyOf = ({ body }: Received) => JSON.parse(body);
const levelsIn = (to: Receiver) => to.received.map((one) => bodyOf(one).data[0].level?.value);

async function subscribe({ api }: NotifyingBroker, uri: string, id = SUBSCRIPTION): Promise<void> {
  const notification = { endpoint: { uri } };
  const body = { id, type: 'Subscription', entities: [{ type: 'Lamp' }], notification };
  expect((await api.post('/subscriptions').send(body)).status).toBe(201);
}

async function create({ api }: NotifyingBroker, n: number): Promise<void> {
  const body = { id: `urn:ngsi-ld:Lamp:${n}`, type: 'Lamp', level: { type: 'Property', value: n } };
  expect((await api.post('/entities').send(body)).status).toBe(201);
}

async function lettersOf({ admin }: NotifyingBroker, query = '') {
  const { status, body, headers } = await admin.get(`/dead-letters${query}`);
  expect(status).toBe(200);
  return { letters: body, link: headers['link'] as string | undefined };
}

const deadOnes = (broker: NotifyingBroker, count: number) =>
  eventually(
    async () => (await lettersOf(broker)).letters,
    ({ length }) => length === count,
  );

/** A broker whose receiver refused the notifications of so many Lamps. */
async function refused(count: number) {
  const to = await receiver();
  const broker = await notifyingBroker({ settings });
  to.answer = (response) => response.writeHead(400).end();
  await subscribe(broker, to.url);
  for (let n = 1; n <= count; n++) await create(broker, n);
  const letters = await deadOnes(broker, count);
  to.received.length = 0;
  to.answer = (response) => response.writeHead(204).end();
  return { to, broker, letters };
}

describe('GET /admin/dead-letters', () => {
  it('tells of each what it was about, when it died, and why', async () => {
    const { letters } = await refused(1);
    expect(letters).toEqual([
      {
        id: expect.stringMatching(/^[\w-]+$/),
        subscriptionId: SUBSCRIPTION,
        entityId: LAMP,
        notifiedAt: expect.stringMatching(/^2026-06-01T12:00:00/),
        diedAt: expect.stringMatching(/^2026-06-01T12:00:00/),
        attempts: 1,
        lastError: 'the receiver answered 400',
        correlationId: expect.any(String),
      },
    ]);
  });

  it('goes from page to page by the Link header, over Subscriptions', async () => {
    const { to, broker } = await refused(3);
    to.answer = (response) => response.writeHead(404).end();
    await subscribe(broker, to.url, OTHER);
    await create(broker, 4);
    const all = await deadOnes(broker, 5);
    const seen: unknown[] = [];
    for (let query: string | undefined = '?limit=2'; query; ) {
      const { letters, link } = await lettersOf(broker, query);
      seen.push(...letters);
      query = /<\/admin\/dead-letters(\?[^>]+)>; rel="next"/.exec(link ?? '')?.[1];
    }
    expect(seen).toEqual(all);
    expect((await lettersOf(broker, `?subscriptionId=${OTHER}`)).letters).toHaveLength(1);
  });

  it('has those that died since a time', async () => {
    const { broker } = await refused(2);
    expect((await lettersOf(broker, '?since=2026-06-01T12:00:00Z')).letters).toHaveLength(2);
    expect((await lettersOf(broker, '?since=2026-06-02T12:00:00Z')).letters).toEqual([]);
  });

  it('has those of the tenant alone', async () => {
    const { broker } = await refused(1);
    const inCity = (path: string) => broker.admin.get(path).set('NGSILD-Tenant', 'city');
    expect((await inCity('/dead-letters')).body).toMatchObject({ status: 404, title: expect.any(String) });
    await broker.store.createTenant('city');
    expect((await inCity('/dead-letters')).body).toEqual([]);
  });

  it.each([
    ['?limit=0', 400],
    ['?limit=1001', 403],
    ['?since=yesterday', 400],
    ['?subscriptionId=lamp', 400],
    ['?cursor=x', 400],
    ['?offset=1', 400],
  ])('refuses %s with %i', async (query, status) => {
    const { admin } = await notifyingBroker();
    const { body } = await admin.get(`/dead-letters${query}`);
    expect(body).toMatchObject({ status, detail: expect.any(String) });
  });

  it('refuses the cursor of another list', async () => {
    const { broker } = await refused(2);
    const { link } = await lettersOf(broker, '?limit=1');
    const cursor = /cursor=([\w-]+)/.exec(link ?? '')?.[1];
    const { body } = await broker.admin.get(`/dead-letters?subscriptionId=${OTHER}&cursor=${cursor}`);
    expect(body).toMatchObject({ status: 400, detail: expect.stringContaining('cursor') });
  });
});

describe('GET /admin/dead-letters/{id}', () => {
  it('shows what the receiver would be sent', async () => {
    const { broker, letters } = await refused(1);
    const { body } = await broker.admin.get(`/dead-letters/${letters[0].id}`);
    expect(body).toMatchObject({
      ...letters[0],
      notification: {
        type: 'Notification',
        subscriptionId: SUBSCRIPTION,
        notifiedAt: letters[0].notifiedAt,
        data: [{ id: LAMP, level: { type: 'Property', value: 1 } }],
      },
    });
  });

  it.each(['x', 'WzEsMl0', 'WyJ1cm46cyIsIjEiXQ'])('knows no %s', async (id) => {
    const { admin } = await notifyingBroker();
    for (const answer of [await admin.get(`/dead-letters/${id}`), await admin.delete(`/dead-letters/${id}`)])
      expect(answer.body).toMatchObject({ status: 404, detail: expect.stringContaining(id) });
  });

  it('names the methods that there are', async () => {
    const { admin } = await notifyingBroker();
    const answer = await admin.put('/dead-letters/x');
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, DELETE, HEAD, OPTIONS']);
  });
});

describe('replay', () => {
  it('has one delivered at once, as it was, and once', async () => {
    const { to, broker, letters } = await refused(2);
    const replay = () => broker.admin.post(`/dead-letters/${letters[0].id}/replay`);
    expect((await replay()).body).toEqual({ replayed: 1 });
    expect((await replay()).body).toEqual({ replayed: 0 });
    await until(() => to.received.length === 1);
    expect(bodyOf(to.received[0] as Received)).toMatchObject({
      notifiedAt: letters[0].notifiedAt,
      data: [{ id: letters[0].entityId }],
    });
    expect((await lettersOf(broker)).letters).toEqual([letters[1]]);
  });

  it('has all of a Subscription delivered, or all since a time', async () => {
    const { to, broker } = await refused(3);
    const replay = (query: string) => broker.admin.post(`/dead-letters/replay${query}`);
    expect((await replay(`?subscriptionId=${OTHER}`)).body).toEqual({ replayed: 0 });
    expect((await replay('?since=2026-06-02T12:00:00Z')).body).toEqual({ replayed: 0 });
    expect((await replay(`?subscriptionId=${SUBSCRIPTION}`)).body).toEqual({ replayed: 3 });
    await until(() => to.received.length === 3);
    expect([...levelsIn(to)].sort()).toEqual([1, 2, 3]);
    expect((await lettersOf(broker)).letters).toEqual([]);
  });

  it('asks which are meant', async () => {
    const { broker } = await refused(1);
    for (const answer of [
      await broker.admin.post('/dead-letters/replay'),
      await broker.admin.delete('/dead-letters'),
    ])
      expect(answer.body).toMatchObject({ status: 400, detail: expect.stringContaining('subscriptionId') });
    expect((await lettersOf(broker)).letters).toHaveLength(1);
  });

  it('tries what is refused again once, not for ever', async () => {
    const { to, broker } = await refused(3);
    to.answer = (response) => response.writeHead(410).end();
    const { body } = await broker.admin.post('/dead-letters/replay?since=1970-01-01T00:00:00Z');
    expect(body).toEqual({ replayed: 3 });
    const again = await deadOnes(broker, 3);
    expect(again[0]).toMatchObject({ attempts: 1, lastError: 'the receiver answered 410' });
    expect(to.received).toHaveLength(3);
  });

  it('counts the age from the replay on: what died of age can be delivered', async () => {
    const { to, broker, letters } = await refused(1);
    broker.clock.advance(4 * DAY);
    await broker.admin.post(`/dead-letters/${letters[0].id}/replay`);
    await until(() => to.received.length === 1);
  });

  it('puts it in front of what waits of its Entity', async () => {
    const { to, broker, letters } = await refused(1);
    to.answer = (response) => response.writeHead(503).end();
    for (const value of [2, 3])
      await broker.api.patch(`/entities/${LAMP}/attrs`).send({ level: { type: 'Property', value } });
    await until(() => to.received.length > 0);
    await broker.admin.post(`/dead-letters/${letters[0].id}/replay`);
    await until(() => levelsIn(to).includes(1));
    to.received.length = 0;
    to.answer = (response) => response.writeHead(204).end();
    await until(() => {
      broker.clock.advance(1000);
      return to.received.length >= 3;
    });
    expect(levelsIn(to)).toEqual([1, 2, 3]);
  });
});

describe('DELETE /admin/dead-letters', () => {
  it('drops one for good', async () => {
    const { to, broker, letters } = await refused(2);
    const drop = () => broker.admin.delete(`/dead-letters/${letters[0].id}`);
    expect([(await drop()).status, (await drop()).status]).toEqual([204, 404]);
    expect((await lettersOf(broker)).letters).toEqual([letters[1]]);
    expect(to.received).toEqual([]);
  });

  it('drops all of a Subscription', async () => {
    const { broker } = await refused(3);
    const { body } = await broker.admin.delete(`/dead-letters?subscriptionId=${SUBSCRIPTION}`);
    expect(body).toEqual({ dropped: 3 });
    expect((await lettersOf(broker)).letters).toEqual([]);
  });

  it('is done by deleting the Subscription', async () => {
    const { broker } = await refused(2);
    await broker.api.delete(`/subscriptions/${SUBSCRIPTION}`);
    expect((await lettersOf(broker)).letters).toEqual([]);
  });
});

describe('why notifying failed last', () => {
  const read = async ({ api }: NotifyingBroker) => (await api.get(`/subscriptions/${SUBSCRIPTION}`)).body;

  it('stands in the Subscription beside lastFailure, and may come back from clients', async () => {
    const { to, broker } = await refused(1);
    const subscription = await read(broker);
    expect(subscription.notification).toMatchObject({
      status: 'failed',
      lastFailureReason: 'the receiver answered 400',
    });
    const answer = await broker.api.patch(`/subscriptions/${SUBSCRIPTION}`).send(subscription);
    expect(answer.status).toBe(204);
    await create(broker, 2);
    await until(() => to.received.length === 1);
    const later = await eventually(
      () => read(broker),
      ({ notification }) => notification.status === 'ok',
    );
    expect(later.notification.lastFailureReason).toBe('the receiver answered 400');
  });
});
