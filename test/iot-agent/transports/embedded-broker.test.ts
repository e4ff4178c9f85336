import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import {
  type EmbeddedBroker,
  type EmbeddedBrokerSettings,
  embeddedBroker,
} from '../../../iot-agent/transports/embedded-broker.ts';
import { NobodyListens } from '../../../iot-agent/transports/publisher.ts';
import { StartError } from '../../../runtime/start-error.ts';
import { eventually } from '../../support/eventually.ts';
import { deferred, type Recording, recordingParts } from './recording-parts.ts';

const settings: EmbeddedBrokerSettings = {
  host: '127.0.0.1',
  port: 0,
  user: undefined,
  password: undefined,
  allowOpen: false,
  maxConnections: 10,
};

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function started(
  recording: Recording,
  changes: Partial<EmbeddedBrokerSettings> = {},
): Promise<EmbeddedBroker> {
  const broker = embeddedBroker({ ...settings, ...changes }, recording.parts);
  await broker.start();
  ends.push(() => broker.stop());
  return broker;
}

async function client(broker: EmbeddedBroker, options: IClientOptions = {}): Promise<MqttClient> {
  const connected = await connectAsync(`mqtt://127.0.0.1:${broker.port()}`, {
    reconnectPeriod: 0,
    ...options,
  });
  ends.push(() => connected.endAsync(true));
  connected.on('error', () => {});
  return connected;
}

/** Not `once`, which rejects when the end was an error. */
function closed(connection: { on(event: 'close', listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    connection.on('close', resolve);
  });
}

const topic = '/json/k1/lamp-1/attrs';

