import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { freePort } from '../../support/free-port.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from './fake-time.ts';
import { type NotifyingBroker, notifyingBroker } from './notifying-broker.ts';
import { receiver } from './receiver.ts';

const LAMP = 'urn:ngsi-ld:Lamp:1';
const folder = tempFolder();
const FROM_REQUEST = 'urn:ngsi-ld:request';
const copying = (...names: readonly string[]) => names.map((key) => ({ key, value: FROM_REQUEST }));
const lamp = (level: number): JsonObject => ({
  id: LAMP,
  type: 'Lamp',
  level: { type: 'Property', value: level },
});

async function subscribe(
  { api }: NotifyingBroker,
  uri: string,
  receiverInfo: readonly JsonObject[],
  id = 'urn:ngsi-ld:Subscription:1',
): Promise<void> {
  const notificationTrigger = ['attributeCreated', 'attributeUpdated', 'entityDeleted'];
  const body = { id, type: 'Subscription', entities: [{ type: 'Lamp' }], notificationTrigger };
  const answer = await api
    .post('/subscriptions')
    .send({ ...body, notification: { endpoint: { uri, receiverInfo } } });
  expect(answer.status).toBe(201);
}

describe('headers of the request in notifications (receiverInfo with urn:ngsi-ld:request)', () => {
  it('are those of the request that made the change, whatever the operation', async () => {
    const to = await receiver();
    const broker = await notifyingBroker();
    await subscribe(broker, to.url, copying('X-Trace'));
    const { api } = broker;
    const attribute = { type: 'Property', value: 2 };
    const requests = [
      api.post('/entities').send(lamp(1)),
      api.patch(`/entities/${LAMP}/attrs`).send({ level: attribute }),
      api.post('/entityOperations/upsert').send([lamp(3)]),
      api.put(`/entities/${LAMP}`).send(lamp(4)),
      api.patch(`/entities/${LAMP}/attrs/level`).send({ value: 5 }),
      api.patch(`/entities/${LAMP}`).send({ level: { value: 6 } }),
      api.post('/entityOperations/delete').send([LAMP]),
    ];
    for (const [index, request] of requests.entries()) {
      const { status } = await request.set('X-Trace', `t-${index}`);
      expect(status).toBeLessThan(300);
    }
    await until(() => to.received.length === requests.length);
    expect(to.received.map(({ headers }) => headers['x-trace'])).toEqual(
      requests.map((_, index) => `t-${index}`),
    );
  });

  it('are left out where the request has none, and their name never is a value', async () => {
    const to = await receiver();
    const broker = await notifyingBroker();
    await subscribe(broker, to.url, [...copying('X-Trace', 'constructor'), { key: 'X-Fixed', value: 'f' }]);
    await broker.api.post('/entities').send(lamp(1));
    await until(() => to.received.length === 1);
    const headers = to.received[0]?.headers ?? {};
    expect(headers['x-fixed']).toBe('f');
    expect(Object.keys(headers)).not.toContain('x-trace');
    expect(Object.keys(headers)).not.toContain('constructor');
  });

  it('go to the Subscriptions that ask for them, and to no other', async () => {
    const [one, other] = [await receiver(), await receiver()];
    const broker = await notifyingBroker();
    await subscribe(broker, one.url, copying('X-Trace'));
    await subscribe(broker, other.url, copying('X-Other'), 'urn:ngsi-ld:Subscription:2');
    await broker.api.post('/entities').set({ 'X-Trace': 't', 'X-Other': 'o' }).send(lamp(1));
    await until(() => one.received.length === 1 && other.received.length === 1);
    expect(one.received[0]?.headers).toMatchObject({ 'x-trace': 't' });
    expect(one.received[0]?.headers).not.toHaveProperty('x-other');
    expect(other.received[0]?.headers).toMatchObject({ 'x-other': 'o' });
  });

  it('leave out a value that is far too long to be kept with every change', async () => {
    const to = await receiver();
    const broker = await notifyingBroker();
    await subscribe(broker, to.url, copying('X-Trace', 'X-Short'));
    await broker.api
      .post('/entities')
      .set({ 'X-Trace': 'x'.repeat(4097), 'X-Short': 's' })
      .send(lamp(1));
    await until(() => to.received.length === 1);
    expect(to.received[0]?.headers).toMatchObject({ 'x-short': 's' });
    expect(to.received[0]?.headers).not.toHaveProperty('x-trace');
  });

  it('survive a crash', async () => {
    const path = join(folder, 'crash.db');
    const to = await receiver();
    to.answer = (response) => response.writeHead(503).end();
    const settings = { NOTIFICATION_RETRY_DELAY: '5ms' };
    const first = await notifyingBroker({ path, settings });
    await subscribe(first, to.url, copying('X-Trace'));
    await first.api.post('/entities').set('X-Trace', 't-1').send(lamp(1));
    await until(() => to.received.length > 0);
    await first.crash();
    const before = to.received.length;
    to.answer = (response) => response.writeHead(204).end();
    const second = await notifyingBroker({ path, settings });
    await until(() => {
      second.clock.advance(1000);
      return to.received.length > before;
    });
    expect(to.received.at(-1)?.headers['x-trace']).toBe('t-1');
  });

  it('are refused where they would tell who writes', async () => {
    const broker = await notifyingBroker();
    const body = { type: 'Subscription', entities: [{ type: 'Lamp' }] };
    const endpoint = { uri: 'http://receiver.example', receiverInfo: copying('Authorization') };
    const answer = await broker.api.post('/subscriptions').send({ ...body, notification: { endpoint } });
    expect([answer.status, answer.body.detail]).toEqual([
      400,
      expect.stringContaining('for this broker alone'),
    ]);
  });
});

describe('logins of HTTP endpoints', () => {
  it('in the URI are told as Authorization, unless receiverInfo says another', async () => {
    const to = await receiver();
    const broker = await notifyingBroker();
    const uri = to.url.replace('//', '//us%40er:pa%3Ass@');
    await subscribe(broker, uri, []);
    await subscribe(broker, uri, [{ key: 'authorization', value: 'Bearer b' }], 'urn:ngsi-ld:Subscription:2');
    await broker.api.post('/entities').send(lamp(1));
    await until(() => to.received.length === 2);
    const basic = `Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`;
    expect(to.received.map(({ headers }) => headers.authorization).sort()).toEqual([basic, 'Bearer b']);
    expect(to.received.map(({ path }) => path)).toEqual(['/', '/']);
  });

  it('are in no line of the log, whatever becomes of the notification', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const broker = await notifyingBroker({
      log: createLogger({ name: 'test', level: 'trace', destination }),
    });
    const to = await receiver();
    to.answer = (response) => response.writeHead(400).end();
    const bearer = [{ key: 'Authorization', value: 'Bearer sesame-open' }];
    await subscribe(broker, to.url.replace('//', '//alibaba:forty-thieves@'), bearer);
    const away = `http://alibaba:forty-thieves@127.0.0.1:${await freePort()}`;
    await subscribe(broker, away, bearer, 'urn:ngsi-ld:Subscription:2');
    await broker.api.post('/entities').send(lamp(1));
    for (const message of ['notification became a dead letter', 'notification failed; trying again'])
      await until(() => lines.some((line) => line.includes(message)));
    expect(lines.join('')).not.toMatch(/alibaba|forty|sesame/);
  });
});
