import { type ByteReader, bit, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectLength } from '../expect-length.ts';

/** Bits of the status. Bit 3 is reserved; bits 6 and 7 tell that it was idle, or unmounted, for too long. */
const MOUNTED = 0;
const BRIGHT = 1;
const TEMPERATURE_OUT_OF_RANGE = 2;
const OBSTACLE = 4;
const INLET_COVERED = 5;
const SMOKE = 8;
const BATTERY_LOW = 9;
/** Smoke chamber failed, fouled; ultrasonic sensor, infrared sensor, buzzer failed. */
const FAULTS = [10, 11, 12, 13, 14];

/** Messages of every kind, and the one with additional data. */
const LENGTHS = [5, 35];

/** Additional data are the battery, and counters and dates of the detector's life: nothing of the room. */
function readBattery(reader: ByteReader): Measurements {
  return reader.remaining() === 0 ? {} : { batteryVoltage: (reader.uint8('battery') + 100) / 100 };
}

function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'a TG563A', ...LENGTHS);
  const reader = readBytes(bytes, 'little-endian');
  reader.skip(2, 'message type and configuration');
  const temperature = reader.int8('temperature');
  const status = reader.uint16('status');
  return {
    temperature,
    mounted: bit(status, MOUNTED),
    bright: bit(status, BRIGHT),
    temperatureOutOfRange: bit(status, TEMPERATURE_OUT_OF_RANGE),
    obstacleDetected: bit(status, OBSTACLE),
    inletCovered: bit(status, INLET_COVERED),
    smokeAlarm: bit(status, SMOKE),
    batteryLow: bit(status, BATTERY_LOW),
    detectorFault: FAULTS.some((index) => bit(status, index)),
    ...readBattery(reader),
  };
}

/** Smoke in a room, and whether the detector can see it. */
export const tg563a: DeviceModel = {
  vendor: 'sept-s',
  model: 'tg563a',
  description: 'Smoke detector',
  documentation: 'https://www.sept-s.com/',
  feeds: ['SmokeDetector'],
  controlledProperty: ['smoke', 'temperature'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '0f 7e 1a 0300 cd 25915634 c632e3325e05e342f803091afe13ffff19c849270000e21a05',
      fPort: 1,
      measurements: {
        temperature: 26,
        mounted: true,
        bright: true,
        temperatureOutOfRange: false,
        obstacleDetected: false,
        inletCovered: false,
        smokeAlarm: false,
        batteryLow: false,
        detectorFault: false,
        batteryVoltage: 3.05,
      },
      source: 'chirpstack-device-profiles, TG563A',
    },
    {
      bytes: '01 7e fb 0103',
      fPort: 1,
      measurements: {
        temperature: -5,
        mounted: true,
        bright: false,
        temperatureOutOfRange: false,
        obstacleDetected: false,
        inletCovered: false,
        smokeAlarm: true,
        batteryLow: true,
        detectorFault: false,
      },
      source:
        "computed by hand: smoke; the bits of the status as the vendor's published codec tells them apart",
    },
    {
      bytes: '00 7e 14 3140',
      fPort: 1,
      measurements: {
        temperature: 20,
        mounted: true,
        bright: false,
        temperatureOutOfRange: false,
        obstacleDetected: true,
        inletCovered: true,
        smokeAlarm: false,
        batteryLow: false,
        detectorFault: true,
      },
      source:
        "computed by hand: something before the detector and over its inlet, its buzzer failed; the bits as the vendor's published codec tells them apart",
    },
  ],
};
