import { type ByteReader, bit } from './bytes.ts';
import { type Channels, channelDecoder, type ReadChannel, skip, skipRest } from './channel-payload.ts';
import type { DecoderInput, Measurements } from './device-model.ts';

/** What each device tells after it joined, and the echoes of the commands that are common to them. */
const DEVICE_INFORMATION: Channels = {
  'ff 01': skip(1, 'protocol version'),
  'ff 08': skip(6, 'serial number'),
  'ff 09': skip(2, 'hardware version'),
  'ff 0a': skip(2, 'software version'),
  'ff 0b': skip(1, 'power on'),
  'ff 0f': skip(1, 'device class'),
  'ff 16': skip(8, 'serial number'),
  'ff 18': skip(2, 'sensor status'),
  'ff fe': skip(1, 'reset event'),
  'ff ff': skip(2, 'TSL version'),
  'ff cc': skip(1, 'power supply'),
  'fe 03': skip(2, 'echo of the reporting interval'),
  'ff 03': skip(2, 'echo of the reporting interval'),
  'fe 8e': skip(3, 'echo of the reporting interval'),
  'ff 8e': skip(3, 'echo of the reporting interval'),
  'fe 10': skip(1, 'echo of the reboot'),
  'ff 10': skip(1, 'echo of the reboot'),
};

/** What a sensor that failed sends in place of an unsigned 16-bit value. */
const FAILED = 0xffff;

/** The channels that have the same number and form in most of Milesight's sensors. */
export const battery: Channels = { '01 75': (r) => ({ batteryLevel: r.uint8('battery') / 100 }) };
export const temperature: ReadChannel = (r) => ({ temperature: r.int16('temperature') / 10 });
export const relativeHumidity: ReadChannel = (r) => ({ relativeHumidity: r.uint8('humidity') / 2 });
export const distance: ReadChannel = (r) => ({ distance: r.uint16('distance') });
export const tilted: ReadChannel = (r) => ({ tilted: r.uint8('position') !== 0 });
/** Tenths of a hectopascal to pascal. */
export const pressure: ReadChannel = (r) => ({ pressure: r.uint16('pressure') * 10 });
export const co2: ReadChannel = (r) => orNothing('co2', r.uint16('CO2'));
/** Readings of the past carry times of their own: they are passed over, because they are not what is measured now. */
export const storedReadings: Channels = {
  '20 ce': skipRest('stored readings'),
  '21 ce': skipRest('stored readings'),
};

/** A value in an alarm report: the value, then what kind of alarm it is. */
export const alarm =
  (read: ReadChannel): ReadChannel =>
  (reader) => {
    const measured = read(reader);
    reader.skip(1, 'alarm status');
    return measured;
  };

/** A value in the alarm report of a sensor that also watches sudden changes: the value, the change, the kind of alarm. */
export const changeAlarm =
  (read: ReadChannel): ReadChannel =>
  (reader) => {
    const measured = read(reader);
    reader.skip(3, 'change and alarm status');
    return measured;
  };

/** A measurement of an unsigned 16-bit value, scaled; nothing when the sensor failed. */
export function orNothing(name: string, raw: number, factor = 1): Measurements {
  return raw === FAILED ? {} : { [name]: raw * factor };
}

/** People in and out, in that order. */
export const people =
  (nameIn: string, nameOut: string): ReadChannel =>
  (r: ByteReader) => ({ [nameIn]: r.uint16('people in'), [nameOut]: r.uint16('people out') });

/** A mains meter: voltage, power, power factor, energy and current under the numbers that all of Milesight's share. */
export const mains: Channels = {
  '03 74': (r) => ({ voltage: r.uint16('voltage') / 10 }),
  '04 80': (r) => ({ activePower: r.uint32('active power') }),
  '05 81': (r) => ({ powerFactor: r.uint8('power factor') / 100 }),
  '06 83': (r) => ({ activeEnergy: r.uint32('energy') / 1000 }),
  '07 c9': (r) => ({ current: r.uint16('current') / 1000 }),
};

/** Bits of a byte, the lowest first, as quantities with a number at the end. */
export function numberedBits(name: string, byte: number, count: number): Measurements {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${name}${index + 1}`, bit(byte, index)]),
  );
}

/** The decoder of one of Milesight's devices; little-endian, on port 85. `device` with its article: `an EM300-TH`. */
export function milesightDecoder(device: string, channels: Channels): (input: DecoderInput) => Measurements {
  return channelDecoder({
    device,
    order: 'little-endian',
    channels: { ...DEVICE_INFORMATION, ...channels },
  });
}
