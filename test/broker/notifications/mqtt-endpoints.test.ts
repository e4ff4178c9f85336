import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from './fake-time.ts';
import { type MqttReceiver, mqttReceiver } from './mqtt-receiver.ts';
import { CITY_CONTEXT, type NotifyingBroker, notifyingBroker } from './notifying-broker.ts';
import { receiver } from './receiver.ts';

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';
const acknowledged = [
  { key: 'MQTT-Version', value: 'mqtt3.1.1' },
  { key: 'MQTT-QoS', value: '1' },
];
const quick = { NOTIFICATION_RETRY_DELAY: '5ms', NOTIFICATION_MAX_RETRY_DELAY: '20ms' };

async function subscribe(
  { api }: NotifyingBroker,
  endpoint: JsonObject,
  { id = SUBSCRIPTION, tenant, ...members }: JsonObject = {},
): Promise<void> {
  const body = {
    ...{ id, type: 'Subscription', entities: [{ type: 'Lamp' }] },
    ...members,
    notification: { endpoint: { notifierInfo: acknowledged, ...endpoint } },
  };
  const answer = await api
    .post('/subscriptions')
    .set(typeof tenant === 'string' ? { 'NGSILD-Tenant': tenant } : {})
    .send(body);
  expect([answer.status, answer.body]).toEqual([201, {}]);
}

async function setLevel({ api }: NotifyingBroker, value: number, id = 'urn:ngsi-ld:Lamp:1'): Promise<void> {
  const body = [{ id, type: 'Lamp', level: { type: 'Property', value } }];
  expect([201, 204]).toContain((await api.post('/entityOperations/upsert').send(body)).status);
}

const messagesOf = ({ published }: MqttReceiver) => published.map(({ payload }) => JSON.parse(payload));
const levelsOf = (to: MqttReceiver, id = 'urn:ngsi-ld:Lamp:1') =>
  messagesOf(to)
    .flatMap(({ body }) => body.data)
    .filter((entity) => entity.id === id)
    .map((entity) => entity.level.value);

