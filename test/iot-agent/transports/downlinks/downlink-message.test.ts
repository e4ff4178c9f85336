import { describe, expect, it } from '@jest/globals';
import { downlinkMessage } from '../../../../iot-agent/transports/downlinks/downlink-message.ts';
import type { DownlinkRequest } from '../../../../iot-agent/transports/downlinks/downlink-request.ts';

const id = '5cc5d1f6-27f7-4dd6-8e5c-1b4c6f8d1f10';
const uuid = '17c82e96-be03-4f38-aef3-f83d48582d97';
const common = {
  devEui: '0101010101010A0B',
  deviceId: 'lamp-1',
  applicationId: uuid,
  id,
  fPort: 15,
  bytes: Buffer.from('beef', 'hex'),
  confirmed: true,
  mode: 'push',
  by: 'mqtt',
  now: Date.UTC(2026, 10, 24, 8) * 1000,
} as const satisfies DownlinkRequest;
const object = { on: true };
const { bytes: _bytes, ...withoutBytes } = common;
const asObject = { ...withoutBytes, object };

/** The message with the JSON text in it read. */
function message(...[server, request]: Parameters<typeof downlinkMessage>) {
  const made = downlinkMessage(server, request);
  if (made.kind === 'mqtt') return { ...made, payload: JSON.parse(made.payload) };
  return { ...made, body: made.body === '' ? '' : JSON.parse(made.body) };
}

describe('downlinkMessage for The Things Stack', () => {
  const item = {
    f_port: 15,
    frm_payload: 'vu8=',
    priority: 'NORMAL',
    confirmed: true,
    correlation_ids: [`cmd:${id}`],
  };
  const request = { ...common, applicationId: 'city@ttn' };

  it('publishes below the application with its tenant', () => {
    expect(message('things-stack', request)).toEqual({
      kind: 'mqtt',
      downlinkId: `cmd:${id}`,
      topic: 'v3/city@ttn/devices/lamp-1/down/push',
      payload: { downlinks: [item] },
    });
    expect(message('things-stack', { ...request, mode: 'replace' })).toMatchObject({
      topic: 'v3/city@ttn/devices/lamp-1/down/replace',
    });
  });

  it('posts to where the webhook said, with its key', () => {
    const downlink = { push: 'https://eu1/push', replace: 'https://eu1/replace', apikey: 'NNSXS.1' };
    const made = message('things-stack', { ...request, by: 'http', downlink });
    expect(made).toEqual({
      kind: 'http',
      downlinkId: `cmd:${id}`,
      method: 'POST',
      path: 'https://eu1/push',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer NNSXS.1' },
      body: { downlinks: [item] },
    });
    expect(message('things-stack', { ...request, by: 'http', mode: 'replace', downlink })).toMatchObject({
      path: 'https://eu1/replace',
    });
  });

  it('posts to the path of the application without its tenant when no webhook said where', () => {
    expect(message('things-stack', { ...request, by: 'http' })).toMatchObject({
      path: '/api/v3/as/applications/city/webhooks/carillon/devices/lamp-1/down/push',
      headers: { 'Content-Type': 'application/json' },
    });
  });

  it('hands an object to its codec, and a time to its scheduler', () => {
    const absoluteTime = '2026-11-24T09:00:00Z';
    expect(message('things-stack', { ...asObject, absoluteTime })).toMatchObject({
      payload: { downlinks: [{ decoded_payload: object, class_b_c: { absolute_time: absoluteTime } }] },
    });
  });
});

describe('downlinkMessage for ChirpStack', () => {
  const item = { confirmed: true, fPort: 15, data: 'vu8=' };

  it('publishes with the id that its events bear as queueItemId', () => {
    expect(message('chirpstack', common)).toEqual({
      kind: 'mqtt',
      downlinkId: id,
      topic: `application/${uuid}/device/0101010101010a0b/command/down`,
      payload: { id, devEui: '0101010101010a0b', ...item },
    });
    expect(message('chirpstack', { ...common, downlink: { topicPrefix: 'eu868/' } })).toMatchObject({
      topic: `eu868/application/${uuid}/device/0101010101010a0b/command/down`,
    });
  });

  it('posts to the queue, which it empties first to replace it', () => {
    const path = '/api/devices/0101010101010a0b/queue';
    expect(message('chirpstack', { ...common, by: 'http', downlink: { apikey: 'k' } })).toEqual({
      kind: 'http',
      downlinkId: id,
      method: 'POST',
      path,
      headers: { 'Content-Type': 'application/json', 'Grpc-Metadata-Authorization': 'Bearer k' },
      body: { queueItem: { id, ...item } },
    });
    expect(message('chirpstack', { ...common, by: 'http', mode: 'replace' })).toMatchObject({
      before: { method: 'DELETE', path },
    });
  });

  it('speaks as v3 does to an application with a number', () => {
    const request = { ...common, applicationId: '12' };
    expect(message('chirpstack', request)).toEqual({
      kind: 'mqtt',
      topic: 'application/12/device/0101010101010a0b/command/down',
      payload: item,
    });
    expect(message('chirpstack', { ...request, by: 'http' })).toMatchObject({
      body: { deviceQueueItem: { ...item, devEUI: '0101010101010a0b' } },
    });
  });

  it('hands an object to its codec, v3 as text', () => {
    expect(message('chirpstack', asObject)).toMatchObject({ payload: { object } });
    expect(message('chirpstack', { ...asObject, applicationId: '12' })).toMatchObject({
      payload: { jsonObject: '{"on":true}' },
    });
  });
});

