import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DownlinkAccess, LorawanServer, LorawanUplink } from '../../../iot-agent/measurement.ts';
import { eventually } from '../../support/eventually.ts';
import { changed, type RunningCommands, runCommands, untilStatus } from './running-commands.ts';

/** Something that takes requests, and what it was asked. */
interface Listener {
  readonly url: string;
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
  close(): void;
}

const devEui = '0102030405060708';
const commands = [{ name: 'on', payloadType: 'binaryfromhex', fPort: 2 }] as const;
const closing: { close(): void }[] = [];
let lamp: RunningCommands | undefined;

afterEach(async () => {
  await lamp?.end();
  lamp = undefined;
  for (const one of closing.splice(0)) one.close();
});

async function listener(): Promise<Listener> {
  const requests: Listener['requests'][number][] = [];
  const server = createServer(({ url = '', headers: { authorization } }, response) => {
    requests.push({ path: url, authorization });
    response.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const one = { url: `http://127.0.0.1:${port}`, requests, close: () => server.close() };
  closing.push(one);
  return one;
}

function uplink(server: LorawanServer, downlink: DownlinkAccess): LorawanUplink {
  const origin = { devEui, server, deviceId: 'lamp-1', applicationId: 'city', receivedAt: 1, downlink };
  return { kind: 'lorawan', ...origin, fCnt: 1, fPort: 1, bytes: Uint8Array.of(1), decoded: { power: 1 } };
}

describe('the key of a network server', () => {
  it("of the operator goes to the operator's URL, whatever URL a webhook names", async () => {
    const [operator, stranger] = [await listener(), await listener()];
    const env = { THINGS_STACK_API_URL: operator.url, THINGS_STACK_API_KEY: 'the-key' };
    lamp = await runCommands({ devEui, commands }, { env });
    await lamp.pipeline.receive(uplink('things-stack', { push: `${stranger.url}/push`, apikey: 'theirs' }));
    await lamp.notify({ on: changed('01', 0) });
    await untilStatus(lamp, 'onStatus', 'QUEUED');
    expect(operator.requests).toEqual([
      { path: expect.stringContaining('/api/v3/as/'), authorization: 'Bearer the-key' },
    ]);
    expect(stranger.requests).toEqual([]);
  });

  it('that came with a message goes where the message says', async () => {
    const webhook = await listener();
    lamp = await runCommands({ devEui, commands });
    await lamp.pipeline.receive(uplink('things-stack', { push: `${webhook.url}/push`, apikey: 'theirs' }));
    await lamp.notify({ on: changed('01', 0) });
    await untilStatus(lamp, 'onStatus', 'QUEUED');
    expect(webhook.requests).toEqual([{ path: '/push', authorization: 'Bearer theirs' }]);
  });

  it("of ThingPark's tunnel signs downlinks unless they have one of their own", async () => {
    const operator = await listener();
    const env = { ACTILITY_API_URL: operator.url, ACTILITY_TUNNEL_KEY: 'ABCDEF0123456789ABCDEF0123456789' };
    lamp = await runCommands({ devEui, commands }, { env });
    await lamp.pipeline.receive(uplink('actility', {}));
    await lamp.notify({ on: changed('01', 0) });
    await eventually(() => expect(operator.requests[0]?.path).toContain('&Token='));
  });
});

describe('a downlink', () => {
  it.each([
    ['ThingPark X', 'actility', { topicPrefix: 'acme/' }, `acme/things/${devEui}/downlink`],
    ["Helium's console", 'helium', {}, 'helium/lamp-1/tx'],
    [
      'ChirpStack',
      'chirpstack',
      { topicPrefix: 'eu868/' },
      `eu868/application/city/device/${devEui}/command/down`,
    ],
  ] as const)('goes back by MQTT where %s was heard by it', async (_, server, downlink, topic) => {
    lamp = await runCommands({ devEui, commands });
    await lamp.pipeline.receive(uplink(server, downlink));
    await lamp.notify({ on: changed('01', 0) });
    await untilStatus(lamp, 'onStatus', 'QUEUED');
    expect(lamp.published).toMatchObject([{ topic }]);
  });

  it('of ThingPark that was heard by its webhook needs its URL', async () => {
    lamp = await runCommands({ devEui, commands });
    await lamp.pipeline.receive(uplink('actility', {}));
    await lamp.notify({ on: changed('01', 0) });
    await untilStatus(lamp, 'onStatus', 'ERROR');
    expect(lamp.published).toEqual([]);
  });
});

describe('a device that was registered anew with another DevEUI', () => {
  it('gets its commands once it was heard itself', async () => {
    lamp = await runCommands({ devEui, commands });
    await lamp.pipeline.receive(uplink('things-stack', {}));
    await eventually(() => expect(lamp?.value('power')).toBe(1));
    const { registry } = lamp.pipeline;
    const [record] = await registry.devicesById('', ['l1']);
    if (record === undefined) throw new Error('the lamp is registered');
    const settings = { ...record.settings, devEui: 'FF02030405060708' };
    await registry.replaceDevice({ ...record, settings });
    lamp.pipeline.changed(() => false);
    await lamp.notify({ on: changed('01', 0) });
    await untilStatus(lamp, 'onStatus', 'PENDING');
    await lamp.pipeline.receive({ ...uplink('things-stack', {}), devEui: 'FF02030405060708', fCnt: 2 });
    await untilStatus(lamp, 'onStatus', 'QUEUED');
    expect(lamp.published).toHaveLength(1);
  });
});