describe('MQTT endpoints (clause 7)', () => {
  it('get the notification as body, with what HTTP has as headers as metadata', async () => {
    const to = await mqttReceiver();
    const broker = await notifyingBroker();
    await subscribe(
      broker,
      { uri: `mqtt://127.0.0.1:${to.port}/a/b%20c`, receiverInfo: [{ key: 'Some key', value: 'é' }] },
      { tenant: 'city', jsonldContext: CITY_CONTEXT },
    );
    await broker.api
      .post('/entities')
      .set({ 'NGSILD-Tenant': 'city', 'X-Correlation-Id': 'c-1' })
      .send({ id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', level: { type: 'Property', value: 1 } });
    await until(() => to.published.length === 1);
    expect(to.published).toMatchObject([{ topic: 'a/b c', qos: 1 }]);
    const [message] = messagesOf(to);
    expect(message.metadata).toEqual({
      'Content-Type': 'application/json',
      Link: `<${CITY_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
      'NGSILD-Tenant': 'city',
      'X-Correlation-Id': 'c-1',
      'Some key': 'é',
    });
    expect(Object.keys(message)).toEqual(['metadata', 'body']);
    expect(message.body).toMatchObject({
      type: 'Notification',
      subscriptionId: SUBSCRIPTION,
      data: [{ id: 'urn:ngsi-ld:Lamp:1', level: { value: 1 } }],
    });
  });

  it.each([
    ['application/ld+json', (body: JsonObject) => (body['data'] as JsonObject[])[0]],
    ['application/geo+json', (body: JsonObject) => body['data']],
  ])('get %s, which carries its @context', async (accept, carrier) => {
    const to = await mqttReceiver();
    const broker = await notifyingBroker();
    await subscribe(
      broker,
      { uri: `mqtt://127.0.0.1:${to.port}/t`, accept },
      { jsonldContext: CITY_CONTEXT },
    );
    await setLevel(broker, 1);
    await until(() => to.published.length === 1);
    const [{ metadata, body }] = messagesOf(to);
    expect(metadata).toEqual({ 'Content-Type': accept, 'X-Correlation-Id': expect.any(String) });
    expect(JSON.stringify(carrier(body))).toContain(CITY_CONTEXT);
  });

  it('come back as they were given, with login and keys that mean nothing', async () => {
    const broker = await notifyingBroker();
    const endpoint = {
      uri: 'mqtts://user:p%40ss@broker.example/a',
      accept: 'application/ld+json',
      receiverInfo: [{ key: 'X', value: 'urn:ngsi-ld:request' }],
      notifierInfo: [
        { key: 'MQTT-QoS', value: '2' },
        { key: 'Other', value: '?' },
      ],
      timeout: 500.5,
      cooldown: 7,
    };
    await subscribe(broker, endpoint);
    const { body } = await broker.api.get(`/subscriptions/${SUBSCRIPTION}`);
    expect(body.notification.endpoint).toEqual(endpoint);
  });

  it('may take the place of HTTP ones, and back', async () => {
    const [mqtt, http] = [await mqttReceiver(), await receiver()];
    const broker = await notifyingBroker();
    await subscribe(broker, { uri: http.url });
    await setLevel(broker, 1);
    await until(() => http.received.length === 1);
    for (const uri of [`mqtt://127.0.0.1:${mqtt.port}/t`, http.url]) {
      const notification = { endpoint: { uri, notifierInfo: acknowledged } };
      const answer = await broker.api.patch(`/subscriptions/${SUBSCRIPTION}`).send({ notification });
      expect(answer.status).toBe(204);
      await setLevel(broker, uri === http.url ? 3 : 2);
      await until(() => mqtt.published.length === 1);
    }
    await until(() => http.received.length === 2);
    expect(levelsOf(mqtt)).toEqual([2]);
  });

  it('that were away get everything in order once they are back', async () => {
    const first = await mqttReceiver({ port: await freePort() });
    const broker = await notifyingBroker({ settings: quick });
    await subscribe(broker, { uri: `mqtt://127.0.0.1:${first.port}/t` });
    await setLevel(broker, 0);
    await until(() => first.published.length === 1);
    await first.stop();
    const ids = ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:2'];
    for (let level = 1; level <= 10; level++) for (const id of ids) await setLevel(broker, level, id);
    const second = await mqttReceiver({ port: first.port });
    await until(() => second.published.length >= 20);
    for (const id of ids) expect(levelsOf(second, id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const { body } = await broker.api.get(`/subscriptions/${SUBSCRIPTION}`);
    expect(body.notification).toMatchObject({ status: 'ok', lastFailure: expect.any(String) });
  });

  it('that are dead delay no other', async () => {
    const to = await mqttReceiver();
    const broker = await notifyingBroker({ settings: quick });
    const dead = await freePort();
    for (let index = 0; index < 10; index++)
      await subscribe(broker, { uri: `mqtt://127.0.0.1:${dead}/${index}` }, { id: `urn:x:dead:${index}` });
    await subscribe(broker, { uri: `mqtt://127.0.0.1:${to.port}/t` });
    for (let level = 1; level <= 5; level++) await setLevel(broker, level);
    await until(() => to.published.length === 5);
    expect(levelsOf(to)).toEqual([1, 2, 3, 4, 5]);
  });

  it('show why they failed without the login, in the Subscription and in the log', async () => {
    const to = await mqttReceiver({
      authenticate: (_client, _user, _password, done) =>
        done(Object.assign(new Error('no'), { returnCode: 5 as const }), false),
    });
    const lines: string[] = [];
    const log = createLogger({
      name: 'test',
      level: 'debug',
      destination: { write: (line: string) => void lines.push(line) },
    });
    const broker = await notifyingBroker({ log });
    const receiverInfo = [{ key: 'Authorization', value: 'Bearer sesame-open' }];
    await subscribe(broker, { uri: `mqtt://alibaba:forty-thieves@127.0.0.1:${to.port}/t`, receiverInfo });
    await setLevel(broker, 1);
    await until(() => lines.some((line) => line.includes('notification became a dead letter')));
    expect(lines.join('')).toContain('Connection refused: Not authorized');
    expect(lines.join('')).not.toMatch(/alibaba|forty|sesame/);
    const { body } = await broker.api.get(`/subscriptions/${SUBSCRIPTION}`);
    expect(body.notification.lastFailureReason).toBe('Connection refused: Not authorized');
  });
});
