import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import { type Connections, openConnections } from '../../../iot-agent/connections/connections.ts';
import { secretBox } from '../../../iot-agent/connections/secret-box.ts';
import type { ConnectionMqtt, ConnectionRecord } from '../../../iot-agent/registry/connection.ts';
import { describeWith } from '../../support/describe-with.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { makeCertificates, mosquitto, passwordFile } from '../transports/mosquitto.ts';
import { type Recording, recordingParts } from '../transports/recording-parts.ts';

const folder = tempFolder();
const otherFolder = tempFolder();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startedMosquitto(lines: readonly string[] = ['allow_anonymous true']) {
  const server = mosquitto(folder, await freePort(), lines);
  await server.start();
  ends.push(() => server.kill());
  return server;
}

/** Connections to what the records say, which tests may change; `refresh` tells of that. */
async function startedConnections(
  records: ConnectionRecord[],
): Promise<{ connections: Connections; recording: Recording }> {
  const recording = recordingParts();
  const { clock, log } = recording.parts;
  const box = secretBox('a secret key of more than 32 characters');
  const registry = { everyConnection: async () => records };
  const connections = openConnections({ registry, box, agentId: 'agent', now: clock.now, log });
  ends.push(() => connections.stop());
  await connections.start(recording.parts);
  return { connections, recording };
}

function record(
  name: string,
  mqtt: ConnectionMqtt,
  more: Partial<ConnectionRecord['settings']> = {},
  tenant = '',
): ConnectionRecord {
  return { tenant, settings: { name, type: 'mqtt', mqtt, enabled: true, ...more } };
}

async function device(url: string): Promise<MqttClient> {
  const client = await connectAsync(url);
  ends.push(() => client.endAsync(true));
  return client.on('error', () => {});
}

const urlOf = ({ port }: { readonly port: number }) => `mqtt://127.0.0.1:${port}`;
const untilState = (connections: Connections, name: string, state: string, tenant = '') =>
  eventually(() => expect(connections.statusOf(tenant, name)?.state).toBe(state));

