import { afterEach, describe, expect, it } from '@jest/globals';
import { parseMqttTarget } from '../../../broker/domain/subscription/parse-mqtt-target.ts';
import type { MqttTarget } from '../../../broker/domain/subscription/subscription.ts';
import { createMqttDelivery, type MqttDelivery } from '../../../broker/notifications/mqtt-delivery.ts';
import { socketOpener } from '../../../broker/notifications/mqtt-socket.ts';
import type { NotificationRequest } from '../../../broker/notifications/notification-request.ts';
import { systemTimers } from '../../../broker/notifications/timers.ts';
import { egressPolicy } from '../../../runtime/egress.ts';
import { tlsTrust } from '../../../runtime/tls-trust.ts';
import { freePort } from '../../support/free-port.ts';
import { fakeTime, rest, until } from './fake-time.ts';
import { mqttReceiver } from './mqtt-receiver.ts';
import {
  CONNECT,
  connack,
  DISCONNECT,
  identifierOf,
  PUBLISH,
  PUBREL,
  scriptedBroker,
} from './mqtt-script.ts';

const deliveries: MqttDelivery[] = [];
afterEach(async () => {
  await Promise.all(deliveries.splice(0).map((one) => one.stop()));
});

function delivery(more: Partial<Parameters<typeof createMqttDelivery>[0]> = {}, deny = false): MqttDelivery {
  const egress = egressPolicy({ schemes: [], privateAddresses: deny ? 'deny' : 'allow' });
  const tls = tlsTrust({ authorities: undefined, insecure: false });
  const openSocket = socketOpener({ egress, tls, timeout: 5000 });
  const one = createMqttDelivery({
    openSocket,
    timers: systemTimers,
    timeout: 5000,
    loginTimeout: 5000,
    ...more,
  });
  deliveries.push(one);
  return one;
}

type Protocol = Partial<Pick<MqttTarget, 'qos' | 'version'>>;

function target(port: number, { qos = 1, version = 'mqtt3.1.1' }: Protocol = {}, login = ''): MqttTarget {
  return { ...parseMqttTarget(`mqtt://${login}127.0.0.1:${port}/city/lamps`, [], 'endpoint'), qos, version };
}

const five = { qos: 1, version: 'mqtt5.0' } as const;

const request = (body = '{"é":1}', more: Partial<NotificationRequest> = {}): NotificationRequest => ({
  uri: 'mqtt://somewhere/city/lamps',
  headers: { 'Content-Type': 'application/json', 'X-Key': 'k"' },
  body,
  ...more,
});

const delivered = { kind: 'answered', status: 200 };

