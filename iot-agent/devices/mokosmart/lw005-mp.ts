import { type ByteReader, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectPort } from '../expect-length.ts';

/** Steps of the energy counter in a kilowatt-hour. */
const STEPS_A_KILOWATT_HOUR = 3200;

const readVoltage = (r: ByteReader): Measurements => ({ voltage: r.uint16('voltage') / 10 });
const readCurrent = (r: ByteReader): Measurements => ({ current: r.uint16('current') / 1000 });
const nothing = (): Measurements => ({});

/** Behind a state that is always 1: the alarm is over when the device says nothing more of it. */
const inAlarm =
  (read: (reader: ByteReader) => Measurements) =>
  (reader: ByteReader): Measurements => {
    reader.skip(1, 'state of the alarm');
    return read(reader);
  };

/** What each port tells, behind the time. */
const PORTS: { readonly [port: number]: (reader: ByteReader) => Measurements } = {
  5: (r) => ({ relay1: r.uint8('output') !== 0 }),
  6: (r) => ({ ...readVoltage(r), ...readCurrent(r), frequency: r.uint16('frequency') / 1000 }),
  7: (r) => ({ activePower: r.int32('power') / 10, powerFactor: r.uint8('power factor') / 100 }),
  8: (r) => ({ activeEnergy: r.uint32('energy') / STEPS_A_KILOWATT_HOUR }),
  9: inAlarm(readVoltage),
  10: inAlarm(readVoltage),
  11: inAlarm(readCurrent),
  12: inAlarm((r) => ({ activePower: r.int24('power') / 10 })),
  13: nothing,
  14: nothing,
};

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'an LW005-MP', ...Object.keys(PORTS).map(Number));
  const reader = readBytes(input.bytes, 'big-endian');
  reader.skip(5, 'time and time zone');
  return PORTS[input.fPort]?.(reader) ?? {};
}

/** A plug that switches and meters what is plugged into it. */
export const lw005Mp: DeviceModel = {
  vendor: 'mokosmart',
  model: 'lw005-mp',
  description: 'Smart plug with electricity metering',
  documentation: 'https://www.mokosmart.com/lw005-mp-lorawan-plug/',
  feeds: ['SmartPlug'],
  controlledProperty: ['power', 'electricityConsumption'],
  category: ['actuator', 'meter'],
  decode,
  examples: [
    {
      bytes: '61cd4edd 02 01 01',
      fPort: 5,
      measurements: { relay1: true },
      source: 'computed by hand from the product specification, section 7.1: switched on',
    },
    {
      bytes: '61cd4edd f0 00 00',
      fPort: 5,
      measurements: { relay1: false },
      source: 'computed by hand from the product specification, section 7.1: switched off, west of Greenwich',
    },
    {
      bytes: '61cd4edd 02 08fc 03e8 c344',
      fPort: 6,
      measurements: { voltage: 230, current: 1, frequency: 49.988 },
      source: 'computed by hand from the product specification, section 7.2: first part',
    },
    {
      bytes: '61cd4edd 02 00001388 37',
      fPort: 7,
      measurements: { activePower: 500, powerFactor: 0.55 },
      source:
        "computed by hand from the product specification, section 7.2: second part; the size of the power as in the vendor's published codec",
    },
    {
      bytes: '61cd4edd 02 00b41f42 0064',
      fPort: 8,
      measurements: { activeEnergy: 3688.900625 },
      source: 'computed by hand from the product specification, section 7.3, with its example of the energy',
    },
    {
      bytes: '61cd4edd 02 01 0a00 09c4',
      fPort: 9,
      measurements: { voltage: 256 },
      source: 'computed by hand from the product specification, section 7.4: over-voltage',
    },
    {
      bytes: '61cd4edd 02 01 0700 0784',
      fPort: 10,
      measurements: { voltage: 179.2 },
      source: 'computed by hand from the product specification, section 7.5: sag-voltage',
    },
    {
      bytes: '61cd4edd 02 01 3e80 36b0',
      fPort: 11,
      measurements: { current: 16 },
      source: 'computed by hand from the product specification, section 7.6: over-current',
    },
    {
      bytes: '61cd4edd 02 01 009c40 8fc0',
      fPort: 12,
      measurements: { activePower: 4000 },
      source: 'computed by hand from the product specification, section 7.7: over-load',
    },
    {
      bytes: '61cd4edd 02 01',
      fPort: 13,
      measurements: {},
      source: 'computed by hand from the product specification, section 7.8: the load began to work',
    },
    {
      bytes: '61cd4edd 02 01 0000003c',
      fPort: 14,
      measurements: {},
      source: 'computed by hand from the product specification, section 7.9: it will be switched in a minute',
    },
  ],
};