describe('embeddedBroker', () => {
  it('acknowledges a QoS 1 message when, and only when, it is in the spool', async () => {
    const disk = deferred();
    const recording = recordingParts({ receive: () => disk.promise });
    const device = await client(await started(recording));
    let isAcknowledged = false;
    const published = device.publishAsync(topic, '{"t":1}', { qos: 1 }).then(() => {
      isAcknowledged = true;
    });
    await recording.until(() => recording.incoming.length === 1);
    // A later packet of the same connection is answered: an acknowledgement would have come before it.
    await device.subscribeAsync('other');
    expect(isAcknowledged).toBe(false);
    disk.resolve();
    await published;
    expect(recording.counted).toEqual(['iot-agent-json spooled']);
  });

  it('takes many messages at once and hands them over in their order', async () => {
    const disk = deferred();
    const recording = recordingParts({ receive: () => disk.promise });
    const device = await client(await started(recording));
    const all = Promise.all(
      Array.from({ length: 50 }, (_, n) => device.publishAsync(topic, `{"n":${n}}`, { qos: 1 })),
    );
    await recording.until(() => recording.incoming.length === 50);
    disk.resolve();
    await all;
    expect(recording.incoming).toMatchObject(Array.from({ length: 50 }, (_, n) => ({ values: { n } })));
  });

  it('ends the connection of a message that the spool refuses, so that the client sends it again', async () => {
    let isFull = true;
    const recording = recordingParts({
      receive: async () => {
        if (isFull) throw new Error('the disk is full');
      },
    });
    const broker = await started(recording);
    const device = await client(broker, { reconnectPeriod: 10, clientId: 'lamp-1', clean: false });
    const published = device.publishAsync(topic, '{"t":1}', { qos: 1 });
    await closed(device);
    isFull = false;
    await published;
    expect(recording.counted[0]).toBe('iot-agent-json refused');
    expect(recording.counted.at(-1)).toBe('iot-agent-json spooled');
  });

  it('keeps the connection of a refused QoS 0 message: nobody would send it again', async () => {
    const recording = recordingParts({ receive: () => Promise.reject(new Error('the disk is full')) });
    const device = await client(await started(recording));
    await device.publishAsync(topic, '{"t":1}', { qos: 0 });
    await device.subscribeAsync('other');
    expect(device.connected).toBe(true);
    expect(recording.counted).toEqual(['iot-agent-json refused']);
  });

  it('acknowledges what it keeps as malformed', async () => {
    const recording = recordingParts();
    const device = await client(await started(recording));
    await device.publishAsync(topic, '{"t":', { qos: 1 });
    expect(recording.malformed).toMatchObject([{ source: '/json/***/lamp-1/attrs', text: '{"t":' }]);
  });

  it('serves other clients as a plain broker', async () => {
    const recording = recordingParts();
    const broker = await started(recording);
    const listener = await client(broker);
    await listener.subscribeAsync(['weather/#', topic], { qos: 1 });
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      listener.on('message', (name, payload) => {
        heard.push(`${name} ${payload}`);
        if (heard.length === 3) resolve();
      });
    });
    const speaker = await client(broker);
    await speaker.publishAsync('weather/wind', '7', { qos: 0 });
    await speaker.publishAsync('weather/rain', '2', { qos: 2 });
    await speaker.publishAsync(topic, '{"t":1}', { qos: 1 });
    await all;
    expect(heard.sort()).toEqual([`${topic} {"t":1}`, 'weather/rain 2', 'weather/wind 7']);
    expect(recording.incoming).toHaveLength(1);
  });

  it('lets in who has the user and the password, and nobody else', async () => {
    const recording = recordingParts();
    const broker = await started(recording, { user: 'city', password: 'bell' });
    await client(broker, { username: 'city', password: 'bell' });
    const wrong: IClientOptions[] = [
      { username: 'city', password: 'gong' },
      { username: 'town', password: 'bell' },
      { username: 'city' },
      {},
    ];
    for (const login of wrong)
      await expect(client(broker, login)).rejects.toThrow(/Bad username or password/);
    expect(recording.lines.join('')).not.toMatch(/bell|gong/);
  });

  it('reserves the topics that start with $', async () => {
    const device = await client(await started(recordingParts()));
    const published = device.publishAsync('$SYS/broker/load', '1', { qos: 1 });
    published.catch(() => {});
    await closed(device);
    expect(device.connected).toBe(false);
  });

  it('ends a connection that announces a packet larger than it takes', async () => {
    const recording = recordingParts({ maxMessageSize: 1000 });
    const broker = await started(recording);
    const device = await client(broker);
    device.publish('big', Buffer.alloc(70_000), { qos: 1 }, () => {});
    await closed(device);
    expect(recording.lines.join('')).toContain('an MQTT packet is too large');
    const raw = connectTcp(broker.port() ?? 0, '127.0.0.1');
    raw.on('error', () => {}).write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    await closed(raw);
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: city\r\n\r\n')],
    ['a packet before CONNECT', Buffer.from('300400017431', 'hex')],
    ['a CONNECT of an unknown protocol', Buffer.from('100f00044d515458040200000003616263', 'hex')],
    ['a length that does not end', Buffer.from('10ffffffffff', 'hex')],
  ])('ends a connection that speaks %s, and serves the others', async (_, bytes) => {
    const broker = await started(recordingParts());
    const stranger = connectTcp(broker.port() ?? 0, '127.0.0.1').on('error', () => {});
    const ended = closed(stranger);
    stranger.write(bytes);
    await ended;
    const device = await client(broker);
    await device.publishAsync(topic, '{"t":1}', { qos: 1 });
  });

  it('takes no more connections than it is told', async () => {
    const broker = await started(recordingParts(), { maxConnections: 1 });
    await client(broker);
    const second = connectTcp(broker.port() ?? 0, '127.0.0.1').on('error', () => {});
    await closed(second);
    expect(second.bytesRead).toBe(0);
  });

  it('names MQTT_PORT when the port is taken', async () => {
    const { port } = await started(recordingParts());
    const second = embeddedBroker({ ...settings, port: port() ?? 0 }, recordingParts().parts);
    const refusal = await second.start().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartError);
    expect(String(refusal)).toContain('MQTT_PORT');
  });

  it.each([
    ['other machines could come in', { host: '0.0.0.0' }, /MQTT_USER and MQTT_PASSWORD/],
    ['half a login is set', { user: 'city' }, /belong together/],
    ['half a login is set', { password: 'bell' }, /belong together/],
  ])('refuses to start when %s', async (_, changes, reason) => {
    const broker = embeddedBroker({ ...settings, ...changes }, recordingParts().parts);
    await expect(broker.start()).rejects.toThrow(reason);
    expect(broker.isReady()).toBe(false);
  });

  it('serves other machines when the operator wants that', async () => {
    const broker = await started(recordingParts(), { host: '0.0.0.0', allowOpen: true });
    expect(broker.isReady()).toBe(true);
  });

  it('takes what clears a retained message for no measure, and for no fault', async () => {
    const recording = recordingParts();
    const device = await client(await started(recording));
    await device.publishAsync(topic, '{"t":1}', { qos: 1, retain: true });
    await device.publishAsync(topic, '', { qos: 1, retain: true });
    expect(recording.counted).toEqual(['iot-agent-json spooled', 'iot-agent-json ignored']);
    expect(recording.malformed).toEqual([]);
  });

  it('publishes to who has subscribed, and tells the caller when nobody has', async () => {
    const broker = await started(recordingParts());
    const publish = (retain = false) =>
      broker.publish?.('/k1/lamp-1/cmd', Buffer.from('{"on":1}'), { qos: 1, retain });
    await expect(publish()).rejects.toThrow(/nobody has subscribed .* is not connected to it/);
    const device = await client(broker);
    const heard: string[] = [];
    device.on('message', (_topic, payload) => heard.push(payload.toString()));
    await device.subscribeAsync('/k1/+/cmd', { qos: 1 });
    await publish();
    await device.unsubscribeAsync('/k1/+/cmd');
    await expect(publish()).rejects.toThrow(/nobody/);
    await device.subscribeAsync('#', { qos: 1 });
    await publish();
    await eventually(() => expect(heard).toEqual(['{"on":1}', '{"on":1}']));
    await device.endAsync();
    // The broker knows it before it takes another connection's subscription.
    await (await client(broker)).subscribeAsync('other');
    await expect(publish()).rejects.toThrow(/nobody/);
  });

  it('tells when somebody listens to what nobody did', async () => {
    const broker = await started(recordingParts());
    const told: string[] = [];
    const publish = async (topic: string): Promise<void> => {
      const refusal = await broker.publish?.(topic, Buffer.from('x'), { qos: 1, retain: false }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(refusal instanceof NobodyListens)) throw new Error(`somebody listens to ${topic}`);
      void refusal.heard.then(() => told.push(topic));
    };
    for (const topic of ['/k1/lamp-1/cmd', '/k1/lamp-1/cmd', '/k2/lamp-2/cmd', '/k3/lamp-3/cmd'])
      await publish(topic);
    const device = await client(broker);
    await device.subscribeAsync(['/k1/lamp-1/cmd', '/k1/other/cmd']);
    await eventually(() => expect(told).toEqual(['/k1/lamp-1/cmd', '/k1/lamp-1/cmd']));
    await device.subscribeAsync('/k2/+/cmd');
    await eventually(() => expect(told.slice(2)).toEqual(['/k2/lamp-2/cmd']));
  });

  it('keeps a retained message for who subscribes later', async () => {
    const broker = await started(recordingParts());
    await broker.publish?.('/k1/lamp-1/cmd', Buffer.from('{"on":1}'), { qos: 1, retain: true });
    const device = await client(broker);
    const heard = new Promise<string>((resolve) => {
      device.on('message', (_topic, payload) => resolve(payload.toString()));
    });
    await device.subscribeAsync('/k1/lamp-1/cmd');
    expect(await heard).toBe('{"on":1}');
  });

  it('stops when what it took is in the spool and acknowledged', async () => {
    const disk = deferred();
    const recording = recordingParts({ receive: () => disk.promise });
    const broker = await started(recording);
    const device = await client(broker);
    const published = device.publishAsync(topic, '{"t":1}', { qos: 1 });
    await recording.until(() => recording.incoming.length === 1);
    const stopped = broker.stop();
    disk.resolve();
    await stopped;
    await published;
    expect(broker.isReady()).toBe(false);
  });

  it('stops although a connection never says who it is', async () => {
    const broker = await started(recordingParts());
    const silent = connectTcp(broker.port() ?? 0, '127.0.0.1').on('error', () => {});
    await once(silent, 'connect');
    // Answered after the silent connection was taken.
    await client(broker);
    const ended = closed(silent);
    await broker.stop();
    await ended;
  });
});
