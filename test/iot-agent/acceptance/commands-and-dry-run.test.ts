import { beforeEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { eventually } from '../../support/eventually.ts';
import { hex } from '../hex.ts';
import { DL_PM } from '../uplink-messages.ts';
import { runningAgent } from './running-agent.ts';

const running = runningAgent();
const { ask, register, uplink } = running;

const DEV_EUI = '0101010101010101';
const LAMP = 'urn:ngsi-ld:Lamp:l1';
const applicationId = '17c8f2a4-0000-4000-8000-000000000001';
const raw = { payloadType: 'binaryfromhex', fPort: 2 };
const lamp = { device_id: 'l1', entity_type: 'Lamp', entity_name: LAMP };

interface Downlink {
  readonly id: string;
  readonly devEui: string;
  readonly fPort: number;
  readonly data: string;
  readonly confirmed: boolean;
}

let published: { readonly topic: string; readonly message: unknown }[];
let notified: number;

beforeEach(() => {
  published = [];
  notified = 0;
  running.broker.put({ id: LAMP, type: 'Lamp' });
  const http = new Agent();
  running.agent.pipeline.commands.start({
    publisher: {
      publish: async (_connection, topic, payload) => {
        published.push({ topic, message: JSON.parse(Buffer.from(payload).toString('utf8')) });
      },
    },
    ...{ deviceHttp: http, serverHttp: http },
    address: { baseUrl: running.agent.configUrl, secret: 'notify-secret' },
  });
});

/** The broker tells that the attributes of the lamp were changed. */
async function change(attributes: object): Promise<void> {
  notified += 1;
  const modifiedAt = new Date(Date.now() + notified * 10_000).toISOString();
  const changed = Object.entries(attributes).map(([name, attribute]) => [
    name,
    { type: 'Property', modifiedAt, ...attribute },
  ]);
  const data = [{ id: LAMP, type: 'Lamp', ...Object.fromEntries(changed) }];
  await ask('POST', '/iot/notify/notify-secret', { id: `urn:n:${notified}`, type: 'Notification', data });
}

const webhook = async (path: string, body: object): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  const url = `${running.agent.deviceUrl}/webhooks/${path}`;
  expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status).toBe(204);
};
const deviceInfo = { applicationId, devEui: DEV_EUI, deviceName: 'l1' };
const event = (name: string, body: object): Promise<void> =>
  webhook(`chirpstack?event=${name}`, { time: new Date().toISOString(), deviceInfo, ...body });
const heard = (): Promise<void> => uplink(DEV_EUI, '00', { deviceInfo });
const downlinks = (): readonly Downlink[] => published.map(({ message }) => message as Downlink);
const nextDownlink = (index = 0): Promise<Downlink> =>
  eventually(() => {
    const downlink = downlinks()[index];
    if (downlink === undefined) throw new Error('nothing is published yet');
    return downlink;
  });
const until = (name: string, value: unknown): Promise<void> =>
  eventually(() => expect(running.broker.entity(LAMP)?.[name]).toMatchObject({ value }));

describe('row 18: a change of the lamp', () => {
  const on = { ...lamp, commands: [{ name: 'on', ...raw, confirmed: true }] };

  it.each([
    [{ acknowledged: true }, 'OK', 'OK'],
    [{}, 'ERROR', 'the device did not acknowledge it'],
  ])(
    'row 18: is a downlink of ChirpStack with our id, and its ack %j makes it %s',
    async (ack, state, info) => {
      await register(DEV_EUI, on);
      await heard();
      await change({ on: { value: '030111' } });
      const { id, ...downlink } = await nextDownlink();
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      expect(downlink).toEqual({ devEui: DEV_EUI, fPort: 2, confirmed: true, data: 'AwER' });
      expect(published[0]?.topic).toBe(`application/${applicationId}/device/${DEV_EUI}/command/down`);
      await until('onStatus', 'QUEUED');
      await event('txack', { downlinkId: 7, queueItemId: id, fCntDown: 3 });
      await until('onStatus', 'SENT');
      await event('ack', { deduplicationId: 'a1', queueItemId: id, fCntDown: 3, ...ack });
      await until('onStatus', state);
      await until('on_status', state);
      await until('on_info', info);
    },
  );

  it('row 18: that The Things Stack fails is an ERROR with its name', async () => {
    await register(DEV_EUI, on);
    const end_device_ids = {
      ...{ device_id: 'l1', dev_eui: DEV_EUI },
      application_ids: { application_id: 'city' },
    };
    const received_at = new Date().toISOString();
    await webhook('things-stack', {
      end_device_ids,
      received_at,
      uplink_message: { f_port: 1, f_cnt: 1, frm_payload: 'AA==', received_at },
    });
    await change({ on: { value: '0301' } });
    const told = (await nextDownlink()) as unknown as { downlinks: { correlation_ids: string[] }[] };
    await webhook('things-stack', {
      end_device_ids,
      received_at,
      downlink_failed: {
        downlink: { f_port: 2, frm_payload: 'AwE=', correlation_ids: told.downlinks[0]?.correlation_ids },
        error: { namespace: 'pkg/networkserver', name: 'application_downlink_too_long', code: 3 },
      },
    });
    await until('onStatus', 'ERROR');
    await until('on_info', 'application_downlink_too_long');
  });
});

