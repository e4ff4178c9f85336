import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { networkServerOf, parseLorawan } from '../../../../iot-agent/transports/lorawan/network-servers.ts';
import { readFixture } from './read-fixture.ts';

const at = Date.UTC(2026, 10, 24, 8) * 1000;
const micros = (text: string): number => Date.parse(text) * 1000;
const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');

const bin = {
  server: 'things-stack',
  devEui: '0004A30B001C0530',
  deviceId: 'bin-17',
  applicationId: 'city',
  receivedAt: micros('2026-02-12T15:15:46.014Z'),
};
const pm = {
  server: 'chirpstack',
  devEui: '0101010101010101',
  deviceId: 'pm-04',
  applicationId: '17c82e96-be03-4f38-aef3-f83d48582d97',
  receivedAt: micros('2026-07-18T09:34:15.775Z') + 23,
};
const pmUplink = {
  kind: 'lorawan',
  fPort: 1,
  fCnt: 42,
  bytes: hex('021b50000f0c25002500270027002701f50107012c012d012d012d67bd618dbd10'),
  decoded: { pm2_5: 3.9 },
  rssi: -36,
  snr: 10.5,
  profile: 'DL-PM',
  tags: { site: 'north' },
};
const pmV3 = { ...pm, applicationId: '1', receivedAt: at };
const loriot = { server: 'loriot', devEui: '01020304050607AB', receivedAt: 1_573_574_479_110_000 };
const counter = { server: 'actility', devEui: '0018B20000000B20', deviceId: 'counter 3' };
const water = { server: 'netmore', devEui: 'A81758FFFE04D854' };
const waterAt = micros('2026-03-14T08:22:36.185Z') + 70;
const helium = {
  server: 'helium',
  devEui: '1C29FBD1D2084E21',
  deviceId: '7c523974-4ce7-4a92-948b-55171a6e4d77',
  receivedAt: 1_773_476_556_185_000,
};
const queueItemId = '5cc5d1f6-27f7-4dd6-8e5c-1b4c6f8d1f10';
const downlink = { kind: 'event', event: 'downlink' };

