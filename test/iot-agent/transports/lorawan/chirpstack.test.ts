import { describe, expect, it } from '@jest/globals';
import { parseChirpstack } from '../../../../iot-agent/transports/lorawan/chirpstack.ts';

const arrivedAt = Date.UTC(2026, 6, 18, 10) * 1000;
/** An uplink as ChirpStack v4 documents it, without what the agent has no use for. */
const uplink = {
  deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
  time: '2026-07-18T09:34:15.775023242+00:00',
  deviceInfo: {
    applicationId: '17c8',
    deviceName: 'pm-04',
    devEui: '0101010101010a0b',
    tags: { site: 'north' },
  },
  fCnt: 42,
  fPort: 1,
  data: 'AhtQ',
  object: { pm2_5: 3.9 },
  rxInfo: [
    { gatewayId: '0016c001f153a14c', rssi: -36, snr: 10.5 },
    { gatewayId: '0016c001f153a14d', rssi: -96, snr: 1 },
  ],
};

function parsed(event: string, message: unknown) {
  const result = parseChirpstack(message, { at: arrivedAt, event });
  return result.kind === 'incoming' ? result.incoming[0] : result;
}

describe('parseChirpstack', () => {
  it('reads an uplink of v4', () => {
    expect(parsed('up', uplink)).toEqual({
      kind: 'lorawan',
      server: 'chirpstack',
      devEui: '0101010101010A0B',
      deviceId: 'pm-04',
      applicationId: '17c8',
      fPort: 1,
      fCnt: 42,
      bytes: Buffer.from('021b50', 'hex'),
      decoded: { pm2_5: 3.9 },
      receivedAt: Date.UTC(2026, 6, 18, 9, 34, 15) * 1000 + 775_023,
      rssi: -36,
      snr: 10.5,
      deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
      tags: { site: 'north' },
    });
  });

  it('reads an uplink of v3, which is flat, with its DevEUI in hexadecimal or base64', () => {
    const message = {
      applicationID: '1',
      deviceName: 'pm-04',
      devEUI: '0101010101010a0b',
      fPort: 2,
      data: 'AhtQ',
      objectJSON: '{"pm2_5":3.9}',
      rxInfo: [{ rssi: -60, loRaSNR: 7 }],
    };
    const expected = { devEui: '0101010101010A0B', applicationId: '1', decoded: { pm2_5: 3.9 }, snr: 7 };
    expect(parsed('up', message)).toMatchObject(expected);
    expect(parsed('up', { ...message, devEUI: 'AQEBAQEBCgs=' })).toMatchObject(expected);
  });

  it('takes the time of arrival when the gateway knew none', () => {
    expect(parsed('up', { ...uplink, time: undefined })).toMatchObject({ receivedAt: arrivedAt });
  });

  it.each([
    ['a percentage', { batteryLevel: 88.3 }, { batteryLevel: 0.883 }],
    ['empty, which is left out', {}, { batteryLevel: 0 }],
    ['not known', { batteryLevelUnavailable: true }, { batteryLevel: -1 }],
  ])('reads the battery level of a status: %s', (_, members, expected) => {
    const result = parsed('status', { deviceInfo: uplink.deviceInfo, ...members });
    expect(result).toMatchObject({ kind: 'event', event: 'status', receivedAt: arrivedAt });
    const { batteryLevel } = result as { batteryLevel?: number };
    expect(batteryLevel).toBeCloseTo(expected.batteryLevel, 10);
  });

  it('has no battery level for a device on mains power', () => {
    const result = parsed('status', { deviceInfo: uplink.deviceInfo, externalPowerSource: true });
    expect(result).not.toHaveProperty('batteryLevel');
  });

  it('reads a join', () => {
    expect(parsed('join', { deviceInfo: uplink.deviceInfo, devAddr: '00189440' })).toMatchObject({
      kind: 'event',
      event: 'join',
      devEui: '0101010101010A0B',
    });
  });

  it.each(['integration', 'something', '__proto__'])('ignores the event %s', (event) => {
    expect(parsed(event, uplink)).toEqual({ kind: 'ignored', reason: `event ${event}` });
  });

  it('tells the event by the shape when nothing names it', () => {
    const { deviceInfo } = uplink;
    const events = [
      [uplink, { kind: 'lorawan' }],
      [{ deviceInfo, devAddr: '00189440' }, { event: 'join' }],
      [
        { deviceInfo, margin: 3 },
        { event: 'status', batteryLevel: 0 },
      ],
      [{ deviceInfo, queueItemId: 'q' }, { stage: 'not-acknowledged' }],
      [{ deviceInfo, queueItemId: 'q', gatewayId: 'g' }, { stage: 'sent' }],
    ] as const;
    for (const [message, expected] of events)
      expect(parseChirpstack(message, { at: arrivedAt })).toMatchObject({ incoming: [expected] });
    expect(() => parseChirpstack({ deviceInfo }, { at: arrivedAt })).toThrow('?event=up');
  });

  it.each([
    ['INFO', 'info'],
    ['WARNING', 'warning'],
    ['ERROR', 'error'],
    ['SOMETHING', 'info'],
  ])('reads the level %s of a log', (level, expected) => {
    expect(parsed('log', { deviceInfo: uplink.deviceInfo, level })).toMatchObject({
      level: expected,
      code: 'UNKNOWN',
      description: '',
    });
  });

  it('refuses a location without a place', () => {
    expect(() => parsed('location', { deviceInfo: uplink.deviceInfo, location: {} })).toThrow(
      /latitude and a longitude/,
    );
  });

  it('takes the time of the gateway when the server names none', () => {
    const rxInfo = [{ rssi: -36 }, { rssi: -40, gwTime: '2026-07-18T09:00:00Z' }];
    expect(parsed('up', { ...uplink, time: undefined, rxInfo })).toMatchObject({
      receivedAt: Date.UTC(2026, 6, 18, 9) * 1000,
    });
  });

  it.each([
    ['no object', 'up', /JSON object/],
    ['no DevEUI', { data: 'AA==' }, /deviceInfo.devEui must be a DevEUI/],
    ['a DevEUI that is too short', { devEUI: '0101' }, /16 hexadecimal digits; it is "0101"/],
    ['a payload that is no base64', { ...uplink, data: 7 }, /data must be base64/],
  ])('refuses an uplink with %s', (_, message, reason) => {
    expect(() => parsed('up', message)).toThrow(reason);
  });
});
