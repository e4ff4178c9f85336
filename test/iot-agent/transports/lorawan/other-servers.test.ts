import { describe, expect, it } from '@jest/globals';
import { networkServerOf, parseLorawan } from '../../../../iot-agent/transports/lorawan/network-servers.ts';
import { readFixture } from './read-fixture.ts';

const at = 1;

function fixture(name: string): Readonly<Record<string, unknown>> {
  return readFixture(name) as Readonly<Record<string, unknown>>;
}

describe('parseLorawan', () => {
  it.each([
    ['nothing that is known', { hello: 'world' }, /looks like no message of things-stack, chirpstack/],
    ['an array of nothing', [], /looks like no message/],
    ['a text', 'hello', /looks like no message/],
    [
      'Loriot with a payload that is no hex',
      { ...fixture('loriot/rx'), data: '6' },
      /data must be hexadecimal/,
    ],
    ['Loriot with half a DevEUI', { ...fixture('loriot/rx'), EUI: '0102' }, /EUI must be a DevEUI/],
    [
      'Helium with a payload that is no base64',
      { ...fixture('helium/uplink'), payload: '§' },
      /payload must be base64/,
    ],
    ['Netmore with something else in the array', [{ devEui: 'a81758' }, 7], /array of JSON objects/],
    ['Netmore without the payload', { devEui: 'a81758fffe04d854', data: {} }, /choose Default or Connect/],
    ['Netmore with an unknown status', { devEui: 'a81758fffe04d854', deliveryStatus: 'X' }, /one of QUEUED/],
    ['ThingPark without a place', { DevEUI_location: { DevEUI: '0018B20000000B20' } }, /DevLAT and DevLON/],
  ])('refuses %s', (_, message, reason) => {
    expect(() => parseLorawan(message, { at })).toThrow(reason);
  });

  it.each(['{"end_device_ids":{"dev_eui":DEEP},"join_accept":{}}', '{"cmd":"gw","EUI":DEEP}'])(
    'refuses a DevEUI that is nested without end: %s',
    (text) => {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      expect(() => parseLorawan(JSON.parse(text.replace('DEEP', deep)), { at })).toThrow(
        /of the type object/,
      );
    },
  );

  it('keeps no service data that is nested without end', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const message = { ...fixture('things-stack/service-data'), service_data: { service: 's', data: deep } };
    expect(parseLorawan(message, { at })).toMatchObject({ incoming: [{ code: 's', description: '' }] });
  });

  it('takes what can be read of an export of Netmore, and names the rest', () => {
    const [message] = readFixture('netmore/uplink') as readonly object[];
    const parsed = parseLorawan([message, { ...message, devEui: 'half' }, message], { at });
    expect(parsed).toMatchObject({
      kind: 'incoming',
      incoming: [{ devEui: 'A81758FFFE04D854' }, { devEui: 'A81758FFFE04D854' }],
      rejected: expect.stringMatching(/^1 of 3 messages cannot be read: message 2: devEui must be a DevEUI/),
    });
  });

  it('refuses an export of Netmore that is far too long', () => {
    const one = { devEui: 'a81758fffe04d854', payload: '00' };
    expect(() => parseLorawan(Array(10_001).fill(one), { at })).toThrow(/10000 messages/);
  });

  it('takes an uplink of Loriot with an acknowledgement for both', () => {
    expect(parseLorawan({ ...fixture('loriot/gw'), ack: true }, { at })).toMatchObject({
      incoming: [{ kind: 'lorawan' }, { event: 'downlink', stage: 'acknowledged' }],
    });
  });

  it('knows a battery at Loriot from mains power and from none that is known', () => {
    const battery = (bat: unknown) => parseLorawan({ ...fixture('loriot/gw'), bat }, { at });
    expect(battery(254)).toHaveProperty('incoming.0.batteryLevel', 1);
    for (const bat of ['0', 255, undefined])
      expect(battery(bat)).not.toHaveProperty('incoming.0.batteryLevel');
  });

  it('takes a place that is null for none', () => {
    const [message] = readFixture('netmore/uplink') as readonly object[];
    const nowhere = { ...message, latitude: null, longitude: null };
    expect(parseLorawan([nowhere], { at })).not.toHaveProperty('incoming.0.location');
  });

  it('takes the one gateway of ThingPark that is no array', () => {
    const { DevEUI_uplink: report } = fixture('actility/uplink');
    const Lrrs = { Lrr: { LrrRSSI: '-70', LrrSNR: '3' } };
    expect(parseLorawan({ DevEUI_uplink: { ...(report as object), Lrrs } }, { at })).toMatchObject({
      incoming: [{ rssi: -70, snr: 3 }],
    });
  });

  it('takes an unknown battery at ThingPark for unknown, and mains power for no battery', () => {
    const { DevEUI_notification: report } = fixture('actility/notification-battery');
    const battery = (Var1: string) =>
      parseLorawan({ DevEUI_notification: { ...(report as object), Var1 } }, { at });
    expect(battery('255')).toMatchObject({ incoming: [{ batteryLevel: -1 }] });
    expect(battery('0')).not.toHaveProperty('incoming.0.batteryLevel');
  });

  it('takes no way back from Helium that is not of the web', () => {
    const result = parseLorawan({ ...fixture('helium/uplink'), downlink_url: 'file:///etc/passwd' }, { at });
    expect(result).not.toHaveProperty('incoming.0.downlink');
  });

  it.each([
    { category: 'downlink', sub_category: 'something_new' },
    { payload: undefined, fcnt: undefined, type: 'misc' },
  ])('ignores what Helium says of other things: %j', (members) => {
    expect(parseLorawan({ ...fixture('helium/uplink'), ...members }, { at })).toMatchObject({
      kind: 'ignored',
    });
  });
});

describe('networkServerOf', () => {
  it('knows none of what is no object', () => {
    for (const message of [undefined, null, 7, [], [[]], {}])
      expect(networkServerOf(message)).toBeUndefined();
  });
});
