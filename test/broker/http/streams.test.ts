import { afterEach, describe, expect, it } from '@jest/globals';
import {
  closeEventStreams,
  type EventStream,
  notified,
  openEventStream,
} from '../../support/event-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { contextLink } from '../http/broker-under-test.ts';
import {
  CITY_CONTEXT,
  type NotifyingBroker,
  type NotifyingBrokerOptions,
  notifyingBroker,
} from '../notifications/notifying-broker.ts';
import { receiver } from '../notifications/receiver.ts';

afterEach(closeEventStreams);

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:live';
const LAMP = 'urn:ngsi-ld:Lamp:1';
const STREAM_ENDPOINT = 'urn:carillon:stream';

interface Subscribing {
  readonly id?: string;
  readonly endpoint?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly notification?: object;
}

async function subscribe({ api }: NotifyingBroker, options: Subscribing = {}): Promise<void> {
  const { id = SUBSCRIPTION, endpoint = { uri: STREAM_ENDPOINT }, headers = {}, ...rest } = options;
  const body = {
    ...{ id, type: 'Subscription', entities: [{ type: 'Lamp' }] },
    ...{ notification: { endpoint, ...rest.notification } },
  };
  const answer = await api.post('/subscriptions').set(headers).send(body);
  expect([answer.status, answer.body]).toEqual([201, {}]);
}

const levelOf = (level: number, id = LAMP) => ({
  id,
  type: 'Lamp',
  level: { type: 'Property', value: level },
});

/** Writes the Lamp at these levels, one after the other. */
async function write({ api }: NotifyingBroker, levels: readonly number[], headers = {}): Promise<void> {
  for (const level of levels) {
    const answer = await api
      .post('/entityOperations/upsert')
      .set(headers)
      .send([levelOf(level)]);
    expect([201, 204]).toContain(answer.status);
  }
}

const at = ({ url }: NotifyingBroker, path = `/${SUBSCRIPTION}`): string =>
  url.replace('/ngsi-ld/v1', `/streams${path}`);

async function started(options: NotifyingBrokerOptions = {}): Promise<NotifyingBroker> {
  const broker = await notifyingBroker(options);
  await subscribe(broker);
  return broker;
}

function levelsIn(stream: EventStream): readonly unknown[] {
  return stream.notifications().map((body) => {
    const [entity] = body['data'] as [{ level: { value: number } }];
    return entity.level.value;
  });
}

const levels = (stream: EventStream, count: number) => notified(stream, count).then(() => levelsIn(stream));

