import { afterEach, expect, it } from '@jest/globals';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { type MqttSettings, mqttTransport } from '../../../iot-agent/transports/mqtt.ts';
import type { Transport } from '../../../iot-agent/transports/transport.ts';
import { describeWith } from '../../support/describe-with.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { type Mosquitto, makeCertificates, mosquitto, passwordFile } from './mosquitto.ts';
import { mqttSettings } from './mqtt-settings.ts';
import { deferred, type Recording, recordingParts } from './recording-parts.ts';

const folder = tempFolder();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startedMosquitto(lines: readonly string[] = ['allow_anonymous true']): Promise<Mosquitto> {
  const server = mosquitto(folder, await freePort(), lines);
  await server.start();
  ends.push(() => server.kill());
  return server;
}

async function startedTransport(recording: Recording, settings: MqttSettings): Promise<Transport> {
  const transport = mqttTransport(settings, recording.parts);
  await transport.start();
  ends.push(() => transport.stop());
  return transport;
}

async function readyTransport(recording: Recording, settings: MqttSettings): Promise<Transport> {
  const transport = await startedTransport(recording, settings);
  await recording.until(() => transport.isReady());
  return transport;
}

async function device(port: number, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, options);
  ends.push(() => client.endAsync(true));
  return client.on('error', () => {});
}

const topic = '/json/k1/lamp-1/attrs';
const valuesOf = ({ incoming }: Recording) => incoming.map((one) => one.kind === 'plain' && one.values);

