import { describe, expect, it } from '@jest/globals';
import { parseThingsStack } from '../../../../iot-agent/transports/lorawan/things-stack.ts';

const arrivedAt = Date.UTC(2026, 1, 12, 16) * 1000;
const ids = {
  device_id: 'bin-17',
  application_ids: { application_id: 'city' },
  dev_eui: '0004A30B001C0530',
};
/** An uplink as The Things Stack documents it, without what the agent has no use for. */
const uplink = {
  end_device_ids: ids,
  received_at: '2026-02-12T15:15:46.014Z',
  uplink_message: {
    f_port: 1,
    f_cnt: 42,
    frm_payload: 'AgEvAAME0gABC7E=',
    decoded_payload: { distance: 1234 },
    rx_metadata: [
      { gateway_ids: { gateway_id: 'far' }, rssi: -112, snr: -4.2, location: { latitude: 1, longitude: 2 } },
      { gateway_ids: { gateway_id: 'near' }, rssi: -35, snr: 5.2 },
    ],
    settings: { frequency: '868300000' },
    received_at: '2026-02-12T15:15:45.789123456Z',
    locations: { user: { latitude: 37.97, longitude: 23.72, altitude: 10, source: 'SOURCE_REGISTRY' } },
  },
  simulated: false,
};

function parsed(message: unknown) {
  const result = parseThingsStack(message, { at: arrivedAt });
  return result.kind === 'incoming' ? result.incoming[0] : result;
}

describe('parseThingsStack', () => {
  it('reads an uplink, with the reception of the gateway that heard it best', () => {
    expect(parsed(uplink)).toEqual({
      kind: 'lorawan',
      server: 'things-stack',
      devEui: '0004A30B001C0530',
      deviceId: 'bin-17',
      applicationId: 'city',
      fPort: 1,
      fCnt: 42,
      bytes: Buffer.from('02012f000304d200010bb1', 'hex'),
      decoded: { distance: 1234 },
      receivedAt: Date.UTC(2026, 1, 12, 15, 15, 45) * 1000 + 789_123,
      rssi: -35,
      snr: 5.2,
      location: { latitude: 37.97, longitude: 23.72, altitude: 10 },
    });
  });

  it('knows that zeros are left out', () => {
    const message = {
      end_device_ids: ids,
      uplink_message: { frm_payload: 'AA==', rx_metadata: [{ rssi: -90 }] },
    };
    expect(parsed(message)).toMatchObject({ fPort: 0, fCnt: 0, rssi: -90, snr: 0, receivedAt: arrivedAt });
  });

  it('reads an uplink that only spoke to the network, which has neither port nor payload', () => {
    const result = parsed({ end_device_ids: ids, uplink_message: { f_cnt: 3 } });
    expect(result).toMatchObject({ fCnt: 3, bytes: new Uint8Array(0) });
    expect(result).not.toHaveProperty('fPort');
  });

  it('believes the position in the payload before that of the registry', () => {
    const locations = { user: { latitude: 1, longitude: 2 }, 'frm-payload': { latitude: 3, longitude: 4 } };
    expect(parsed({ ...uplink, uplink_message: { ...uplink.uplink_message, locations } })).toMatchObject({
      location: { latitude: 3, longitude: 4 },
    });
  });

  it('reads a join', () => {
    const join = {
      end_device_ids: ids,
      received_at: '2026-02-12T15:00:00Z',
      join_accept: { session_key_id: 'A' },
    };
    expect(parsed(join)).toEqual({
      kind: 'event',
      server: 'things-stack',
      devEui: '0004A30B001C0530',
      deviceId: 'bin-17',
      applicationId: 'city',
      event: 'join',
      receivedAt: Date.UTC(2026, 1, 12, 15) * 1000,
    });
  });

  it('knows a downlink of ours by its correlation id, wherever that stands, and no other', () => {
    const ack = { end_device_ids: ids, downlink_ack: { f_port: 15 } };
    expect(parsed(ack)).not.toHaveProperty('downlinkId');
    expect(parsed({ ...ack, correlation_ids: ['as:1', 7, 'cmd:9f3'] })).toMatchObject({
      stage: 'acknowledged',
      downlinkId: 'cmd:9f3',
    });
  });

  it('keeps the application with its tenant when the topic says it, and the way back of the webhook', () => {
    const downlink = { push: 'https://eu1.cloud.thethings.network/push', apikey: 'NNSXS.1' };
    const arrival = { at: arrivedAt, applicationId: 'city@ttn', downlink };
    expect(parseThingsStack(uplink, arrival)).toMatchObject({
      incoming: [{ applicationId: 'city@ttn', downlink }],
    });
  });

  it('says that an uplink was made up', () => {
    expect(parsed({ ...uplink, simulated: true })).toMatchObject({ simulated: true });
    expect(parsed(uplink)).not.toHaveProperty('simulated');
  });

  it('takes the time of the gateway when the server names none', () => {
    const rx_metadata = [{ rssi: -35, time: '2026-02-12T15:00:00Z' }];
    const message = { end_device_ids: ids, uplink_message: { f_port: 1, rx_metadata } };
    expect(parsed(message)).toMatchObject({ receivedAt: Date.UTC(2026, 1, 12, 15) * 1000 });
  });

  it.each([
    ['downlinks', { downlinks: [{ f_port: 15 }] }],
    ['uplink_normalized', { end_device_ids: ids, uplink_normalized: { f_port: 1 } }],
    ['none of', { end_device_ids: ids, something_new: {} }],
  ])('ignores a message with %s', (reason, message) => {
    expect(parsed(message)).toMatchObject({ kind: 'ignored', reason: expect.stringContaining(reason) });
  });

  it.each([
    ['no object', [], /JSON object/],
    ['no end_device_ids', { hello: 'world' }, /end_device_ids is absent/],
    ['no DevEUI', { ...uplink, end_device_ids: { device_id: 'bin-17' } }, /end_device_ids.dev_eui/],
    [
      'a payload that is no base64',
      { ...uplink, uplink_message: { frm_payload: '§' } },
      /frm_payload must be base64/,
    ],
    ['a negative counter', { ...uplink, uplink_message: { f_cnt: -1 } }, /f_cnt must be a whole number/],
    [
      'a port that is a text',
      { ...uplink, uplink_message: { f_port: 'one' } },
      /f_port must be a whole number/,
    ],
  ])('refuses a message with %s', (_, message, reason) => {
    expect(() => parsed(message)).toThrow(reason);
  });
});
