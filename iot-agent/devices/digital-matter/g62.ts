import { type ByteReader, bit, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { degrees, location } from '../digital-matter-payload.ts';
import { expectPort } from '../expect-length.ts';

/** Ports: all at once, its first and its second part where frames must be short, the odometer, answers to downlinks. */
const FULL = 1;
const FIRST_PART = 2;
const SECOND_PART = 3;
const ODOMETER = 4;
const ANSWER = 5;
/** The lowest bits of a coordinate are flags. */
const FLAG_BITS = 4;
const TRIP_MASK = 0x3;

function readFirstPart(reader: ByteReader): Measurements {
  const latitude = reader.int32('latitude and flags');
  const longitude = reader.int32('longitude and flags');
  return {
    ...location(degrees(latitude, FLAG_BITS), degrees(longitude, FLAG_BITS)),
    inTrip: (latitude & TRIP_MASK) !== 0,
    externalPower: bit(latitude, 2),
    positionCurrent: bit(latitude, 3),
    ignitionOn: bit(longitude, 0),
    digitalInput1: bit(longitude, 1),
    digitalInput2: bit(longitude, 2),
    digitalOutput1: bit(longitude, 3),
    heading: reader.uint8('heading') * 2,
    speed: reader.uint8('speed'),
    batteryVoltage: reader.uint8('battery') / 50,
  };
}

function readSecondPart(reader: ByteReader): Measurements {
  return {
    externalVoltage: reader.uint16('external voltage') / 1000,
    analogVoltage1: reader.uint16('analogue input') / 1000,
    temperature: reader.int8('temperature'),
    positionAccuracy: reader.uint8('accuracy'),
  };
}

function readOdometer(reader: ByteReader): Measurements {
  return { runTime: reader.uint32('run time'), distanceTravelled: reader.uint32('distance') / 100 };
}

const FRAMES: { readonly [port: number]: (reader: ByteReader) => Measurements } = {
  [FULL]: (reader) => ({ ...readFirstPart(reader), ...readSecondPart(reader) }),
  [FIRST_PART]: readFirstPart,
  [SECOND_PART]: readSecondPart,
  [ODOMETER]: readOdometer,
  [ANSWER]: () => ({}),
};

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'a G62', FULL, FIRST_PART, SECOND_PART, ODOMETER, ANSWER);
  return FRAMES[input.fPort]?.(readBytes(input.bytes, 'little-endian')) ?? {};
}

/** Where a vehicle or machine is, with its voltages and lines. */
export const g62: DeviceModel = {
  vendor: 'digital-matter',
  model: 'g62',
  description: 'Wired GNSS tracker with digital and analogue inputs',
  documentation: 'https://support.digitalmatter.com/en_US/g62-lorawan',
  feeds: ['Tracker'],
  controlledProperty: ['location', 'motion'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: 'a026f5ec 16a10845 0a 12 ca c933 0000 17 1c 2318',
      fPort: 1,
      measurements: {
        location: { latitude: -31.9478112, longitude: 115.8193424 },
        inTrip: false,
        externalPower: false,
        positionCurrent: false,
        ignitionOn: false,
        digitalInput1: true,
        digitalInput2: true,
        digitalOutput1: false,
        heading: 20,
        speed: 18,
        batteryVoltage: 4.04,
        externalVoltage: 13.257,
        analogVoltage1: 0,
        temperature: 23,
        positionAccuracy: 28,
      },
      source: 'chirpstack-device-profiles, G62',
    },
    {
      bytes: 'a926f5ec 11a10845 0a 12 ca',
      fPort: 2,
      measurements: {
        location: { latitude: -31.9478112, longitude: 115.8193424 },
        inTrip: true,
        externalPower: false,
        positionCurrent: true,
        ignitionOn: true,
        digitalInput1: false,
        digitalInput2: false,
        digitalOutput1: false,
        heading: 20,
        speed: 18,
        batteryVoltage: 4.04,
      },
      source: 'computed by hand: the first part of the full frame, on a trip',
    },
    {
      bytes: 'c933 e803 f6 05 2318',
      fPort: 3,
      measurements: { externalVoltage: 13.257, analogVoltage1: 1, temperature: -10, positionAccuracy: 5 },
      source: 'computed by hand: the second part of the full frame',
    },
    {
      bytes: '100e0000 e8030000',
      fPort: 4,
      measurements: { runTime: 3600, distanceTravelled: 10 },
      source: 'computed by hand: odometer',
    },
    {
      bytes: '0101',
      fPort: 5,
      measurements: {},
      source: 'computed by hand: answer to a downlink',
    },
  ],
};
