import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import {
  type Certificates,
  type Mosquitto,
  makeCertificates,
  mosquitto,
  passwordFile,
} from '../../iot-agent/transports/mosquitto.ts';
import { describeWith } from '../../support/describe-with.ts';
import { freePort } from '../../support/free-port.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { eventually, until } from './fake-time.ts';
import { type NotifyingBroker, notifyingBroker } from './notifying-broker.ts';

const folder = tempFolder();
const running: Mosquitto[] = [];
const clients: MqttClient[] = [];
const doors: Door[] = [];
afterEach(async () => {
  await Promise.all(doors.splice(0).map((door) => door.close()));
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  await Promise.all(running.splice(0).map((one) => one.kill()));
});

async function started(lines: readonly string[]): Promise<Mosquitto> {
  const one = mosquitto(folder, await freePort(), lines);
  running.push(one);
  await one.start();
  return one;
}

interface Message {
  readonly topic: string;
  readonly qos: number;
  readonly text: string;
}

/** What is published at the broker from now on. */
async function listenTo(url: string, options: Parameters<typeof connectAsync>[1] = {}): Promise<Message[]> {
  const client = await connectAsync(url, options);
  clients.push(client);
  const messages: Message[] = [];
  client.on('message', (topic, payload, { qos }) => messages.push({ topic, qos, text: payload.toString() }));
  await client.subscribeAsync('#', { qos: 2 });
  return messages;
}

interface Door {
  readonly port: number;
  close(): Promise<void>;
}

/** A way to a port of this machine that a test can close. */
async function openDoor(to: number, port: number): Promise<Door> {
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connect(to, '127.0.0.1');
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [inside, outside].forEach((one) => void one.destroy()));
    }
    inside.pipe(outside).pipe(inside);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const door: Door = {
    port,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  doors.push(door);
  return door;
}

async function subscribe(
  { api }: NotifyingBroker,
  uri: string,
  { version, qos }: { readonly version: string; readonly qos: number },
): Promise<void> {
  const notifierInfo = [
    { key: 'MQTT-Version', value: version },
    { key: 'MQTT-QoS', value: String(qos) },
  ];
  const body = {
    type: 'Subscription',
    entities: [{ type: 'Lamp' }],
    notification: { endpoint: { uri, notifierInfo } },
  };
  expect((await api.post('/subscriptions').send(body)).status).toBe(201);
}

async function setLevel({ api }: NotifyingBroker, value: number, id = 'urn:ngsi-ld:Lamp:1'): Promise<void> {
  const body = [{ id, type: 'Lamp', level: { type: 'Property', value } }];
  expect([201, 204]).toContain((await api.post('/entityOperations/upsert').send(body)).status);
}

const levelsIn = (messages: readonly Message[], id = 'urn:ngsi-ld:Lamp:1') =>
  messages
    .flatMap(({ text }) => JSON.parse(text).body.data)
    .filter((entity) => entity.id === id)
    .map((entity) => entity.level.value);

const versions = ['mqtt3.1.1', 'mqtt5.0'] as const;

describeWith('mosquitto', () => {
  describe.each(versions)('notifications by %s', (version) => {
    it.each([0, 1, 2])('arrive with QoS %d, in order', async (qos) => {
      const { port } = await started(['allow_anonymous true']);
      const messages = await listenTo(`mqtt://127.0.0.1:${port}`);
      const broker = await notifyingBroker();
      await subscribe(broker, `mqtt://127.0.0.1:${port}/city/lamps`, { version, qos });
      for (let level = 1; level <= 20; level++) await setLevel(broker, level);
      await until(() => messages.length >= 20);
      expect(levelsIn(messages)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect(messages.every((message) => message.topic === 'city/lamps' && message.qos === qos)).toBe(true);
    });

    it('all arrive in order when the broker was killed and comes back', async () => {
      const one = await started(['allow_anonymous true']);
      const door = await openDoor(one.port, await freePort());
      const settings = { NOTIFICATION_RETRY_DELAY: '5ms', NOTIFICATION_MAX_RETRY_DELAY: '50ms' };
      const broker = await notifyingBroker({ settings });
      await subscribe(broker, `mqtt://127.0.0.1:${door.port}/t`, { version, qos: 1 });
      const before = await listenTo(`mqtt://127.0.0.1:${one.port}`, { reconnectPeriod: 0 });
      await setLevel(broker, 0);
      await until(() => before.length === 1);
      await one.kill();
      await door.close();
      const ids = ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:2', 'urn:ngsi-ld:Lamp:3'];
      for (let level = 1; level <= 10; level++) for (const id of ids) await setLevel(broker, level, id);
      await one.start();
      // Who listens has to be there first: the broker keeps nothing for one that comes later.
      const messages = await listenTo(`mqtt://127.0.0.1:${one.port}`);
      await openDoor(one.port, door.port);
      await until(() => messages.length >= 30);
      const expected = Array.from({ length: 10 }, (_, index) => index + 1);
      for (const id of ids) expect(levelsIn(messages, id)).toEqual(expected);
    });

    it('of mqtts arrive with the login of the URI, and with no other', async () => {
      const files = makeCertificates(folder);
      const { port } = await started(secured(files));
      const messages = await listenTo(`mqtts://localhost:${port}`, {
        ...{ ca: readFileSync(files.ca), username: 'city', password: 'bell tower' },
      });
      const broker = await notifyingBroker({ settings: { NOTIFICATION_CA: files.ca } });
      await subscribe(broker, `mqtts://city:bell%20tower@localhost:${port}/t`, { version, qos: 1 });
      await subscribe(broker, `mqtts://city:wrong@localhost:${port}/t`, { version, qos: 1 });
      await setLevel(broker, 1);
      await until(() => messages.length === 1);
      const { body } = await eventually(
        async () => broker.api.get('/subscriptions'),
        ({ body: all }) => JSON.stringify(all).includes('lastFailureReason'),
      );
      expect(JSON.stringify(body)).toMatch(/"lastFailureReason":"Connection refused: (Not authorized|Bad)/);
      expect(levelsIn(messages)).toEqual([1]);
    });
  });
});

const secured = ({ cert, key }: Certificates): readonly string[] => [
  `certfile ${cert}`,
  `keyfile ${key}`,
  `password_file ${passwordFile(folder, 'city', 'bell tower')}`,
  'allow_anonymous false',
];
