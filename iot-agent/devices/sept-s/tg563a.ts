import { bit, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';

/** Bits of the status, in the order in which the vendor's decoded message lists them. */
const MOUNTED = 0;
const BRIGHT = 1;
const TEMPERATURE_OUT_OF_RANGE = 2;
const OBSTACLE = 3;
const INLET_COVERED = 4;
const SMOKE = 7;
const BATTERY_LOW = 8;
/** Smoke chamber failed, fouled; ultrasonic sensor, infrared sensor, buzzer failed. */
const FAULTS = [9, 10, 11, 12, 13];

/** What follows the battery are counters and dates of the detector's life: nothing of the room. */
function decode({ bytes }: DecoderInput): Measurements {
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
    batteryVoltage: (reader.uint8('battery') + 100) / 100,
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
      bytes: '0e 7e fb 8101 96',
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
        batteryVoltage: 2.5,
      },
      source: "computed by hand: the order of the status is that of the vendor's decoded message",
    },
  ],
};
