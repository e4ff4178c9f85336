import { type ByteReader, bit, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { coarseDegrees, degrees, location } from '../digital-matter-payload.ts';
import { expectPort } from '../expect-length.ts';

/** Ports: the position, answers to downlinks, statistics of the device, the position in fewer bytes. */
const POSITION = 1;
const ANSWER = 2;
const STATISTICS = 3;
const SHORT_POSITION = 4;
/** Degrees in a step of the heading. */
const STEP = 5.625;
const COARSE_STEP = 45;
const BATTERY_STEPS_A_VOLT = 40;

function readPosition(reader: ByteReader): Measurements {
  const place = location(degrees(reader.int32('latitude')), degrees(reader.int32('longitude')));
  const trip = reader.uint8('trip and heading');
  return {
    ...place,
    inTrip: bit(trip, 0),
    positionCurrent: !bit(trip, 1),
    heading: (trip >> 2) * STEP,
    speed: reader.uint8('speed'),
    batteryVoltage: reader.uint8('battery') / BATTERY_STEPS_A_VOLT,
  };
}

function readShortPosition(reader: ByteReader): Measurements {
  const place = location(coarseDegrees(reader, 'latitude'), coarseDegrees(reader, 'longitude'));
  const motion = reader.uint8('heading and speed');
  const batteryVoltage = reader.uint8('battery') / BATTERY_STEPS_A_VOLT;
  const trip = reader.uint8('trip');
  return {
    ...place,
    heading: (motion & 0x07) * COARSE_STEP,
    speed: (motion >> 3) * 5,
    batteryVoltage,
    inTrip: bit(trip, 0),
    positionCurrent: !bit(trip, 1),
  };
}

const FRAMES: { readonly [port: number]: (reader: ByteReader) => Measurements } = {
  [POSITION]: readPosition,
  [SHORT_POSITION]: readShortPosition,
};

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'an Oyster3', POSITION, ANSWER, STATISTICS, SHORT_POSITION);
  return FRAMES[input.fPort]?.(readBytes(input.bytes, 'little-endian')) ?? {};
}

/** Where a thing without power of its own is: Oyster3 and Yabby3. */
export const oyster3: DeviceModel = {
  vendor: 'digital-matter',
  model: 'oyster3',
  description: 'Battery powered GNSS tracker (Oyster3, Yabby3)',
  documentation: 'https://support.digitalmatter.com/en_US/oyster-3-lorawan',
  feeds: ['Tracker'],
  controlledProperty: ['location', 'motion'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '53ab783c 0421f98e 94 0a b3',
      fPort: 1,
      measurements: {
        location: { latitude: 101.4541139, longitude: -189.6275708 },
        inTrip: false,
        positionCurrent: true,
        heading: 208.125,
        speed: 10,
        batteryVoltage: 4.475,
      },
      source: 'chirpstack-device-profiles, Oyster3: beyond the globe, as the vendor has it',
    },
    {
      bytes: 'a026f5 45a108 2a b4 03',
      fPort: 4,
      measurements: {
        location: { latitude: -18.2018048, longitude: 14.4786688 },
        heading: 90,
        speed: 25,
        batteryVoltage: 4.5,
        inTrip: true,
        positionCurrent: false,
      },
      source: 'computed by hand: the short position, its fix failed',
    },
    {
      bytes: '8102',
      fPort: 2,
      measurements: {},
      source: 'computed by hand: answer to a downlink',
    },
    {
      bytes: '0000000000000000000000',
      fPort: 3,
      measurements: {},
      source: 'computed by hand: statistics of the device',
    },
  ],
};