describeWith('mosquitto', () => {
  it('logs in, and is not ready with a wrong password', async () => {
    const passwords = passwordFile(folder, 'agent', 'bell');
    const { port } = await startedMosquitto(['allow_anonymous false', `password_file ${passwords}`]);
    const login = { user: 'agent', password: 'bell' };
    const recording = recordingParts();
    await readyTransport(recording, mqttSettings(port, login));
    const stranger = recordingParts();
    const refused = await startedTransport(
      stranger,
      mqttSettings(port, { ...login, password: 'gong', clientId: 'x' }),
    );
    await stranger.until(() => stranger.lines.some((line) => line.includes('Not authorized')));
    expect(refused.isReady()).toBe(false);
    expect(stranger.lines.join('')).not.toContain('gong');
  });

  it('speaks TLS with an authority of the city, and only with a server that it vouches for', async () => {
    const { ca, cert, key } = makeCertificates(folder);
    const { port } = await startedMosquitto([
      'allow_anonymous true',
      ...[`cafile ${ca}`, `certfile ${cert}`, `keyfile ${key}`, 'require_certificate true'],
    ]);
    const url = `mqtts://localhost:${port}`;
    const files = { ca, cert, key };
    await readyTransport(recordingParts(), mqttSettings(port, { url, ...files }));
    const stranger = recordingParts();
    const refused = await startedTransport(
      stranger,
      mqttSettings(port, { url, ...files, ca: undefined, clientId: 'x' }),
    );
    await stranger.until(() => stranger.lines.some((line) => line.includes('certificate')));
    expect(refused.isReady()).toBe(false);
  });

  it('gets what was published at QoS 1 while it was away', async () => {
    const { port } = await startedMosquitto();
    const first = recordingParts();
    const transport = await readyTransport(first, mqttSettings(port));
    await transport.stop();
    const sender = await device(port);
    for (const n of [1, 2, 3]) await sender.publishAsync(topic, `{"n":${n}}`, { qos: 1 });
    const second = recordingParts();
    await startedTransport(second, mqttSettings(port));
    await second.until(() => second.incoming.length === 3);
    expect(valuesOf(second)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('connects again and hears again when the broker was killed and lost everything', async () => {
    const server = await startedMosquitto();
    const recording = recordingParts();
    const transport = await readyTransport(recording, mqttSettings(server.port));
    await server.kill();
    await recording.until(() => !transport.isReady());
    await server.start();
    await recording.until(() => transport.isReady());
    const sender = await device(server.port);
    await sender.publishAsync(topic, '{"n":1}', { qos: 1 });
    await recording.until(() => recording.incoming.length === 1);
  });

  it('has what it did not acknowledge sent again, by the same broker', async () => {
    const { port } = await startedMosquitto();
    let isFull = true;
    const recording = recordingParts({
      receive: async () => {
        if (isFull) throw new Error('the disk is full');
      },
    });
    await readyTransport(recording, mqttSettings(port));
    const sender = await device(port);
    await sender.publishAsync(topic, '{"n":1}', { qos: 1 });
    await recording.until(() => recording.counted.includes('iot-agent-json refused'));
    isFull = false;
    await recording.until(() => recording.counted.includes('iot-agent-json spooled'));
    expect(valuesOf(recording)).toEqual([{ n: 1 }, { n: 1 }]);
  });

  it('does not acknowledge before the spool: the broker gives the message to the next session', async () => {
    const { port } = await startedMosquitto();
    const disk = deferred();
    const first = recordingParts({ receive: () => disk.promise });
    await readyTransport(first, mqttSettings(port));
    const sender = await device(port);
    await sender.publishAsync(topic, '{"n":1}', { qos: 1 });
    await first.until(() => first.incoming.length === 1);
    // The same client id: the broker ends the first connection and goes on with its session here.
    const second = recordingParts();
    const heir = await startedTransport(second, mqttSettings(port));
    await second.until(() => second.incoming.length === 1);
    await heir.stop();
    disk.resolve();
  });

  it('shares the messages with the other agents of its group', async () => {
    const { port } = await startedMosquitto();
    const agents = [recordingParts(), recordingParts()];
    for (const [index, recording] of agents.entries())
      await readyTransport(recording, mqttSettings(port, { clientId: `agent-${index}`, shareGroup: 'city' }));
    const sender = await device(port);
    for (const n of [1, 2, 3, 4]) await sender.publishAsync(topic, `{"n":${n}}`, { qos: 1 });
    const total = (): number => agents.reduce((sum, { incoming }) => sum + incoming.length, 0);
    await Promise.all(agents.map((agent) => agent.until(() => agent.incoming.length === 2)));
    expect(total()).toBe(4);
  });

  it('takes a retained message once, however often it subscribes', async () => {
    const { port } = await startedMosquitto();
    const sender = await device(port);
    await sender.publishAsync(topic, '{"old":1}', { qos: 1, retain: true });
    const recording = recordingParts();
    const first = await readyTransport(recording, mqttSettings(port));
    await recording.until(() => recording.incoming.length === 1);
    await sender.publishAsync(topic, '{"new":1}', { qos: 1, retain: true });
    await recording.until(() => recording.incoming.length === 2);
    await first.stop();
    await readyTransport(recording, mqttSettings(port));
    await sender.publishAsync(topic, '{"end":1}', { qos: 1 });
    await recording.until(() => recording.incoming.length > 2);
    expect(valuesOf(recording)).toEqual([{ old: 1 }, { new: 1 }, { end: 1 }]);
  });

  it('shares the load with another agent that is restarted meanwhile: every message is taken once', async () => {
    const { port } = await startedMosquitto(['allow_anonymous true', 'max_queued_messages 0']);
    const agents = [recordingParts(), recordingParts()];
    const settings = (n: number) => mqttSettings(port, { clientId: `agent-${n}`, shareGroup: 'city' });
    const transports = await Promise.all(
      agents.map((recording, n) => readyTransport(recording, settings(n))),
    );
    const sender = await device(port);
    const send = (from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, n) =>
          sender.publishAsync(topic, `{"n":${from + n}}`, { qos: 1 }),
        ),
      );
    await send(0, 200);
    const sending = send(200, 400);
    await transports[1]?.stop();
    await sending;
    await send(400, 500);
    await readyTransport(agents[1] as Recording, settings(1));
    await send(500, 600);
    const taken = () => agents.flatMap(valuesOf).map((values) => (values ? Number(values['n']) : -1));
    await eventually(() => expect(new Set(taken()).size).toBe(600));
    expect(taken().sort((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, n) => n));
    expect(agents.every(({ incoming }) => incoming.length > 0)).toBe(true);
  });

  it('hears nothing more of what the settings named before it was started again', async () => {
    const { port } = await startedMosquitto();
    const recording = recordingParts();
    const before = await readyTransport(recording, mqttSettings(port));
    await before.stop();
    const filters = ['v3/+/devices/#', 'json/k2/+/attrs'];
    await readyTransport(recording, mqttSettings(port, { filters }));
    const sender = await device(port);
    await sender.publishAsync(topic, '{"n":1}', { qos: 1 });
    await sender.publishAsync('json/k2/lamp-1/attrs', '{"n":2}', { qos: 1 });
    await recording.until(() => recording.incoming.length > 0);
    expect(valuesOf(recording)).toEqual([{ n: 2 }]);
  });

  it('gets its share alone once it shares, also at a broker where it did not before', async () => {
    const { port } = await startedMosquitto();
    const agents = [recordingParts(), recordingParts()];
    const started = (shareGroup: string | undefined) =>
      Promise.all(
        agents.map((one, n) =>
          readyTransport(one, mqttSettings(port, { clientId: `agent-${n}`, shareGroup })),
        ),
      );
    const sender = await device(port);
    for (const transport of await started(undefined)) await transport.stop();
    await started('city');
    for (const n of [1, 2, 3, 4]) await sender.publishAsync(topic, `{"n":${n}}`, { qos: 1 });
    await Promise.all(agents.map((agent) => agent.until(() => agent.incoming.length >= 2)));
    const taken = agents.flatMap(valuesOf).map((values) => (values ? Number(values['n']) : -1));
    expect(taken.sort()).toEqual([1, 2, 3, 4]);
  });
});