describeWith('mosquitto', () => {
  it('takes messages of several brokers, each under the name of its connection, and publishes at each', async () => {
    const [one, two] = [await startedMosquitto(), await startedMosquitto()];
    const records = [record('air', { url: urlOf(one) }), record('bins', { url: urlOf(two) }, {}, 'city')];
    const { connections, recording } = await startedConnections(records);
    await untilState(connections, 'air', 'connected');
    await untilState(connections, 'bins', 'connected', 'city');
    const [first, second] = [await device(urlOf(one)), await device(urlOf(two))];
    await first.publishAsync('/json/k1/d1/attrs', '{"t":1}', { qos: 1 });
    await recording.until(() => recording.incoming.length === 1);
    await second.publishAsync('/ul/k1/d2/attrs', 't|2', { qos: 1 });
    await recording.until(() => recording.incoming.length === 2);
    expect(recording.incoming).toMatchObject([
      { deviceId: 'd1', connection: 'air' },
      { deviceId: 'd2', connection: 'city/bins' },
    ]);
    expect(connections.statusOf('', 'air')).toMatchObject({ messages: 1 });
    const heard = new Promise<string>((resolve) => second.on('message', (topic) => resolve(topic)));
    await second.subscribeAsync('/k1/d2/cmd');
    await connections.publish('city/bins', '/k1/d2/cmd', Buffer.from('x'), { qos: 1, retain: false });
    expect(await heard).toBe('/k1/d2/cmd');
    const nowhere = connections.publish('bins', 't', Buffer.from('x'), { qos: 0, retain: false });
    await expect(nowhere).rejects.toThrow(/no connection bins/);
  });

  it('follows what is changed, added and removed, and leaves no session behind', async () => {
    const server = await startedMosquitto();
    const records = [record('air', { url: urlOf(server) })];
    const { connections, recording } = await startedConnections(records);
    await untilState(connections, 'air', 'connected');
    const topics = [{ template: 'city/{deviceId}', format: 'text', name: 't', apikey: 'k1' }] as const;
    records[0] = record('air', { url: urlOf(server), topics });
    await connections.refresh();
    await untilState(connections, 'air', 'connected');
    const sender = await device(urlOf(server));
    await sender.publishAsync('city/d7', '21.5', { qos: 1 });
    await recording.until(() => recording.incoming.length === 1);
    expect(recording.incoming).toMatchObject([{ apikey: 'k1', deviceId: 'd7', values: { t: 21.5 } }]);
    records[0] = { ...records[0], settings: { ...records[0].settings, enabled: false } };
    await connections.refresh();
    expect(connections.statusOf('', 'air')?.state).toBe('disabled');
    records[0] = record('air', { url: urlOf(server) });
    await connections.refresh();
    await untilState(connections, 'air', 'connected');
    records.pop();
    await connections.refresh();
    expect(connections.statusOf('', 'air')).toBeUndefined();
    await sender.publishAsync('/json/k1/d1/attrs', '{"t":1}', { qos: 1 });
    records.push(record('air', { url: urlOf(server) }));
    await connections.refresh();
    await untilState(connections, 'air', 'connected');
    await sender.publishAsync('/json/k1/d1/attrs', '{"t":2}', { qos: 1 });
    await recording.until(() => recording.incoming.length > 1);
    expect(recording.incoming.at(-1)).toMatchObject({ values: { t: 2 } });
    expect(recording.incoming).toHaveLength(2);
  });

  it('reads uplinks of a network server, also on topics of the operator’s choice', async () => {
    const server = await startedMosquitto();
    const records = [record('lns', { url: urlOf(server), topics: ['city/lns/#'] }, { type: 'chirpstack' })];
    const { connections, recording } = await startedConnections(records);
    await untilState(connections, 'lns', 'connected');
    const sender = await device(urlOf(server));
    const message = {
      deviceInfo: { devEui: '0101010101010101' },
      fCnt: 1,
      fPort: 1,
      data: 'AQ==',
      time: '2026-11-24T08:00:00Z',
    };
    await sender.publishAsync('city/lns/up', JSON.stringify(message), { qos: 1 });
    await recording.until(() => recording.incoming.length === 1);
    expect(recording.incoming).toMatchObject([{ devEui: '0101010101010101', connection: 'lns' }]);
  });

  it('tells a wrong password, an unknown name and a closed port apart, and never the password', async () => {
    const passwords = passwordFile(folder, 'agent', 'bell');
    const server = await startedMosquitto(['allow_anonymous false', `password_file ${passwords}`]);
    const records = [
      record('right', { url: urlOf(server), user: 'agent', password: 'bell' }),
      record('wrong', { url: urlOf(server), user: 'agent', password: 'gong' }),
      record('port', { url: `mqtt://127.0.0.1:${await freePort()}` }),
      record('name', { url: 'mqtt://no-such-host.invalid' }),
    ];
    const { connections, recording } = await startedConnections(records);
    await untilState(connections, 'right', 'connected');
    const error = (name: string) => connections.statusOf('', name)?.lastError?.reason;
    await eventually(() =>
      expect(error('wrong')).toMatch(/user is not authorized|refuses user and password/),
    );
    await eventually(() => expect(error('port')).toMatch(/refuses connections/));
    await eventually(() => expect(error('name')).toMatch(/name that cannot be resolved/));
    expect(connections.statusOf('', 'wrong')?.state).toBe('connecting');
    expect(recording.lines.join('')).not.toMatch(/gong|bell/);
    const trials = await Promise.all(records.map((one) => connections.test(one)));
    expect(trials.map(({ ok }) => ok)).toEqual([true, false, false, false]);
    expect(trials[1]?.steps).toMatchObject([{ step: 'connect', message: expect.stringMatching(/password/) }]);
  });

  it('speaks TLS with an authority that is given as text, and names a wrong one', async () => {
    const { ca, cert, key } = makeCertificates(folder);
    const server = await startedMosquitto([
      'allow_anonymous true',
      ...[`cafile ${ca}`, `certfile ${cert}`, `keyfile ${key}`, 'require_certificate true'],
    ]);
    const url = `mqtts://localhost:${server.port}`;
    const own = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    const other = makeCertificates(otherFolder);
    const records = [
      record('text', { url, ca: readFileSync(ca, 'utf8'), ...own }),
      record('file', { url, ca, cert, key }),
      record('unchecked', { url, rejectUnauthorized: false, ...own }),
      record('public', { url, ...own }),
      record('wrong', { url, ca: other.ca, ...own }),
      record('absent', { url, ca: `${folder}/absent.pem`, ...own }),
    ];
    const { connections } = await startedConnections(records);
    for (const name of ['text', 'file', 'unchecked']) await untilState(connections, name, 'connected');
    const error = (name: string) => connections.statusOf('', name)?.lastError?.reason;
    await eventually(() => expect(error('public')).toMatch(/certificate .* give it as ca/));
    await eventually(() => expect(error('wrong')).toMatch(/certificate/));
    expect(connections.statusOf('', 'absent')).toMatchObject({ state: 'failed' });
    expect(error('absent')).toMatch(/mqtt\.ca is .*absent\.pem, which cannot be read/);
    const trial = await connections.test(records[4] as ConnectionRecord);
    expect(trial).toMatchObject({
      ok: false,
      steps: [{ step: 'connect', message: expect.stringMatching(/certificate/) }],
    });
  });

  it('connects and subscribes again when its broker was away', async () => {
    const server = await startedMosquitto();
    const { connections, recording } = await startedConnections([record('air', { url: urlOf(server) })]);
    await untilState(connections, 'air', 'connected');
    await server.kill();
    await untilState(connections, 'air', 'connecting');
    await server.start();
    await untilState(connections, 'air', 'connected');
    const sender = await device(urlOf(server));
    await sender.publishAsync('/json/k1/d1/attrs', '{"t":1}', { qos: 1 });
    await recording.until(() => recording.incoming.length === 1);
  });

  it('hears no more of topics that a connection has no longer', async () => {
    const server = await startedMosquitto();
    const records = [record('air', { url: urlOf(server), topics: ['json/k1/+/attrs', 'json/k2/+/attrs'] })];
    const { connections, recording } = await startedConnections(records);
    await untilState(connections, 'air', 'connected');
    records[0] = record('air', { url: urlOf(server), topics: ['json/k2/+/attrs'] });
    await connections.refresh();
    await untilState(connections, 'air', 'connected');
    const sender = await device(urlOf(server));
    await sender.publishAsync('json/k1/d1/attrs', '{"t":1}', { qos: 1 });
    await sender.publishAsync('json/k2/d1/attrs', '{"t":2}', { qos: 1 });
    await recording.until(() => recording.incoming.length > 0);
    expect(recording.incoming).toMatchObject([{ values: { t: 2 } }]);
  });

  it('leaves no session behind at the broker that a connection had before', async () => {
    const [before, after] = [await startedMosquitto(), await startedMosquitto()];
    const records = [record('air', { url: urlOf(before) })];
    const { connections, recording } = await startedConnections(records);
    await untilState(connections, 'air', 'connected');
    records[0] = record('air', { url: urlOf(after) });
    await connections.refresh();
    await untilState(connections, 'air', 'connected');
    const sender = await device(urlOf(before));
    await sender.publishAsync('/json/k1/d1/attrs', '{"t":1}', { qos: 1 });
    records[0] = record('air', { url: urlOf(before) });
    await connections.refresh();
    await untilState(connections, 'air', 'connected');
    await sender.publishAsync('/json/k1/d1/attrs', '{"t":2}', { qos: 1 });
    await recording.until(() => recording.incoming.length > 0);
    expect(recording.incoming).toMatchObject([{ values: { t: 2 } }]);
  });
});