describe('a live stream', () => {
  it('shows each notification as its endpoint gets it, with an id to resume from', async () => {
    const broker = await notifyingBroker();
    const to = await receiver();
    await subscribe(broker, { endpoint: { uri: to.url } });
    const stream = await openEventStream(at(broker));
    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await write(broker, [1, 2, 3]);
    const shown = await notified(stream, 3);
    await eventually(() => expect(to.received).toHaveLength(3));
    expect(shown).toEqual(to.received.map(({ body }) => JSON.parse(body)));
    expect(stream.events[0]).toEqual({ retry: '2000' });
    const ids = stream.events.filter(({ event }) => event === 'notification').map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(undefined);
  });

  it('begins with what comes, and goes on where the last event id says', async () => {
    const broker = await started();
    await write(broker, [1, 2]);
    const first = await openEventStream(at(broker));
    await write(broker, [3, 4]);
    expect(await levels(first, 2)).toEqual([3, 4]);
    const id = first.lastEventId() as string;
    first.close();
    await write(broker, [5, 6]);
    const second = await openEventStream(at(broker), { 'Last-Event-ID': id });
    expect(await levels(second, 2)).toEqual([5, 6]);
    await write(broker, [7]);
    expect(await levels(second, 3)).toEqual([5, 6, 7]);
    const third = await openEventStream(at(broker, `/${SUBSCRIPTION}?lastEventId=${encodeURIComponent(id)}`));
    expect(await levels(third, 3)).toEqual([5, 6, 7]);
  });

  it('can be resumed when nothing had come yet', async () => {
    const broker = await started();
    const first = await openEventStream(at(broker));
    const id = await eventually(() => {
      expect(first.lastEventId()).toBeDefined();
      return first.lastEventId() as string;
    });
    first.close();
    await write(broker, [1]);
    expect(await levels(await openEventStream(at(broker), { 'Last-Event-ID': id }), 1)).toEqual([1]);
  });

  it('can be resumed after each of its events, with what came behind it', async () => {
    const broker = await started();
    const all = await openEventStream(at(broker));
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => broker.api.post('/entities').send(levelOf(n, `urn:x:${n}`))),
    );
    const shown = await levels(all, 40);
    const ids = all.events.filter(({ event }) => event === 'notification').map(({ id = '' }) => id);
    for (const index of [0, 7, 38]) {
      const rest = await openEventStream(at(broker), { 'Last-Event-ID': ids[index] as string });
      expect(await levels(rest, 39 - index)).toEqual(shown.slice(index + 1));
      rest.close();
    }
  });

  it('is for its own Subscription and tenant', async () => {
    const broker = await started();
    const city = { 'NGSILD-Tenant': 'city' };
    await subscribe(broker, { headers: city });
    const [own, ofCity, byUrl] = await Promise.all([
      openEventStream(at(broker)),
      openEventStream(at(broker), city),
      openEventStream(at(broker, `/${SUBSCRIPTION}?tenant=city`)),
    ]);
    expect(ofCity?.response.headers['ngsild-tenant']).toBe('city');
    await write(broker, [1]);
    await write(broker, [2], city);
    expect(await levels(own, 1)).toEqual([1]);
    expect(await levels(ofCity, 1)).toEqual([2]);
    expect(await levels(byUrl, 1)).toEqual([2]);
    expect(levelsIn(own)).toEqual([1]);
  });

  it('has the @context in the data of JSON-LD, and tells it of JSON in an event', async () => {
    const broker = await notifyingBroker();
    const link = { Link: contextLink(CITY_CONTEXT) };
    const other = `${SUBSCRIPTION}:ld`;
    await subscribe(broker, { headers: link });
    const endpoint = { uri: STREAM_ENDPOINT, accept: 'application/ld+json' };
    await subscribe(broker, { id: other, headers: link, endpoint });
    const json = await openEventStream(at(broker));
    const jsonLd = await openEventStream(at(broker, `/${other}`));
    await write(broker, [1, 2]);
    await notified(json, 2);
    const told = json.events.filter(({ event }) => event !== undefined);
    expect(told.map(({ event }) => event)).toEqual(['context', 'notification', 'notification']);
    expect(JSON.parse(told[0]?.data ?? '')).toEqual({ '@context': CITY_CONTEXT });
    const [body] = await notified(jsonLd, 2);
    expect(JSON.stringify(body?.['data'])).toContain(CITY_CONTEXT);
    expect(jsonLd.events.filter(({ event }) => event === 'context')).toEqual([]);
  });

  it('says when what it is to resume from may be gone, and goes on', async () => {
    const broker = await started();
    const first = await openEventStream(at(broker));
    await write(broker, [1]);
    await notified(first, 1);
    const id = first.lastEventId() as string;
    broker.clock.advance(broker.store.deliveryLog.keptFor + 1);
    await write(broker, [2]);
    const second = await openEventStream(at(broker), { 'Last-Event-ID': id });
    expect(await levels(second, 1)).toEqual([2]);
    const gap = second.events.find(({ event }) => event === 'gap');
    expect(JSON.parse(gap?.data ?? '')).toMatchObject({
      since: expect.stringMatching(/^2026-06-01T12:00:00/),
    });
    // A place of another store, or of a file that an older one was put in the place of.
    const foreign = await openEventStream(at(broker), { 'Last-Event-ID': `${id}9999` });
    await write(broker, [3]);
    expect(await levels(foreign, 1)).toEqual([3]);
    expect(foreign.events.map(({ event }) => event)).toContain('gap');
  });

  it('keeps the place of an idle reader fresh', async () => {
    const broker = await started({ settings: { STREAM_HEARTBEAT: '100ms' } });
    const stream = await openEventStream(at(broker));
    await eventually(() => expect(stream.lastEventId()).toBeDefined());
    const first = stream.lastEventId();
    broker.clock.advance(broker.store.deliveryLog.keptFor * 0.8);
    await eventually(() => {
      broker.clock.advance(100_000);
      expect(stream.lastEventId()).not.toBe(first);
    });
    const id = stream.lastEventId() as string;
    stream.close();
    broker.clock.advance(broker.store.deliveryLog.keptFor * 0.8);
    await write(broker, [1]);
    const resumed = await openEventStream(at(broker), { 'Last-Event-ID': id });
    expect(await levels(resumed, 1)).toEqual([1]);
    expect(resumed.events.map(({ event }) => event)).not.toContain('gap');
  });

  it('gives signs of life', async () => {
    const broker = await started({ settings: { STREAM_HEARTBEAT: '100ms' } });
    const stream = await openEventStream(at(broker));
    for (const times of [1, 2]) {
      broker.clock.advance(100_000);
      await eventually(() =>
        expect(stream.events.filter(({ comment }) => comment === 'heartbeat')).toHaveLength(times),
      );
    }
  });

  it('ends with its Subscription', async () => {
    const broker = await started();
    const stream = await openEventStream(at(broker));
    await write(broker, [1]);
    await notified(stream, 1);
    expect((await broker.api.delete(`/subscriptions/${SUBSCRIPTION}`)).status).toBe(204);
    await eventually(() => expect(stream.hasEnded()).toBe(true));
    expect(stream.events.at(-1)?.event).toBe('end');
    expect((await openEventStream(at(broker))).response.statusCode).toBe(404);
  });

  it('ends when the broker stops', async () => {
    const broker = await started();
    const stream = await openEventStream(at(broker));
    broker.notifications.streams.stop();
    await eventually(() => expect(stream.hasEnded()).toBe(true));
    expect(stream.events.map(({ event }) => event)).not.toContain('end');
    expect((await openEventStream(at(broker))).response.statusCode).toBe(503);
  });

  it('is one of at most so many', async () => {
    const broker = await started({ settings: { STREAM_LIMIT: '2' } });
    const [one] = await Promise.all([openEventStream(at(broker)), openEventStream(at(broker))]);
    const full = await openEventStream(at(broker));
    expect([full.response.statusCode, full.response.headers['retry-after']]).toEqual([503, '30']);
    expect(await broker.metrics.text()).toContain('carillon_streams_open 2');
    one?.close();
    await eventually(async () => {
      const again = await openEventStream(at(broker));
      expect(again.response.statusCode).toBe(200);
    });
  });

  it('shows what the Subscription is changed to from then on', async () => {
    const broker = await started();
    const stream = await openEventStream(at(broker));
    await write(broker, [1]);
    await notified(stream, 1);
    const change = { notification: { endpoint: { uri: STREAM_ENDPOINT }, format: 'keyValues' } };
    expect((await broker.api.patch(`/subscriptions/${SUBSCRIPTION}`).send(change)).status).toBe(204);
    await write(broker, [2]);
    const [, second] = await notified(stream, 2);
    expect(second?.['data']).toMatchObject([{ level: 2 }]);
  });

  it('shows every change of a Subscription that is throttled', async () => {
    const broker = await notifyingBroker();
    const body = {
      ...{ id: SUBSCRIPTION, type: 'Subscription', entities: [{ type: 'Lamp' }], throttling: 60 },
      notification: { endpoint: { uri: STREAM_ENDPOINT } },
    };
    expect((await broker.api.post('/subscriptions').send(body)).status).toBe(201);
    const stream = await openEventStream(at(broker));
    await write(broker, [1, 2, 3]);
    expect(await levels(stream, 3)).toEqual([1, 2, 3]);
  });

  it('may be all that reads a Subscription: nothing is sent, nothing fails, nothing waits', async () => {
    const broker = await started();
    const stream = await openEventStream(at(broker));
    await write(broker, [1, 2]);
    await notified(stream, 2);
    await eventually(async () => expect(await broker.store.outbox.subscriptionsWithDeliveries()).toEqual([]));
    expect(await broker.store.outbox.subscriptionsWithDeadLetters()).toEqual([]);
    const { body } = await broker.api.get(`/subscriptions/${SUBSCRIPTION}`);
    expect(body.notification.endpoint.uri).toBe(STREAM_ENDPOINT);
    expect(body.notification).not.toHaveProperty('timesFailed');
    const other = { endpoint: { uri: 'urn:carillon:other' } };
    const refused = await broker.api
      .post('/subscriptions')
      .send({ type: 'Subscription', entities: [{ type: 'Lamp' }], notification: other });
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining(STREAM_ENDPOINT)]);
  });
});
