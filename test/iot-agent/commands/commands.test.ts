import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseNotification } from '../../../iot-agent/commands/parse-notification.ts';
import type { DeviceEvent, LorawanUplink } from '../../../iot-agent/measurement.ts';
import type { DeviceSettings } from '../../../iot-agent/registry/settings.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { eventually } from '../../support/eventually.ts';
import { measure } from '../running-pipeline.ts';
import { changed, lampId, type RunningCommands, runCommands, untilStatus } from './running-commands.ts';

let running: RunningCommands | undefined;

afterEach(async () => {
  await running?.end();
  running = undefined;
});

async function run(...options: Parameters<typeof runCommands>): Promise<RunningCommands> {
  running = await runCommands(...options);
  return running;
}

const devEui = '0102030405060708';
const raw = { payloadType: 'binaryfromhex', fPort: 2 } as const;
const lorawan = {
  devEui,
  commands: [
    { name: 'on', ...raw },
    { name: 'dim', ...raw, mode: 'replace' },
  ],
} as const satisfies Partial<DeviceSettings>;
const plain = { apikey: 'k1', commands: [{ name: 'ping' }] } as const satisfies Partial<DeviceSettings>;

const thingsStack = {
  ...{ devEui, server: 'things-stack', deviceId: 'lamp-1', applicationId: 'city@ttn' },
  receivedAt: 1_790_000_000_000_000,
} as const satisfies Partial<LorawanUplink>;
const uplink: LorawanUplink = {
  kind: 'lorawan',
  ...thingsStack,
  ...{ fCnt: 1, fPort: 1, bytes: Uint8Array.of(1), decoded: { power: 1 } },
};

function event(
  stage: Extract<DeviceEvent, { event: 'downlink' }>['stage'],
  downlinkId: string,
  reason?: string,
): DeviceEvent {
  const why = reason === undefined ? {} : { reason };
  return { kind: 'event', ...thingsStack, event: 'downlink', stage, downlinkId, ...why };
}

interface Downlink {
  readonly frm_payload: string;
  readonly correlation_ids: readonly [string];
}

function downlinksIn({ published }: RunningCommands): { topic: string; downlinks: Downlink[] }[] {
  return published.map(({ topic, text }) => ({
    topic: topic.split('/').at(-1) ?? '',
    downlinks: (JSON.parse(text) as { downlinks: Downlink[] }).downlinks,
  }));
}

async function stateOf({ pipeline }: RunningCommands, index = 0): Promise<unknown> {
  const { commands } = await pipeline.commands.list({ tenant: '', limit: 10, offset: 0 });
  return commands[index]?.state;
}

