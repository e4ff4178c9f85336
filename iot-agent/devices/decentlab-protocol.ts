import type { Json } from '../measurement.ts';
import { bit, readBytes } from './bytes.ts';
import type { DecoderInput, Measurements } from './device-model.ts';

const PROTOCOL_VERSION = 2;
const FLAG_BITS = 16;

/** What words say, by quantity name; undefined, NaN or Infinity where they say nothing. */
export type Readings = { readonly [quantity: string]: Json | undefined };

/** One group of sensor values of a Decentlab device: sent when its flag is set. */
export interface SensorGroup {
  readonly name: string;
  /** How many 16-bit words the group takes. */
  readonly words: number;
  /**
   * @param words exactly as many unsigned words as the group takes.
   * @param settings the device's own.
   * @throws Error that names a setting which cannot be.
   */
  read(words: readonly number[], settings: Json | undefined): Readings;
}

/** Battery voltage in millivolts; every Decentlab device has this group, at a place of its own. */
export const BATTERY: SensorGroup = {
  name: 'battery voltage',
  words: 1,
  read: ([millivolts = 0]) => ({ batteryVoltage: millivolts / 1000 }),
};

/** The thermometer and hygrometer Sensirion SHT35 and its kin. */
export const SHT35: SensorGroup = {
  name: 'temperature and humidity',
  words: 2,
  read: ([temperature = 0, humidity = 0]) => ({
    temperature: (175 * temperature) / 65535 - 45,
    relativeHumidity: (100 * humidity) / 65535,
  }),
};

/** The Sensirion SHT21 thermometer and hygrometer. */
export const SHT21: SensorGroup = {
  name: 'temperature and humidity',
  words: 2,
  read: ([temperature = 0, humidity = 0]) => ({
    temperature: (175.72 * temperature) / 65536 - 46.85,
    relativeHumidity: (125 * humidity) / 65536 - 6,
  }),
};

/**
 * Decodes a frame of Decentlab's protocol version 2: version, device id (2 bytes), flags (2 bytes), then the groups
 * whose flag is set, in the order of their flags, big-endian.
 * Flags beyond the known groups belong to newer firmware: their words come last and are left alone.
 * @param groups by flag, the least significant first.
 * @throws Error for another protocol version, and for a frame that is shorter or longer than its flags say.
 */
export function decodeDecentlab(
  { bytes, settings }: DecoderInput,
  groups: readonly SensorGroup[],
): Measurements {
  const reader = readBytes(bytes, 'big-endian');
  const version = reader.uint8('protocol version');
  if (version !== PROTOCOL_VERSION) {
    throw new Error(
      `protocol version is ${version}: only Decentlab's version ${PROTOCOL_VERSION} is understood`,
    );
  }
  reader.uint16('device id');
  const flags = reader.uint16('sensor flags');
  const readings: [string, Json | undefined][] = [];
  for (const [index, group] of groups.entries()) {
    if (!bit(flags, index)) continue;
    const words = Array.from({ length: group.words }, () => reader.uint16(group.name));
    readings.push(...Object.entries(group.read(words, settings)));
  }
  const hasUnknownGroups = flags >>> groups.length !== 0 && groups.length < FLAG_BITS;
  if (reader.remaining() > 0 && !hasUnknownGroups) {
    throw new Error(`${reader.remaining()} byte(s) follow the sensor values that the flags announce`);
  }
  return Object.fromEntries(readings.filter(isReading));
}

function isReading(reading: [string, Json | undefined]): reading is [string, Json] {
  const [, value] = reading;
  return typeof value === 'number' ? Number.isFinite(value) : value !== undefined;
}
