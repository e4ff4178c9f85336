import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Aedes, type AedesOptions } from 'aedes';
import { type MqttSettings, mqttTransport } from '../../../iot-agent/transports/mqtt.ts';
import type { Transport } from '../../../iot-agent/transports/transport.ts';
import { unmatchedMessages } from '../../../iot-agent/transports/unmatched.ts';
import { eventually } from '../../support/eventually.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { mqttSettings } from './mqtt-settings.ts';
import { deferred, type Recording, recordingParts } from './recording-parts.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An MQTT broker in this process, which tells what it sees. */
async function startedBroker(options: AedesOptions = {}) {
  const aedes = await Aedes.createBroker(options);
  const server = createServer(aedes.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    server.close();
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
  });
  const acknowledged: string[] = [];
  aedes.on('ack', (packet) => {
    if (packet?.cmd === 'publish') acknowledged.push(String(packet.payload));
  });
  const publish = (topic: string, payload: string, qos: 0 | 1 = 1): Promise<void> =>
    new Promise((resolve) => {
      aedes.publish({ cmd: 'publish', topic, payload, qos, dup: false, retain: false }, () => resolve());
    });
  return { aedes, acknowledged, publish, port: (server.address() as AddressInfo).port };
}

async function readyTransport(recording: Recording, settings: MqttSettings): Promise<Transport> {
  const transport = mqttTransport(settings, recording.parts);
  await transport.start();
  ends.push(() => transport.stop());
  await recording.until(() => transport.isReady());
  return transport;
}

const topic = '/json/k1/lamp-1/attrs';