describe('commands of LoRaWAN devices', () => {
  it('wait until the device is heard, and then go to the network server that heard it', async () => {
    const lamp = await run(lorawan);
    await lamp.notify({ on: changed('0301', 0) });
    await untilStatus(lamp, 'onStatus', 'PENDING');
    expect(lamp.published).toEqual([]);
    await lamp.pipeline.receive(uplink);
    await eventually(() => expect(lamp.published[0]?.topic).toBe('v3/city@ttn/devices/lamp-1/down/push'));
    await untilStatus(lamp, 'on_status', 'QUEUED');
  });

  it('end as ERROR with the name of the error when The Things Stack says that they failed', async () => {
    const lamp = await run(lorawan);
    await lamp.pipeline.receive(uplink);
    await lamp.notify({ on: changed('0301', 0) });
    const id = await eventually(() => {
      const [sent] = downlinksIn(lamp);
      expect(sent?.downlinks[0]?.correlation_ids[0]).toMatch(/^cmd:/);
      return sent?.downlinks[0]?.correlation_ids[0] ?? '';
    });
    await lamp.pipeline.receive(event('failed', id, 'application_downlink_too_long'));
    await untilStatus(lamp, 'onStatus', 'ERROR');
    expect(lamp.value('on_info')).toBe('application_downlink_too_long');
  });

  it('of mode replace take the place of an older value, and what else was queued is sent anew', async () => {
    const lamp = await run(lorawan);
    await lamp.pipeline.receive(uplink);
    await lamp.notify({ dim: changed('10', 0) });
    await eventually(() => expect(lamp.published).toHaveLength(1));
    await lamp.notify({ on: changed('01', 10) });
    await eventually(() => expect(lamp.published).toHaveLength(2));
    await untilStatus(lamp, 'onStatus', 'QUEUED');
    await lamp.notify({ dim: changed('20', 20) });
    await eventually(() => expect(lamp.published).toHaveLength(4));
    const sent = downlinksIn(lamp).map(({ topic, downlinks }) => [topic, downlinks[0]?.frm_payload]);
    expect(sent).toEqual([
      ['push', 'EA=='],
      ['push', 'AQ=='],
      ['replace', 'AQ=='],
      ['push', 'IA=='],
    ]);
    expect((await lamp.pipeline.commands.counts()).get('EXPIRED')).toBe(1);
  });

  it('that are too late are ended, and taken out of the queue of the network server', async () => {
    const clock = fakeClock(Date.UTC(2026, 10, 25, 12) * 1000);
    const lamp = await run(lorawan, { clock });
    await lamp.pipeline.receive(uplink);
    await lamp.notify({ on: changed('01', 0, { ttl: { type: 'Property', value: 'PT10S' } }) });
    await untilStatus(lamp, 'onStatus', 'QUEUED');
    clock.advance(11_000_000);
    await untilStatus(lamp, 'onStatus', 'EXPIRED');
    await eventually(() => expect(downlinksIn(lamp)[1]).toEqual({ topic: 'replace', downlinks: [] }));
  });

  it('can be cancelled while they are in a queue that can be emptied', async () => {
    const lamp = await run(lorawan);
    await lamp.pipeline.receive(uplink);
    await lamp.notify({ on: changed('01', 0) });
    await untilStatus(lamp, 'onStatus', 'QUEUED');
    const [command] = (await lamp.pipeline.commands.list({ tenant: '', limit: 1, offset: 0 })).commands;
    expect(await lamp.pipeline.commands.cancel('', command?.id ?? '')).toBe('cancelled');
    await untilStatus(lamp, 'onStatus', 'EXPIRED');
    await eventually(() => expect(downlinksIn(lamp)[1]).toEqual({ topic: 'replace', downlinks: [] }));
  });

  it('with a value that cannot be encoded end as ERROR and say why', async () => {
    const lamp = await run(lorawan);
    await lamp.pipeline.receive(uplink);
    await lamp.notify({ on: changed('on', 0) });
    await untilStatus(lamp, 'onStatus', 'ERROR');
    expect(lamp.value('on_info')).toContain('hexadecimal');
    expect(lamp.pipeline.deviceLog.list('\nl1')).toMatchObject([
      { source: 'command', level: 'error', message: expect.stringContaining('hexadecimal') },
    ]);
  });

  it('are not moved on by an event of another device', async () => {
    const lamp = await run(lorawan);
    await lamp.pipeline.registry.addDevices([
      {
        tenant: '',
        servicePath: '/',
        settings: {
          device_id: 'l2',
          devEui: 'FF02030405060708',
          entity_type: 'Lamp',
          entity_name: 'urn:x:l2',
        },
      },
    ]);
    await lamp.pipeline.receive(uplink);
    await lamp.notify({ on: changed('01', 0) });
    await untilStatus(lamp, 'onStatus', 'QUEUED');
    const id = downlinksIn(lamp)[0]?.downlinks[0]?.correlation_ids[0] ?? '';
    await lamp.pipeline.receive({ ...event('acknowledged', id), devEui: 'FF02030405060708' });
    await lamp.pipeline.receive(event('sent', id));
    await untilStatus(lamp, 'onStatus', 'SENT');
    expect(await stateOf(lamp)).toBe('SENT');
  });
});