describe('row 19: a command', () => {
  it('row 19: has its own port, confirmation and time to live, and is made by the codec of the device', async () => {
    const script =
      'function encodeDownlink(i) { return { bytes: [3, i.data.on ? 1 : 0], fPort: 9 } } function decodeUplink() { return { data: {} } }';
    await ask('PUT', '/iot/codecs/relay', script);
    await register(DEV_EUI, {
      ...lamp,
      codec: 'relay',
      commands: [
        { name: 'on', confirmed: true, ttl: 'PT15M' },
        { name: 'dim', ...raw, fPort: 4, ttl: 0 },
      ],
    });
    await heard();
    await change({ on: { value: true } });
    expect(await nextDownlink()).toMatchObject({ fPort: 9, confirmed: true, data: 'AwE=' });
    await change({ dim: { value: '05' } });
    await until('dimStatus', 'EXPIRED');
    expect(published).toHaveLength(1);
    const { commands } = (await ask('GET', '/iot/devices/l1/commands')) as {
      commands: { name: string; created: string; expires: string }[];
    };
    const told = commands.find(({ name }) => name === 'on');
    expect(Date.parse(told?.expires ?? '') - Date.parse(told?.created ?? '')).toBe(15 * 60_000);
  });

  it('row 19: of a device that asks by HTTP waits for its question, and its answer is the result', async () => {
    await ask('POST', '/iot/devices', {
      devices: [{ ...lamp, apikey: 'k1', polling: true, commands: [{ name: 'on' }] }],
    });
    await change({ on: { value: true } });
    await until('onStatus', 'PENDING');
    const url = `${running.agent.deviceUrl}/iot/json`;
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: '{}' };
    const asked = await fetch(`${url}?k=k1&i=l1&getCmd=1`, sent);
    expect(await asked.json()).toEqual({ on: true });
    await until('onStatus', 'DELIVERED');
    await fetch(`${url}/commands?k=k1&i=l1`, { ...sent, body: '{"on": "lit"}' });
    await until('onStatus', 'OK');
    await until('on_info', 'lit');
  });
});

describe('row 21: a dry run', () => {
  it.each([
    ['hexadecimal digits and a model', { model: 'decentlab/dl-pm', bytes: DL_PM, fPort: 1 }],
    [
      'a message of a network server',
      {
        model: 'decentlab/dl-pm',
        message: {
          ...{ time: '2026-07-18T09:34:15Z', deviceInfo, fCnt: 42, fPort: 1 },
          data: Buffer.from(hex(DL_PM)).toString('base64'),
        },
      },
    ],
  ])(
    'row 21: of %s tells what was decoded, the entities and what they lack, and writes nothing',
    async (_of, body) => {
      const told = (await ask('POST', '/iot/test', body)) as Record<string, readonly object[]>;
      expect(told['errors']).toEqual([]);
      expect(told['decoded']).toMatchObject({ pm1: 3.7, pressure: 96_800 });
      expect(told['measurements']).toMatchObject({ pm1: { value: 3.7, unit: 'µg/m³' } });
      expect(told['entities']).toMatchObject([
        {
          type: 'AirQualityObserved',
          pm25: { value: 3.9, unitCode: 'GQ' },
          temperature: { value: 24.36 },
          relativeHumidity: { value: 0.4163 },
        },
      ]);
      expect(told['violations']).toEqual([expect.objectContaining({ attribute: 'location' })]);
      expect(running.broker.upserts).toEqual([]);
      expect(await ask('GET', '/iot/devices')).toMatchObject({ count: 0 });
      expect(await ask('GET', '/iot/quarantine')).toMatchObject({ count: 0 });
    },
  );
});
