import { type ByteReader, readBytes } from './bytes.ts';
import type { Measurements } from './device-model.ts';

const THERMAL_PIXELS = 64;

function readThermalGrid(reader: ByteReader): Measurements {
  const reference = reader.uint8('grid-eye reference');
  const grid = Array.from(
    { length: THERMAL_PIXELS },
    () => reference + reader.uint8('grid-eye temperature') / 10,
  );
  return { thermalGrid: grid };
}

/** Elsys sensor types: the byte before the value, and how the value is read. Big-endian. */
const TYPES: { readonly [type: number]: (reader: ByteReader) => Measurements } = {
  1: (r) => ({ temperature: r.int16('temperature') / 10 }),
  2: (r) => ({ relativeHumidity: r.uint8('humidity') }),
  3: (r) => ({
    accelerationX: r.int8('acceleration x') / 63,
    accelerationY: r.int8('acceleration y') / 63,
    accelerationZ: r.int8('acceleration z') / 63,
  }),
  4: (r) => ({ illuminance: r.uint16('light') }),
  5: (r) => ({ motionCount: r.uint8('motion') }),
  6: (r) => ({ co2: r.uint16('CO2') }),
  7: (r) => ({ batteryVoltage: r.uint16('battery') / 1000 }),
  8: (r) => ({ analogVoltage1: r.uint16('analogue input 1') / 1000 }),
  9: (r) => {
    // A place belongs to the registered device; Elsys' trackers are another family.
    r.skip(6, 'position');
    return {};
  },
  10: (r) => ({ pulseCount1: r.uint16('pulse count 1') }),
  11: (r) => ({ pulseTotal1: r.uint32('absolute pulse count 1') }),
  12: (r) => ({ externalTemperature1: r.int16('external temperature 1') / 10 }),
  13: (r) => ({ digitalInput1: r.uint8('digital input 1') !== 0 }),
  14: (r) => ({ distance: r.uint16('distance') }),
  15: (r) => ({ accelerationMotionCount: r.uint8('acceleration motion') }),
  16: (r) => ({
    infraredInternalTemperature: r.int16('internal temperature') / 10,
    infraredExternalTemperature: r.int16('external temperature') / 10,
  }),
  17: (r) => ({ occupancyState: r.uint8('occupancy') }),
  18: (r) => ({ waterLeak: r.uint8('water leak') }),
  19: readThermalGrid,
  // Thousandths of a hectopascal to pascal.
  20: (r) => ({ pressure: r.uint32('pressure') / 10 }),
  21: (r) => ({ soundPeak: r.uint8('sound peak'), soundAverage: r.uint8('sound average') }),
  22: (r) => ({ pulseCount2: r.uint16('pulse count 2') }),
  23: (r) => ({ pulseTotal2: r.uint32('absolute pulse count 2') }),
  24: (r) => ({ analogVoltage2: r.uint16('analogue input 2') / 1000 }),
  25: (r) => ({ externalTemperature2: r.int16('external temperature 2') / 10 }),
  26: (r) => ({ digitalInput2: r.uint8('digital input 2') !== 0 }),
  27: (r) => ({ externalAnalogVoltage: r.int32('external analogue voltage') / 1_000_000 }),
  28: (r) => ({ tvoc: r.uint16('TVOC') }),
  61: (r) => {
    r.skip(4, 'debug data');
    return {};
  },
};

/**
 * Decodes Elsys' type-value payload, the same for all their sensors.
 * The size of an unknown type cannot be known: decoding stops there and keeps what came before it.
 * @throws Error when the payload is empty, ends inside a value, or begins with an unknown type.
 */
export function decodeElsys(bytes: Uint8Array): Measurements {
  if (bytes.length === 0)
    throw new Error('payload is empty: an Elsys sensor sends at least a type and its value');
  const reader = readBytes(bytes, 'big-endian');
  let measurements: Measurements = {};
  while (reader.remaining() > 0) {
    const isFirst = reader.remaining() === bytes.length;
    const type = reader.uint8('sensor type');
    const read = TYPES[type];
    if (read === undefined) {
      if (isFirst) throw new Error(`payload begins with ${type}, which is no Elsys sensor type`);
      return measurements;
    }
    measurements = { ...measurements, ...read(reader) };
  }
  return measurements;
}
