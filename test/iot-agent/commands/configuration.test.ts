import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseNotification } from '../../../iot-agent/commands/parse-notification.ts';
import type { ConfigurationRequest } from '../../../iot-agent/transports/plain/configuration-request.ts';
import { eventually } from '../../support/eventually.ts';
import { lampId, type RunningCommands, runCommands } from './running-commands.ts';

let running: RunningCommands | undefined;
let server: Server | undefined;

afterEach(async () => {
  await running?.end();
  running = undefined;
  server?.close();
  server = undefined;
});

async function run(settings: Parameters<typeof runCommands>[0] = {}): Promise<RunningCommands> {
  running = await runCommands({ apikey: 'k1', ...settings });
  running.broker.put({
    ...{ id: lampId, type: 'Lamp' },
    sleepTime: { type: 'Property', value: '200' },
    level: [
      { type: 'Property', value: 1, datasetId: 'urn:ngsi-ld:Dataset:a' },
      { type: 'Property', value: 2 },
    ],
  });
  return running;
}

const asked: ConfigurationRequest = {
  ...{ apikey: 'k1', deviceId: 'l1', type: 'configuration', protocol: 'iot-agent-json' },
  fields: ['sleepTime', 'level', 'unknown'],
};
const dt = expect.stringMatching(/^\d{8}T\d{6}Z$/);

describe('a device that asks for values of its Entity', () => {
  it('gets those that are there on its topic', async () => {
    const { pipeline, published } = await run();
    expect(await pipeline.commands.configuration.answer(asked, 'mqtt')).toMatchObject({ kind: 'answered' });
    expect(published.map(({ topic }) => topic)).toEqual(['/k1/l1/configuration/values']);
    expect(JSON.parse(published[0]?.text ?? '')).toEqual({ sleepTime: '200', level: 2, dt });
  });

  it('gets them in UltraLight', async () => {
    const { pipeline, published } = await run();
    await pipeline.commands.configuration.answer({ ...asked, protocol: 'ultralight' }, 'mqtt');
    expect(published[0]?.text).toMatch(/^l1@configuration\|sleepTime=200\|level=2\|dt=\d{8}T\d{6}Z$/);
  });

  it('gets them by HTTP in the answer, and at its endpoint', async () => {
    const posted: string[] = [];
    server = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text) => posted.push(`${request.url} ${text}`));
      request.on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    await eventually(() => expect(server?.listening).toBe(true));
    const { port } = server.address() as AddressInfo;
    const { pipeline } = await run({ endpoint: `http://127.0.0.1:${port}/lamp` });
    const outcome = await pipeline.commands.configuration.answer(asked, 'http');
    expect(outcome.kind === 'answered' && JSON.parse(outcome.text)).toEqual({
      sleepTime: '200',
      level: 2,
      dt,
    });
    expect(posted).toEqual([`/lamp/configuration/values ${outcome.kind === 'answered' && outcome.text}`]);
  });

  it('gets nothing but the time while its Entity is not there', async () => {
    const { pipeline, broker } = await run();
    broker.wipe();
    const outcome = await pipeline.commands.configuration.answer(asked, 'http');
    expect(outcome.kind === 'answered' && JSON.parse(outcome.text)).toEqual({ dt });
  });

  it.each([
    ['with another apikey', { apikey: 'k2' }],
    ['that is not registered', { deviceId: 'l2' }],
  ])('is refused when it is one %s', async (_, change) => {
    const { pipeline, broker } = await run();
    const before = broker.requests.length;
    const outcome = await pipeline.commands.configuration.answer({ ...asked, ...change }, 'mqtt');
    expect(outcome).toEqual({ kind: 'refused', reason: expect.stringContaining('POST /iot/devices') });
    expect(broker.requests.slice(before).filter(({ url }) => url.includes('/entities/'))).toEqual([]);
  });

  it('has to ask again while the broker or the MQTT broker is away', async () => {
    const { pipeline, broker, connection } = await run();
    broker.behave(() => ({ status: 503 }));
    expect(await pipeline.commands.configuration.answer(asked, 'http')).toMatchObject({ kind: 'away' });
    broker.recover();
    connection.isAway = true;
    expect(await pipeline.commands.configuration.answer(asked, 'mqtt')).toMatchObject({ kind: 'away' });
  });
});

describe('a device that wants to hear of changes', () => {
  const wanted = { ...asked, type: 'subscription', fields: ['sleepTime', 'level'] } as const;
  const change = (value: string) =>
    parseNotification({
      id: 'n',
      data: [{ id: lampId, type: 'Lamp', sleepTime: { type: 'Property', value } }],
    });

  /** The id at the end of the path that the broker tells at. */
  async function subscribed({ broker }: RunningCommands): Promise<string> {
    return eventually(() => {
      const [subscription] = broker.resources.values();
      expect(subscription).toMatchObject({
        entities: [{ id: lampId, type: 'Lamp' }],
        watchedAttributes: ['level', 'sleepTime'],
        notification: { attributes: ['level', 'sleepTime'] },
      });
      const [, id = ''] =
        /"http:\/\/agent\.example:4041\/iot\/notify\/[0-9a-f]{64}\/configuration\/(\w+)"/.exec(
          JSON.stringify(subscription),
        ) ?? [];
      expect(id).not.toBe('');
      return id;
    });
  }

  it('is answered at once, and told of each change, by one subscription however often it asks', async () => {
    const lamp = await run();
    const { configuration } = lamp.pipeline.commands;
    await configuration.answer(wanted, 'mqtt');
    await configuration.answer(wanted, 'mqtt');
    const id = await subscribed(lamp);
    expect(await configuration.tell('another', id, change('300'))).toBe(false);
    expect(await configuration.tell('', id, change('300'))).toBe(true);
    expect(lamp.published.map(({ text }) => JSON.parse(text))).toEqual([
      { sleepTime: '200', level: 2, dt },
      { sleepTime: '200', level: 2, dt },
      { sleepTime: '300', dt },
    ]);
    expect(lamp.broker.resources.size).toBe(1);
  });

  it('has its subscription made again when the broker has lost it, and removed when the device is gone', async () => {
    const lamp = await run();
    const { configuration } = lamp.pipeline.commands;
    await configuration.answer(wanted, 'mqtt');
    const id = await subscribed(lamp);
    lamp.broker.wipe();
    expect(await subscribed(lamp)).toBe(id);
    await lamp.pipeline.registry.removeDevice('', 'l1');
    lamp.pipeline.changed(() => false);
    await eventually(() => expect(lamp.broker.resources.size).toBe(0));
    expect(await configuration.tell('', id, change('300'))).toBe(false);
  });

  it('is told by the broker again when it cannot be reached now', async () => {
    const lamp = await run();
    await lamp.pipeline.commands.configuration.answer(wanted, 'mqtt');
    const id = await subscribed(lamp);
    lamp.connection.isAway = true;
    const told = lamp.pipeline.commands.configuration.tell('', id, change('300'));
    await expect(told).rejects.toMatchObject({ name: 'NotNow' });
  });
});
