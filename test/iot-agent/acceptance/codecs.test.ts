import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { place, receivedAt, runningAgent } from './running-agent.ts';

const running = runningAgent();
const { ask, register, uplink, entityWith } = running;

/** A device of the type Thing that is decoded by the codec of that name. */
const thing = (codec: string) => ({ codec, entity_type: 'Thing' });
const idOf = (devEui: string) => `urn:ngsi-ld:Thing:${devEui}`;
const property = (value: unknown) => ({ type: 'Property', value, observedAt: receivedAt });

describe('an uplink is decoded by the codec that its device names', () => {
  it.each([
    [
      'ts013',
      'function decodeUplink(input) { return { data: { t: input.bytes[0] / 10, p: input.fPort } }; }',
    ],
    ['legacy-decode', 'function Decode(fPort, bytes) { return { t: bytes[0] / 10, p: fPort }; }'],
    ['legacy-decoder', 'function Decoder(bytes, port) { return { t: bytes[0] / 10, p: port }; }'],
  ])('row 12: a script in the form %s', async (name, script) => {
    const devEui = `010101010101120${name.length % 10}`;
    await ask('PUT', `/iot/codecs/${name}`, script);
    await register(devEui, thing(name));
    await uplink(devEui, 'd7', { fPort: 9 });
    expect(await entityWith(idOf(devEui), 't')).toMatchObject({
      ...{ t: property(21.5), p: property(9), location: { type: 'GeoProperty', value: place } },
    });
  });

  it('row 12: the clock of a script stands at the time of reception', async () => {
    await ask(
      'PUT',
      '/iot/codecs/clock',
      'function decodeUplink({ recvTime }) { return { data: { at: new Date(), same: recvTime.getTime() === Date.now() } }; }',
    );
    await register('0101010101012112', thing('clock'));
    await uplink('0101010101012112', '00');
    expect(await entityWith(idOf('0101010101012112'), 'at')).toMatchObject({
      ...{ at: property(receivedAt), same: property(true) },
    });
  });

  it('row 12: errors of a script write nothing and stand in the log of the device, where warnings stand too', async () => {
    await ask(
      'PUT',
      '/iot/codecs/strict',
      "function decodeUplink({ bytes }) { return bytes[0] > 9 ? { errors: ['too much'], data: { n: 1 } } : { data: { n: bytes[0] }, warnings: ['low battery'] }; }",
    );
    await register('0101010101012212', thing('strict'));
    await uplink('0101010101012212', '0a');
    await uplink('0101010101012212', '03', { time: '2026-02-12T15:16:00Z' });
    expect(await entityWith(idOf('0101010101012212'), 'n')).toMatchObject({ n: { value: 3 } });
    await eventually(async () => {
      const log = JSON.stringify(await ask('GET', '/iot/devices/0101010101012212/log'));
      expect(log).toContain('too much');
      expect(log).toContain('low battery');
    });
    const sent = running.broker.upserts.filter(({ id }) => id === idOf('0101010101012212'));
    expect(sent).toMatchObject([{ n: { value: 3 } }]);
  });

  it('row 12: a script that does not end is stopped, and the uplinks of others go on', async () => {
    await ask('PUT', '/iot/codecs/endless', 'function decodeUplink() { while (true) {} }');
    await register('0101010101012312', thing('endless'));
    await register('0101010101012412', thing('cayenne-lpp'));
    await uplink('0101010101012312', '00');
    await uplink('0101010101012412', '03670110');
    await entityWith(idOf('0101010101012412'), 'temperature_3');
    await eventually(async () => {
      const quarantine = await ask('GET', '/iot/devices/0101010101012312/log');
      expect(JSON.stringify(quarantine)).toContain('100 ms');
    });
    expect(running.broker.entity(idOf('0101010101012312'))).toBeUndefined();
  });

  it('row 13: Cayenne LPP, where what comes before an unknown type is kept, with a warning', async () => {
    await register('0101010101010113', thing('cayenne-lpp'));
    await uplink('0101010101010113', '03670110056700FF');
    expect(await entityWith(idOf('0101010101010113'), 'temperature_5')).toMatchObject({
      ...{ temperature_3: property(27.2), temperature_5: property(25.5) },
    });
    await uplink('0101010101010113', '01659C40 02EE01', { time: '2026-02-12T15:16:00Z' });
    expect(await entityWith(idOf('0101010101010113'), 'luminosity_1')).toMatchObject({
      luminosity_1: { type: 'Property', value: 40_000 },
    });
    await eventually(async () => {
      const log = JSON.stringify(await ask('GET', '/iot/devices/0101010101010113/log'));
      expect(log).toContain('the type 238 at byte 5 is not known');
    });
  });

  it('row 13: CBOR', async () => {
    await register('0101010101011113', thing('cbor'));
    await uplink('0101010101011113', 'a2 6174 fb4035800000000000 6162 43010203');
    expect(await entityWith(idOf('0101010101011113'), 't')).toMatchObject({
      ...{ t: property(21.5), b: property('010203') },
    });
  });
});