describe('downlinkMessage for the others', () => {
  it('posts to Loriot', () => {
    const request = { ...common, by: 'http', applicationId: 'BE7A0001', downlink: { apikey: 'k' } } as const;
    expect(message('loriot', request)).toEqual({
      kind: 'http',
      method: 'POST',
      path: '/1/rest',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer k' },
      body: {
        cmd: 'tx',
        EUI: '0101010101010A0B',
        port: 15,
        confirmed: true,
        data: 'beef',
        appid: 'BE7A0001',
      },
    });
  });

  it('posts to ThingPark, signed when the key is known', () => {
    const unsigned =
      '/thingpark/lrc/rest/downlink?DevEUI=0101010101010A0B&FPort=15&Payload=beef&Confirmed=1&FlushDownlinkQueue=0&CorrelationID=5CC5D1F627F74DD6';
    expect(message('actility', { ...common, by: 'http' })).toEqual({
      kind: 'http',
      downlinkId: '5CC5D1F627F74DD6',
      method: 'POST',
      path: unsigned,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: '',
    });
    const signed = {
      ...common,
      by: 'http',
      applicationId: 'app1.sample.com',
      downlink: { apikey: '00ff' },
    } as const;
    expect(downlinkMessage('actility', { ...signed, validity: 60, mode: 'replace' })).toMatchObject({
      path: expect.stringMatching(
        /FlushDownlinkQueue=1&CorrelationID=\w{16}&ValidityTime=2026-11-24T08%3A01%3A00.000Z&AS_ID=app1.sample.com&Time=2026-11-24T08%3A00%3A00.000Z&Token=[0-9a-f]{64}$/,
      ),
    });
  });

  it('publishes to ThingPark X below the account of the uplinks', () => {
    expect(message('actility', { ...common, downlink: { topicPrefix: 'city/' } })).toEqual({
      kind: 'mqtt',
      downlinkId: '5CC5D1F627F74DD6',
      topic: 'city/things/0101010101010A0B/downlink',
      payload: {
        DevEUI_downlink: {
          Time: '2026-11-24T08:00:00.000Z',
          DevEUI: '0101010101010A0B',
          FPort: 15,
          payload_hex: 'beef',
          Confirmed: '1',
          FlushDownlinkQueue: '0',
          CorrelationID: '5CC5D1F627F74DD6',
        },
      },
    });
  });

  it('posts to Netmore, after emptying the queue to replace it', () => {
    const path = '/rest/net/sensors/0101010101010a0b/downlink';
    expect(message('netmore', { ...common, by: 'http', mode: 'replace', downlink: { apikey: 'k' } })).toEqual(
      {
        kind: 'http',
        downlinkId: id,
        method: 'POST',
        path: `${path}?fPort=15&payloadHex=beef&confirmed=true&validity=3600&requestId=${id}`,
        headers: { 'Content-Type': 'application/json', Authorization: 'Bearer k' },
        body: '',
        before: { method: 'POST', path: `${path}/clear` },
      },
    );
  });

  it('posts to the downlink_url of Helium, or publishes', () => {
    const payload = { payload_raw: 'vu8=', port: 15, confirmed: true };
    const push = 'https://console.helium.com/api/v1/down/1/key/2';
    expect(message('helium', { ...common, by: 'http', downlink: { push } })).toEqual({
      kind: 'http',
      method: 'POST',
      path: push,
      headers: { 'Content-Type': 'application/json' },
      body: payload,
    });
    expect(message('helium', common)).toEqual({ kind: 'mqtt', topic: 'helium/lamp-1/tx', payload });
  });

  it.each(['loriot', 'actility', 'netmore', 'helium'] as const)(
    'refuses an object for %s, which has no codec',
    (server) => {
      const request = { ...asObject, by: 'http' } as const;
      expect(() => downlinkMessage(server, request)).toThrow(
        /takes bytes alone: give the device a model or codec/,
      );
    },
  );

  it.each([
    ['things-stack', 'mqtt', /application at The Things Stack/],
    ['things-stack', 'http', /application at The Things Stack/],
    ['chirpstack', 'mqtt', /application at ChirpStack/],
    ['loriot', 'http', /\/webhooks\/loriot\?applicationId=/],
    ['helium', 'http', /downlink_url is not known/],
    ['helium', 'mqtt', /device id at Helium/],
  ] as const)('says what is missing for %s by %s', (server, by, reason) => {
    const { deviceId: _deviceId, applicationId: _applicationId, ...unknown } = common;
    expect(() => downlinkMessage(server, { ...unknown, by })).toThrow(reason);
  });

  it.each([
    ['things-stack', { deviceId: 'lamp-1/down/replace' }],
    ['things-stack', { applicationId: '+' }],
    ['chirpstack', { applicationId: '#' }],
    ['helium', { deviceId: 'a/b' }],
  ] as const)('publishes on no other topic than that of the device: %s %j', (server, names) => {
    expect(() => downlinkMessage(server, { ...common, ...names })).toThrow(/without the characters/);
  });
});