describe('mqttTransport', () => {
  it('acknowledges in the order of arrival, each when it is in the spool', async () => {
    const broker = await startedBroker();
    const disks = [deferred(), deferred()];
    let received = 0;
    const recording = recordingParts({ receive: () => disks[received++]?.promise ?? Promise.resolve() });
    await readyTransport(recording, mqttSettings(broker.port));
    await broker.publish(topic, '{"n":1}');
    await broker.publish(topic, '{"n":2}');
    await recording.until(() => recording.incoming.length === 2);
    disks[1]?.resolve();
    await recording.until(() => recording.counted.length === 1);
    expect(broker.acknowledged).toEqual([]);
    const both = new Promise<void>((resolve) => {
      broker.aedes.on('ack', () => broker.acknowledged.length === 2 && resolve());
    });
    disks[0]?.resolve();
    await both;
    expect(broker.acknowledged).toEqual(['{"n":1}', '{"n":2}']);
  });

  it('stops after the acknowledgement of what it took, and only then', async () => {
    const broker = await startedBroker();
    const disk = deferred();
    const recording = recordingParts({ receive: () => disk.promise });
    const transport = await readyTransport(recording, mqttSettings(broker.port));
    await broker.publish(topic, '{"n":1}');
    await recording.until(() => recording.incoming.length === 1);
    const stopped = transport.stop();
    expect(broker.acknowledged).toEqual([]);
    disk.resolve();
    await stopped;
    expect(broker.acknowledged).toEqual(['{"n":1}']);
  });

  it('takes QoS 0 messages, and counts those on topics of nobody, of which it shows the first', async () => {
    const broker = await startedBroker();
    const recording = recordingParts();
    await readyTransport(recording, mqttSettings(broker.port, { filters: ['#'] }));
    for (const text of ['7', '8']) await broker.publish('weather/wind', text);
    await broker.publish(topic, '{"n":1}', 0);
    await recording.until(() => recording.counted.length > 2);
    const unmatched = ['mqtt unmatched', 'mqtt unmatched'];
    expect(recording.counted).toEqual([...unmatched, 'iot-agent-json spooled']);
    expect(recording.malformed).toMatchObject([
      { source: 'weather/wind', text: '7', reason: expect.stringContaining('template') },
    ]);
  });

  it('shows at most a hundred topics of nobody', async () => {
    const recording = recordingParts();
    const unmatched = unmatchedMessages(recording.parts);
    for (let n = 0; n < 150; n++) await unmatched(`t/${n}`, Buffer.from('1'));
    expect(recording.counted).toHaveLength(150);
    expect(recording.malformed).toHaveLength(100);
  });

  it('subscribes to other topics while it runs', async () => {
    const broker = await startedBroker();
    const recording = recordingParts();
    const transport = mqttTransport(
      mqttSettings(broker.port, { filters: ['a/#', '/json/+/+/attrs'] }),
      recording.parts,
    );
    await transport.start();
    ends.push(() => transport.stop());
    await recording.until(() => transport.isReady());
    const unsubscribed = once(broker.aedes, 'unsubscribe');
    const subscribed = once(broker.aedes, 'subscribe');
    transport.setFilters(['b/#', '/json/+/+/attrs']);
    expect((await unsubscribed)[0]).toEqual(['a/#']);
    expect((await subscribed)[0]).toMatchObject([{ topic: 'b/#' }, { topic: '/json/+/+/attrs' }]);
  });

  it('tells how it is doing: state, messages, and the last error in plain words', async () => {
    const broker = await startedBroker();
    const recording = recordingParts();
    const transport = await readyTransport(recording, mqttSettings(broker.port));
    await broker.publish(topic, '{"n":1}');
    await recording.until(() => recording.incoming.length === 1);
    expect(transport.status?.()).toMatchObject({
      state: 'connected',
      messages: 1,
      lastMessageAt: expect.any(Number),
    });
    const away = mqttTransport(mqttSettings(1), recordingParts().parts);
    await away.start();
    ends.push(() => away.stop());
    await eventually(() => expect(away.status?.().lastError?.reason).toMatch(/refuses connections/));
    expect(away.status?.()).toMatchObject({ state: 'connecting', messages: 0 });
  });

  it('names subscriptions that the broker refuses, and hears the others', async () => {
    const broker = await startedBroker({
      authorizeSubscribe: (_client, subscription, done) =>
        done(null, subscription.topic.startsWith('v3/') ? subscription : null),
    });
    const recording = recordingParts();
    await readyTransport(
      recording,
      mqttSettings(broker.port, { filters: ['v3/+/devices/+/up', '/json/+/+/attrs'] }),
    );
    const warning = recording.lines.find((line) => line.includes('MQTT_TOPICS'));
    expect(JSON.parse(warning ?? '{}')).toMatchObject({ level: 'warn', refused: ['/json/+/+/attrs'] });
  });

  it('is not ready while every subscription is refused', async () => {
    const broker = await startedBroker({
      authorizeSubscribe: (_client, _subscription, done) => done(null, null),
    });
    const recording = recordingParts();
    const transport = mqttTransport(mqttSettings(broker.port), recording.parts);
    await transport.start();
    ends.push(() => transport.stop());
    await recording.until(() => recording.lines.some((line) => line.includes('MQTT_TOPICS')));
    expect(transport.isReady()).toBe(false);
  });

  it('starts while the broker is away, and stops without having reached it', async () => {
    const recording = recordingParts();
    const transport = mqttTransport(
      mqttSettings(1, { url: 'mqtt://city:bell@127.0.0.1:1' }),
      recording.parts,
    );
    await transport.start();
    await recording.until(() => recording.lines.some((line) => line.includes('ECONNREFUSED')));
    expect(transport.isReady()).toBe(false);
    await transport.stop();
    expect(recording.lines.join('')).not.toContain('bell');
  });

  it.each([
    ['MQTT_CA_FILE', { ca: join(tempFolder(), 'absent.pem') }],
    ['MQTT_CERT_FILE and MQTT_KEY_FILE', { cert: 'mine.pem' }],
  ])('refuses to start over %s', async (variable, changes) => {
    const transport = mqttTransport(mqttSettings(1, changes), recordingParts().parts);
    await expect(transport.start()).rejects.toThrow(variable);
  });
});