/** What each recorded message means. */
const meanings: Readonly<Record<string, readonly object[]>> = {
  'things-stack/uplink': [
    {
      kind: 'lorawan',
      ...bin,
      receivedAt: micros('2026-02-12T15:15:45.789Z'),
      fPort: 1,
      fCnt: 42,
      bytes: hex('02012f000304d200010bb1'),
      decoded: { distance: 1234 },
      normalized: [{ air: { temperature: 21.3 } }],
      rssi: -35,
      snr: 5.2,
      location: { latitude: 37.97, longitude: 23.72, altitude: 10 },
      profile: 'decentlab/dl-mbx',
      tags: { site: 'north' },
      batteryLevel: 0.865,
    },
  ],
  'things-stack/mac-only': [
    {
      kind: 'lorawan',
      ...bin,
      receivedAt: micros('2026-02-12T15:15:45.789Z'),
      fCnt: 43,
      bytes: hex(''),
      rssi: -35,
      snr: 0,
    },
  ],
  'things-stack/join': [
    { kind: 'event', ...bin, event: 'join' },
    { ...downlink, ...bin, stage: 'failed', downlinkId: 'cmd:9f3', reason: 'downlink_queue_invalidated' },
  ],
  'things-stack/down-queued': [{ ...downlink, ...bin, stage: 'queued', downlinkId: 'cmd:9f3' }],
  'things-stack/down-sent': [{ ...downlink, ...bin, stage: 'sent', downlinkId: 'cmd:9f3' }],
  'things-stack/down-ack': [{ ...downlink, ...bin, stage: 'acknowledged', downlinkId: 'cmd:9f3' }],
  'things-stack/down-nack': [{ ...downlink, ...bin, stage: 'not-acknowledged', downlinkId: 'cmd:9f3' }],
  'things-stack/down-failed': [
    {
      ...downlink,
      ...bin,
      stage: 'failed',
      downlinkId: 'cmd:9f3',
      reason: 'application_downlink_too_long: application downlink too long',
    },
  ],
  'things-stack/down-invalidated': ['cmd:9f3', 'cmd:9f4'].map((downlinkId) => ({
    ...downlink,
    ...bin,
    stage: 'failed',
    downlinkId,
    reason: 'downlink_queue_invalidated',
  })),
  'things-stack/location-solved': [
    { kind: 'event', ...bin, event: 'location', location: { latitude: 50.99, longitude: 4.55 } },
  ],
  'things-stack/service-data': [
    {
      kind: 'event',
      ...bin,
      event: 'log',
      level: 'info',
      code: 'lora-cloud-device-management',
      description: '{"channel":199,"alarm":"buffer full"}',
    },
  ],

  'chirpstack/up': [{ ...pmUplink, ...pm, deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d' }],
  'chirpstack/join': [{ kind: 'event', ...pm, event: 'join' }],
  'chirpstack/status': [{ kind: 'event', ...pm, event: 'status', batteryLevel: 0.883 }],
  'chirpstack/ack': [{ ...downlink, ...pm, stage: 'acknowledged', downlinkId: queueItemId }],
  'chirpstack/nack': [{ ...downlink, ...pm, stage: 'not-acknowledged', downlinkId: queueItemId }],
  'chirpstack/txack': [{ ...downlink, ...pm, stage: 'sent', downlinkId: queueItemId }],
  'chirpstack/log': [
    {
      kind: 'event',
      ...pm,
      event: 'log',
      level: 'error',
      code: 'UPLINK_MIC',
      description: 'MIC of uplink frame is invalid, make sure keys are correct',
    },
  ],
  'chirpstack/log-expired': [
    {
      kind: 'event',
      ...pm,
      event: 'log',
      level: 'error',
      code: 'EXPIRED',
      description: 'Device queue-item discarded because it has expired',
    },
    {
      ...downlink,
      ...pm,
      stage: 'failed',
      downlinkId: queueItemId,
      reason: 'EXPIRED: Device queue-item discarded because it has expired',
    },
  ],
  'chirpstack/location': [
    { kind: 'event', ...pm, event: 'location', location: { latitude: 50.99, longitude: 4.55, altitude: 8 } },
  ],
  'chirpstack/integration': [],
  'chirpstack/v3-up': [{ ...pmUplink, ...pmV3, receivedAt: pm.receivedAt }],
  'chirpstack/v3-join': [{ kind: 'event', ...pmV3, event: 'join' }],
  'chirpstack/v3-status': [{ kind: 'event', ...pmV3, event: 'status', batteryLevel: 0.5 }],
  'chirpstack/v3-ack': [{ ...downlink, ...pmV3, stage: 'acknowledged' }],
  'chirpstack/v3-nack': [{ ...downlink, ...pmV3, stage: 'not-acknowledged' }],
  'chirpstack/v3-txack': [{ ...downlink, ...pmV3, stage: 'sent' }],
  'chirpstack/v3-error': [
    {
      kind: 'event',
      ...pmV3,
      event: 'log',
      level: 'error',
      code: 'DOWNLINK_PAYLOAD_SIZE',
      description: 'payload exceeds max payload size',
    },
  ],
  'chirpstack/v3-location': [
    {
      kind: 'event',
      ...pmV3,
      event: 'location',
      location: { latitude: 50.99, longitude: 4.55, altitude: 8 },
    },
  ],

  'loriot/gw': [
    {
      kind: 'lorawan',
      ...loriot,
      fPort: 2,
      fCnt: 135,
      bytes: hex('62756d'),
      rssi: -63,
      snr: 10,
      batteryLevel: 0.5,
    },
  ],
  'loriot/rx': [
    { kind: 'lorawan', ...loriot, fPort: 2, fCnt: 135, bytes: hex('62756d'), rssi: -63, snr: 10 },
  ],
  'loriot/rx-encrypted': [
    {
      kind: 'event',
      ...loriot,
      event: 'log',
      level: 'error',
      code: 'ENCRYPTED_PAYLOAD',
      description: 'The payload is encrypted: enter the AppSKey of the device at Loriot.',
    },
  ],
  'loriot/txd': [{ ...downlink, ...loriot, stage: 'sent' }],
  'loriot/tx': [{ ...downlink, ...loriot, receivedAt: at, stage: 'queued' }],
  'loriot/tx-error': [
    { ...downlink, ...loriot, receivedAt: at, stage: 'failed', reason: 'no APPSKEY assigned' },
  ],
  'loriot/rssi': [],

  'actility/uplink': [
    {
      kind: 'lorawan',
      ...counter,
      receivedAt: micros('2026-10-03T13:38:46.882Z'),
      fPort: 2,
      fCnt: 57,
      bytes: hex('62756d'),
      rssi: -80,
      snr: 7,
      location: { latitude: 61.5, longitude: 23.76 },
      profile: 'adeunis/rfDemo',
      tags: { north: '' },
    },
  ],
  'actility/uplink-encrypted': [
    {
      kind: 'event',
      server: 'actility',
      devEui: counter.devEui,
      receivedAt: micros('2026-10-03T13:38:46.882Z'),
      event: 'log',
      level: 'error',
      code: 'ENCRYPTED_PAYLOAD',
      description: 'The payload is encrypted: enter the AppSKey of the device at ThingPark.',
    },
  ],
  'actility/mac-only': [
    {
      kind: 'lorawan',
      server: 'actility',
      devEui: counter.devEui,
      receivedAt: micros('2026-10-03T13:38:46.882Z'),
      fCnt: 59,
      bytes: hex(''),
      rssi: -90,
      snr: 3,
    },
  ],
  'actility/downlink-sent': [
    {
      ...downlink,
      ...counter,
      receivedAt: micros('2026-06-05T12:24:20.787Z'),
      stage: 'sent',
      downlinkId: '5CC5D1F627F74DD6',
    },
  ],
  'actility/downlink-not-sent': [
    {
      ...downlink,
      server: 'actility',
      devEui: counter.devEui,
      receivedAt: micros('2026-06-05T12:24:20.787Z'),
      stage: 'failed',
      downlinkId: '5CC5D1F627F74DD6',
      reason: 'E3, DA',
    },
  ],
  'actility/downlink-rejected': [
    {
      ...downlink,
      server: 'actility',
      devEui: counter.devEui,
      receivedAt: micros('2026-06-05T12:24:20.787Z'),
      stage: 'failed',
      downlinkId: '5CC5D1F627F74DD6',
      reason: 'payload too long',
    },
  ],
  'actility/location': [
    {
      kind: 'event',
      server: 'actility',
      devEui: counter.devEui,
      receivedAt: micros('2026-07-09T14:06:30Z'),
      event: 'location',
      location: { latitude: 50.99, longitude: 4.55, altitude: 8 },
    },
  ],
  'actility/notification-join': [
    { kind: 'event', ...counter, receivedAt: micros('2026-07-09T14:06:38.490Z'), event: 'join' },
  ],
  'actility/notification-reset': [
    {
      kind: 'event',
      ...counter,
      receivedAt: micros('2026-07-09T14:06:38.490Z'),
      event: 'log',
      level: 'info',
      code: 'reset',
      description: 'admin_reset',
    },
  ],
  'actility/notification-battery': [
    {
      kind: 'event',
      ...counter,
      receivedAt: micros('2026-07-09T14:06:38.490Z'),
      event: 'status',
      batteryLevel: 0.5,
    },
  ],
  'actility/multicast-summary': [],

  'netmore/uplink': [
    {
      kind: 'lorawan',
      ...water,
      receivedAt: waterAt,
      fPort: 1,
      fCnt: 1490,
      bytes: hex('b006b800013008e4'),
      rssi: -97,
      snr: -6,
      location: { latitude: 57, longitude: 12 },
      profile: 'tem_lab_14ns',
      tags: { application: 'waterTemp', owner: 'north,south' },
    },
    {
      kind: 'lorawan',
      ...water,
      receivedAt: waterAt + 600_000_000,
      fPort: 1,
      fCnt: 1491,
      bytes: hex('b006b800013008e5'),
      rssi: -60,
      snr: 8.5,
      profile: 'tem_lab_14ns',
    },
  ],
  'netmore/downlink-response': [
    {
      ...downlink,
      ...water,
      receivedAt: micros('2026-03-14T08:22:36Z'),
      stage: 'sent',
      downlinkId: queueItemId,
    },
  ],
  'netmore/downlink-response-error': [
    {
      ...downlink,
      ...water,
      receivedAt: micros('2026-03-14T08:22:36Z'),
      stage: 'failed',
      downlinkId: queueItemId,
      reason: '42: payload too long',
    },
  ],

  'helium/uplink': [
    {
      kind: 'lorawan',
      ...helium,
      downlink: {
        push: 'https://console.helium.com/api/v1/down/897780bc-6980-42c1-a659-30077e8dbcd1/h4IxFDle6biV1ZKmrUJamaXhKjRRF3c-/7c523974-4ce7-4a92-948b-55171a6e4d77',
      },
      fPort: 1,
      fCnt: 19,
      bytes: hex('626d75'),
      decoded: { distance: 1234 },
      deduplicationId: '1f2d3c4b-0000-4000-8000-000000000001',
      rssi: -54,
      snr: 9.8,
      tags: { bins: '' },
    },
  ],
  'helium/join': [{ kind: 'event', ...helium, event: 'join' }],
  'helium/downlink-queued': [{ ...downlink, ...helium, stage: 'queued' }],
  'helium/downlink-ack': [{ ...downlink, ...helium, stage: 'acknowledged' }],
  'helium/downlink-dropped': [{ ...downlink, ...helium, stage: 'failed', reason: 'Payload too big' }],
  'helium/chirpstack-up': [{ ...pmUplink, ...pm, deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d' }],
};

const names = Object.keys(meanings);

function read(message: unknown): unknown {
  const parsed = parseLorawan(message, { at });
  return parsed.kind === 'incoming' ? parsed.incoming : [];
}

/** What a codec made is handed on as it is. */
const handedOn = new Set([
  'decoded_payload',
  'normalized_payload',
  'object',
  'decoded',
  'data',
  'tags',
  'attributes',
]);

/** The value with a member more in each of its objects, except in what is handed on. */
function widened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(widened);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    handedOn.has(name) ? member : widened(member),
  ]);
  return { ...Object.fromEntries(members), somethingNew: { inside: 1 } };
}

describe('the messages of network servers', () => {
  it('are all in the table', () => {
    const files = readdirSync(join(import.meta.dirname, '..', 'fixtures'), {
      recursive: true,
      encoding: 'utf8',
    });
    const recorded = files.filter((file) => file.endsWith('.json')).map((file) => file.replace('.json', ''));
    expect(recorded.sort()).toEqual(names.toSorted());
  });

  it.each(names)('mean what they say, the server told by the shape: %s', (name) => {
    const message = readFixture(name);
    const server = name === 'helium/chirpstack-up' ? 'chirpstack' : name.split('/')[0];
    expect(networkServerOf(message)).toBe(server);
    expect(read(message)).toEqual(meanings[name]);
  });

  it.each(names)('may have members that are not known: %s', (name) => {
    expect(read(widened(readFixture(name)))).toEqual(meanings[name]);
  });

  it.each(names)('may have their whole numbers as text: %s', (name) => {
    const text = JSON.stringify(readFixture(name)).replace(
      /"(f_cnt|f_port|fCnt|fPort|fcnt|port|ts|reported_at|FPort|FCntUp|fCntUp)":(\d+)/g,
      '"$1":"$2"',
    );
    expect(read(JSON.parse(text))).toEqual(meanings[name]);
  });
});