describe('commands of plain devices', () => {
  it('are published as IoT-Agent-JSON does, and the answer is their result', async () => {
    const device = await run(plain);
    await device.notify({ ping: changed({ data: '22' }, 0) });
    await untilStatus(device, 'pingStatus', 'SENT');
    expect(device.published).toEqual([
      { topic: '/k1/l1/cmd', text: '{"ping":{"data":"22"}}', options: { qos: 1, retain: false } },
    ]);
    const answer = { apikey: 'k1', deviceId: 'l1', results: { ping: '1234567890' }, receivedAt: 0 };
    await device.pipeline.receive({ kind: 'command-results', ...answer });
    await untilStatus(device, 'ping_status', 'OK');
    expect(device.value('ping_info')).toBe('1234567890');
  });

  it('are published as UltraLight does', async () => {
    const device = await run({ ...plain, protocol: 'PDI-IoTA-UltraLight', commands: [{ name: 'turn' }] });
    await device.notify({ turn: changed('left', 0) });
    await untilStatus(device, 'turnStatus', 'SENT');
    await device.notify({ turn: changed({ angle: 90, fast: true }, 10) });
    await eventually(() =>
      expect(device.published.map(({ text }) => text)).toEqual([
        'l1@turn|left',
        'l1@turn|angle=90|fast=true',
      ]),
    );
  });

  it('go out in their order, also after the MQTT broker was away', async () => {
    const device = await run(plain);
    device.connection.isAway = true;
    for (const value of [1, 2, 3]) await device.notify({ ping: changed(value, value * 10) });
    await untilStatus(device, 'pingStatus', 'PENDING');
    device.connection.isAway = false;
    await eventually(() =>
      expect(device.published.map(({ text }) => text)).toEqual(['{"ping":1}', '{"ping":2}', '{"ping":3}']),
    );
  });

  it('go out as soon as the device listens', async () => {
    const device = await run(plain);
    // With the pauses between tries that fail, it would take a minute.
    device.silence.left = 8;
    await device.notify({ ping: changed(1, 0) });
    await eventually(() => expect(device.published.map(({ text }) => text)).toEqual(['{"ping":1}']));
  });

  it('that cannot be sent now are told of in the log without their value', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const device = await run(plain, { log: createLogger({ name: 'test', level: 'debug', destination }) });
    device.connection.isAway = true;
    await device.notify({ ping: changed('door-code-4711', 0) });
    await eventually(() => expect(lines.join('')).toContain('a command could not be sent'));
    expect(lines.join('')).not.toContain('door-code-4711');
  });

  it('without a transport wait for a device that is heard by HTTP, and go out to one that is heard by MQTT', async () => {
    const device = await run(plain);
    const { pipeline } = device;
    const heard = async (second: number, by: object): Promise<void> => {
      await pipeline.receive({ ...measure('k1', 'l1', { level: second }, second), ...by });
      await eventually(() => expect(device.value('level')).toBe(second));
    };
    await heard(1, { byHttp: true });
    await device.notify({ ping: changed(1, 0) });
    await untilStatus(device, 'pingStatus', 'PENDING');
    const polled = await pipeline.commands.poll('k1', 'l1');
    expect(polled.map(({ name, value }) => [name, value])).toEqual([['ping', 1]]);
    expect(device.published).toEqual([]);
    await heard(2, {});
    await device.notify({ ping: changed(2, 10) });
    await eventually(() => expect(device.published.map(({ text }) => text)).toEqual(['{"ping":2}']));
  });

  it('wait for a device that asks for them, of each name one at a time', async () => {
    const device = await run({ apikey: 'k1', polling: true, commands: [{ name: 'turn' }, { name: 'move' }] });
    await device.notify({ turn: changed('left', 0) });
    await device.notify({ turn: changed('right', 10) });
    await device.notify({ move: changed(20, 20) });
    const { commands } = device.pipeline;
    expect(await commands.poll('other', 'l1')).toEqual([]);
    const named = async () => (await commands.poll('k1', 'l1')).map(({ name, value }) => [name, value]);
    expect(await named()).toEqual([
      ['turn', 'left'],
      ['move', 20],
    ]);
    await untilStatus(device, 'moveStatus', 'DELIVERED');
    expect(await named()).toEqual([['turn', 'right']]);
    expect(await named()).toEqual([]);
    await untilStatus(device, 'turnStatus', 'DELIVERED');
  });

  it("do not reach another tenant's device of the same id under the apikey of that tenant's group", async () => {
    const device = await run(plain);
    const theirs = { apikey: 'k1', entity_type: 'Lamp' };
    await device.pipeline.registry.addGroups([{ tenant: 'other', servicePath: '/', settings: theirs }]);
    await device.notify({ ping: changed(1, 0) });
    await untilStatus(device, 'pingStatus', 'ERROR');
    expect(device.published).toEqual([]);
    expect(await device.pipeline.commands.poll('k1', 'l1')).toEqual([]);
  });

  it.each([
    [302, '', 'ERROR', 'the device answers 302'],
    [500, 'broken', 'ERROR', 'the device answers 500: broken'],
    [200, 'l1@ping|ok', 'OK', 'ok'],
    [200, '', 'DELIVERED', 'DELIVERED'],
  ])('at an endpoint that answers %s %j become %s', async (status, text, state, info) => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status, { location: '/elsewhere' }).end(text));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const device = await run({ ...plain, transport: 'HTTP', endpoint });
      await device.notify({ ping: changed(1, 0) });
      await untilStatus(device, 'pingStatus', state);
      expect(String(device.value('ping_info')).trim()).toMatch(new RegExp(`^${info.replace('|', '.')}`));
    } finally {
      server.close();
    }
  });

  it('whose headers HTTP does not have end as ERROR', async () => {
    const commands = [{ name: 'ping', headers: { 'X-Bad': 'a\nb' } }];
    const device = await run({ apikey: 'k1', transport: 'HTTP', endpoint: 'http://127.0.0.1:9/', commands });
    await device.notify({ ping: changed(1, 0) });
    await untilStatus(device, 'pingStatus', 'ERROR');
    expect(device.value('ping_info')).toContain('headers');
  });

  it('are posted to an endpoint, whose answer is the result', async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url} ${request.headers['x-device']}`);
      request.resume().on('end', () => response.end('{"ping":"pong"}'));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const endpoint = `'http://127.0.0.1:${port}/' + id`;
      const commands = [{ name: 'ping', headers: { 'X-Device': 'id' } }];
      const device = await run({ apikey: 'k1', transport: 'HTTP', endpoint, commands });
      await device.notify({ ping: changed(1, 0) });
      await untilStatus(device, 'pingStatus', 'OK');
      expect(device.value('ping_info')).toBe('pong');
      expect(requests).toEqual(['POST /l1 l1']);
    } finally {
      server.close();
    }
  });
});

describe('telling of a change', () => {
  it('to the value that it had gives the command once more, the same notification twice does not', async () => {
    const device = await run({
      apikey: 'k1',
      transport: 'MQTT',
      commands: [{ name: 'ping' }, { name: 'move' }],
    });
    await device.notify({ ping: changed(1, 0), move: changed(5, 0) });
    await eventually(() => expect(device.published).toHaveLength(2));
    const data = [
      {
        id: lampId,
        type: 'Lamp',
        ping: changed(1, 0, { previousValue: 1 }),
        move: changed(5, 0),
      },
    ];
    const again = parseNotification({ id: 'urn:n:again', type: 'Notification', data });
    await device.pipeline.commands.accept('', again);
    await device.pipeline.commands.accept('', again);
    await device.notify({ move: changed(6, 20) });
    await eventually(() =>
      expect(device.published.map(({ text }) => text).slice(2)).toEqual(['{"ping":1}', '{"move":6}']),
    );
  });

  it('twice makes one command', async () => {
    const device = await run(plain);
    await device.notify({ ping: changed(1, 0) });
    await device.notify({ ping: changed(1, 0) });
    await device.notify({ ping: changed(2, 10, { commandId: { type: 'Property', value: 'c2' } }) });
    await device.notify({ ping: changed(2, 20, { commandId: { type: 'Property', value: 'c2' } }) });
    await eventually(() => expect(device.published).toHaveLength(2));
    await untilStatus(device, 'pingStatus', 'SENT');
    expect((await device.pipeline.commands.counts()).get('SENT')).toBe(2);
  });

  it('does not repeat what else was changed long before', async () => {
    const device = await run({ apikey: 'k1', commands: [{ name: 'on' }, { name: 'dim' }] });
    await device.notify({ on: changed(true, 30), dim: changed(0.5, 0) });
    await untilStatus(device, 'onStatus', 'SENT');
    expect(device.published.map(({ text }) => text)).toEqual(['{"on":true}']);
    expect(device.value('dimStatus')).toBeUndefined();
  });

  it('of a broker that gives no times means what differs from the last command', async () => {
    const device = await run({ apikey: 'k1', commands: [{ name: 'on' }, { name: 'dim' }] });
    const property = (value: boolean | number) => ({ type: 'Property', value });
    await device.notify({ on: property(true), dim: property(0.5) });
    await device.notify({ on: property(true), dim: property(0.7) });
    await untilStatus(device, 'dimStatus', 'SENT');
    expect(device.published.map(({ text }) => text)).toEqual(['{"on":true}', '{"dim":0.5}', '{"dim":0.7}']);
  });

  it.each([
    ['without an id', { type: 'Notification' }],
    ['with an empty one', { id: '', type: 'Notification' }],
  ])('%s and without times is not taken for one that was told before', async (_case, notification) => {
    const device = await run(plain);
    for (const value of [1, 2, 1]) {
      const data = [{ id: lampId, type: 'Lamp', ping: { type: 'Property', value } }];
      await device.pipeline.commands.accept('', parseNotification({ ...notification, data }));
    }
    await eventually(() =>
      expect(device.published.map(({ text }) => text)).toEqual(['{"ping":1}', '{"ping":2}', '{"ping":1}']),
    );
  });

  it('of two values in one moment is two commands', async () => {
    const device = await run(plain);
    await device.notify({ ping: changed(1, 0) });
    await device.notify({ ping: changed(2, 0) });
    await eventually(() =>
      expect(device.published.map(({ text }) => text)).toEqual(['{"ping":1}', '{"ping":2}']),
    );
  });

  it.each(['https://uri.etsi.org/ngsi-ld/default-context/ping', 'https://city.example/terms#ping'])(
    'by its full name %s is the command, whose status has the short one',
    async (name) => {
      const device = await run(plain);
      await device.notify({ [name]: changed(1, 0), '@context': 'https://city.example/context.jsonld' });
      await untilStatus(device, 'pingStatus', 'SENT');
      expect(device.published.map(({ text }) => text)).toEqual(['{"ping":1}']);
    },
  );

  it('of one Entity need not be a list', async () => {
    const device = await run(plain);
    const data = { id: lampId, type: 'Lamp', ping: changed(1, 0) };
    const notification = parseNotification({ id: 'urn:n:1', type: 'Notification', data });
    expect(await device.pipeline.commands.accept('', notification)).toEqual({ commands: 1 });
  });

  it('of what there was long before a subscription is no command', async () => {
    const device = await run(plain);
    await device.notify({ ping: changed(1, -8 * 86_400) });
    expect((await device.pipeline.commands.counts()).size).toBe(0);
  });

  it('of ten thousand Entities at once makes a command of each that is a device', async () => {
    const device = await run(plain);
    const entity = (index: number) => ({ id: index === 7000 ? lampId : `urn:x:y:${index}`, type: 'Lamp' });
    const data = Array.from({ length: 10_000 }, (_, index) => ({ ...entity(index), ping: changed(1, 0) }));
    const parsed = parseNotification({ id: 'n', type: 'Notification', data });
    expect(await device.pipeline.commands.accept('', parsed)).toEqual({ commands: 1 });
    await untilStatus(device, 'pingStatus', 'SENT');
  });

  it('of null, or of Entities without such a device, is nothing', async () => {
    const device = await run(plain);
    await device.notify({ ping: changed('urn:ngsi-ld:null', 0), pong: changed(1, 0) });
    expect((await device.pipeline.commands.list({ tenant: '', limit: 1, offset: 0 })).count).toBe(0);
  });
});

describe('a measure by the name of a command', () => {
  it('is not written, because it would come back as the command', async () => {
    const device = await run(plain);
    const about = { apikey: 'k1', deviceId: 'l1', observedAt: 1_790_000_000_000_000 };
    await device.pipeline.receive({ kind: 'plain', ...about, values: { ping: 1, level: 2 } });
    await eventually(() => expect(device.value('level')).toBe(2));
    expect(device.value('ping')).toBeUndefined();
    await eventually(() =>
      expect(device.pipeline.deviceLog.list('\nl1')).toMatchObject([
        { source: 'mapping', message: expect.stringContaining('ping is a command') },
      ]),
    );
  });
});

describe('statuses', () => {
  it('wait while the broker is away, and the last one of each command arrives', async () => {
    const device = await run(plain);
    device.broker.behave(({ url }) => (url.includes('/entityOperations/') ? { status: 503 } : undefined));
    await device.notify({ ping: changed(1, 0) });
    await eventually(() => expect(device.published).toHaveLength(1));
    expect(device.value('pingStatus')).toBeUndefined();
    device.broker.recover();
    await untilStatus(device, 'pingStatus', 'SENT');
    expect(device.broker.upserts.map((entity) => entity['ping'])).not.toContain(1);
  });

  it('have the names that the settings say, and make no Entity', async () => {
    const device = await run(plain, { env: { COMMAND_STATUS_NAMES: 'camel' } });
    device.broker.wipe();
    await device.notify({ ping: changed(1, 0) });
    await eventually(() => expect(device.published).toHaveLength(1));
    await eventually(() =>
      expect(device.broker.requests.filter(({ url }) => url.includes('update')).length).toBeGreaterThan(0),
    );
    expect(device.broker.upserts).toEqual([]);
  });
});