describe('sending a notification by MQTT (clause 7.2)', () => {
  it.each([0, 1, 2] as const)('publishes metadata and body on the topic, with QoS %d', async (qos) => {
    const to = await mqttReceiver();
    expect(await delivery().send(request(), target(to.port, { qos }))).toEqual(delivered);
    await until(() => to.published.length > 0);
    expect(to.published).toEqual([
      {
        topic: 'city/lamps',
        qos,
        payload: '{"metadata":{"Content-Type":"application/json","X-Key":"k\\""},"body":{"é":1}}',
      },
    ]);
  });

  it('has one connection for all topics of a broker, login and version', async () => {
    const to = await mqttReceiver();
    const mqtt = delivery();
    const one = target(to.port);
    await Promise.all([mqtt.send(request(), one), mqtt.send(request(), { ...one, topic: 'other' })]);
    await mqtt.send(request(), one);
    expect([to.logins(), mqtt.connections()]).toEqual([1, 1]);
    await mqtt.send(request(), target(to.port, {}, 'user:pass@'));
    expect([to.logins(), mqtt.connections()]).toEqual([2, 2]);
  });

  it('logs in as the URI says', async () => {
    const logins: unknown[] = [];
    const to = await mqttReceiver({
      authenticate: (_client, user, password, done) => {
        logins.push([user, password?.toString()]);
        done(null, true);
      },
    });
    await delivery().send(request(), target(to.port, {}, 'us%40er:p%3Ass@'));
    expect(logins).toEqual([['us@er', 'p:ss']]);
  });

  it('gives up what a broker refuses to log in, and does not ask it again at once', async () => {
    let asked = 0;
    const to = await mqttReceiver({
      authenticate: (_client, _user, _password, done) => {
        asked += 1;
        done(Object.assign(new Error('no'), { returnCode: 4 as const }), false);
      },
    });
    const mqtt = delivery();
    const refused = { kind: 'impossible', error: 'Connection refused: Bad username or password' };
    expect(await mqtt.send(request(), target(to.port, {}, 'user:wrong@'))).toEqual(refused);
    expect(await mqtt.send(request(), target(to.port, {}, 'user:wrong@'))).toEqual(refused);
    expect(asked).toBe(1);
  });

  it('names the remedy where a broker does not speak the version', async () => {
    const to = await scriptedBroker(({ type }) => (type === CONNECT ? connack(0x84) : undefined));
    expect(await delivery().send(request(), target(to.port, five))).toEqual({
      kind: 'impossible',
      error: 'Connection refused: Unsupported Protocol Version; name another MQTT-Version in notifierInfo',
    });
  });

  it('speaks MQTT 3.1.1 to a broker that does only when the Subscription says so', async () => {
    const to = await mqttReceiver();
    expect(await delivery().send(request(), target(to.port, five))).toMatchObject({
      kind: 'impossible',
      error: expect.stringContaining('name another MQTT-Version in notifierInfo'),
    });
  });

  it('comes back later to a broker that is away, too busy, silent or no broker', async () => {
    const busy = await scriptedBroker(() => connack(0x89));
    const silent = await scriptedBroker(() => undefined);
    const hanging = await scriptedBroker(() => null);
    const other = await scriptedBroker(() => [...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]);
    const mqtt = delivery({ loginTimeout: 50 });
    const results = await Promise.all(
      [await freePort(), busy.port, silent.port, hanging.port, other.port].map((port) =>
        mqtt.send(request(), target(port, five)),
      ),
    );
    expect(results.map(({ kind }) => kind)).toEqual(Array(5).fill('unreachable'));
    expect(results).toMatchObject([
      { error: expect.stringContaining('ECONNREFUSED') },
      { error: 'Connection refused: Server busy' },
      { error: 'no MQTT broker answered within 50 ms' },
      { error: 'the MQTT broker closed the connection at the login' },
      {},
    ]);
    expect(mqtt.connections()).toBe(0);
  });

  it('connects nowhere where the egress policy forbids the address', async () => {
    const to = await scriptedBroker(() => connack());
    expect(await delivery({}, true).send(request(), target(to.port))).toMatchObject({
      kind: 'impossible',
      error: expect.stringContaining('127.0.0.1 is a private address'),
    });
    expect(to.connections()).toBe(0);
  });

  it.each([
    ['impossible', 0x87, 'Publish error: Not authorized'],
    ['impossible', 0x90, 'Publish error: Topic Name invalid'],
    ['unanswered', 0x97, 'Publish error: Quota exceeded'],
  ] as const)('judges a message that is %s: reason %d', async (kind, reason, error) => {
    const to = await scriptedBroker((packet) => {
      if (packet.type === CONNECT) return connack();
      return packet.type === PUBLISH ? [0x40, 4, ...identifierOf(packet), reason, 0] : undefined;
    });
    expect(await delivery().send(request(), target(to.port, five))).toEqual({ kind, error });
  });

  it('is content where nobody subscribes to the topic', async () => {
    const to = await scriptedBroker((packet) => {
      if (packet.type === CONNECT) return connack();
      return packet.type === PUBLISH ? [0x40, 4, ...identifierOf(packet), 0x10, 0] : undefined;
    });
    expect(await delivery().send(request(), target(to.port, five))).toEqual(delivered);
  });

  it('takes QoS 2 for delivered when it is complete, and not before', async () => {
    let answerPubrel = false;
    const to = await scriptedBroker((packet) => {
      if (packet.type === CONNECT) return connack();
      if (packet.type === PUBLISH) return [0x50, 2, ...identifierOf(packet)];
      if (packet.type === PUBREL && answerPubrel) return [0x70, 2, ...packet.bytes.subarray(2, 4)];
      return undefined;
    });
    const mqtt = delivery();
    const two = target(to.port, { qos: 2, version: 'mqtt5.0' });
    expect(await mqtt.send(request('{}', { timeout: 50 }), two)).toMatchObject({ kind: 'unanswered' });
    answerPubrel = true;
    expect(await mqtt.send(request(), two)).toEqual(delivered);
  });

  it('waits for the acknowledgement as long as the Subscription says, and goes on with the same connection', async () => {
    let isMute = true;
    const to = await scriptedBroker((packet) => {
      if (packet.type === CONNECT) return connack();
      return packet.type === PUBLISH && !isMute ? [0x40, 2, ...identifierOf(packet)] : undefined;
    });
    const mqtt = delivery();
    expect(await mqtt.send(request('{}', { timeout: 20.5 }), target(to.port, five))).toEqual({
      kind: 'unanswered',
      error: 'not acknowledged by the MQTT broker within 21 ms',
    });
    isMute = false;
    expect(await mqtt.send(request(), target(to.port, five))).toEqual(delivered);
    expect(to.connections()).toBe(1);
  });

  it('tells of a connection that ends under way, at once', async () => {
    const to = await scriptedBroker(({ type }) => {
      if (type === CONNECT) return connack();
      return type === PUBLISH ? null : undefined;
    });
    const mqtt = delivery();
    expect(await mqtt.send(request(), target(to.port, five))).toMatchObject({ kind: 'unanswered' });
    expect(mqtt.connections()).toBe(0);
  });

  it('says why the broker ended the connection (MQTT 5)', async () => {
    const to = await scriptedBroker(({ type }) => {
      if (type === CONNECT) return connack();
      return type === PUBLISH ? [0xe0, 2, 0x95, 0] : undefined;
    });
    expect(await delivery().send(request(), target(to.port, five))).toEqual({
      kind: 'unanswered',
      error: 'the MQTT broker ended the connection with reason 149',
    });
  });

  it('obeys what the broker says of itself: largest packet and QoS (MQTT 5)', async () => {
    const largest = [0x27, 0, 0, 8, 0];
    const best = [0x24, 1];
    const to = await scriptedBroker(({ type }) =>
      type === CONNECT ? connack(0, [...largest, ...best]) : undefined,
    );
    const mqtt = delivery();
    expect(await mqtt.send(request(`"${'x'.repeat(2048)}"`), target(to.port, five))).toMatchObject({
      kind: 'impossible',
      error: expect.stringContaining('more than the MQTT broker takes, which is 2048'),
    });
    expect(await mqtt.send(request(), target(to.port, { ...five, qos: 2 }))).toEqual({
      kind: 'impossible',
      error: 'the MQTT broker takes messages of QoS 1 at most',
    });
    expect(to.packets.map(({ type }) => type)).toEqual([CONNECT]);
  });

  it('has no more under way than the broker takes (MQTT 5 Receive Maximum)', async () => {
    const waiting: (readonly number[])[] = [];
    const to = await scriptedBroker((packet) => {
      if (packet.type === CONNECT) return connack(0, [0x21, 0, 2]);
      if (packet.type !== PUBLISH) return undefined;
      waiting.push(identifierOf(packet));
      return waiting.length < 3 ? undefined : waiting.splice(0).flatMap((id) => [0x40, 2, ...id]);
    });
    const mqtt = delivery();
    const one = target(to.port, five);
    const first = mqtt.send(request('{}', { timeout: 100 }), one);
    const second = mqtt.send(request('{}', { timeout: 100 }), one);
    const third = mqtt.send(request(), one);
    await until(() => waiting.length === 2);
    await rest();
    expect(waiting).toHaveLength(2);
    expect((await Promise.all([first, second])).map(({ kind }) => kind)).toEqual([
      'unanswered',
      'unanswered',
    ]);
    expect(await third).toEqual(delivered);
  });

  it('closes a connection that nobody uses, in good order', async () => {
    const to = await scriptedBroker((packet) => {
      if (packet.type === CONNECT) return connack();
      return packet.type === PUBLISH ? [0x40, 2, ...identifierOf(packet)] : undefined;
    });
    const time = fakeTime();
    const mqtt = delivery({ timers: time.timers, idle: 1000 });
    await mqtt.send(request(), target(to.port, five));
    await time.pass(999);
    expect(mqtt.connections()).toBe(1);
    await time.pass(1);
    await until(() => to.packets.at(-1)?.type === DISCONNECT);
    expect(mqtt.connections()).toBe(0);
  });

  it('makes room for a new broker by closing the connection that is unused for longest', async () => {
    const [a, b, c] = [await mqttReceiver(), await mqttReceiver(), await mqttReceiver()];
    const mqtt = delivery({ most: 2 });
    for (const { port } of [a, b, a, c]) await mqtt.send(request(), target(port));
    await until(() => b.clients().length === 0);
    expect([a.clients().length, c.clients().length, mqtt.connections()]).toEqual([1, 1, 2]);
  });

  it('has a new broker wait where all connections are in use', async () => {
    const mute = await scriptedBroker(({ type }) => (type === CONNECT ? connack() : undefined));
    const to = await mqttReceiver();
    const mqtt = delivery({ most: 1 });
    const stuck = mqtt.send(request('{}', { timeout: 200 }), target(mute.port, five));
    await until(() => mute.packets.some(({ type }) => type === PUBLISH));
    expect(await mqtt.send(request(), target(to.port))).toEqual({
      kind: 'unreachable',
      error: '1 MQTT connections are in use',
    });
    await stuck;
    expect(await mqtt.send(request(), target(to.port))).toEqual(delivered);
  });

  it('lets brokers that do not answer keep nobody out', async () => {
    const silent = await scriptedBroker(() => undefined);
    const to = await mqttReceiver();
    const mqtt = delivery({ most: 1, loginTimeout: 100 });
    const logins = ['a@', 'b@', 'c@'].map((login) => mqtt.send(request(), target(silent.port, five, login)));
    expect(await mqtt.send(request(), target(to.port))).toEqual(delivered);
    expect((await Promise.all(logins)).map(({ kind }) => kind)).toEqual(Array(3).fill('unreachable'));
  });

  it('takes leave when it is stopped, and connects no more', async () => {
    const to = await scriptedBroker((packet) => {
      if (packet.type === CONNECT) return connack();
      return packet.type === PUBLISH ? [0x40, 2, ...identifierOf(packet)] : undefined;
    });
    const mqtt = delivery();
    await mqtt.send(request(), target(to.port, five));
    await mqtt.stop();
    await until(() => to.packets.at(-1)?.type === DISCONNECT);
    expect(await mqtt.send(request(), target(to.port, five))).toMatchObject({ kind: 'unreachable' });
  });
});
