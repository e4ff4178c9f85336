import { BATTERY, decodeDecentlab, type SensorGroup, SHT35 } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

/** Illuminance in lux from the two channels of the light sensor: all light, and its infrared part. */
function illuminance(all: number, infrared: number): number {
  return Math.max(1.0 * all - 1.64 * infrared, 0.59 * all - 0.86 * infrared, 0) * 1.5504;
}

const PRESSURE: SensorGroup = {
  name: 'barometric pressure',
  words: 1,
  read: ([pressure = 0]) => ({ pressure: pressure * 2 }),
};

const LIGHT: SensorGroup = {
  name: 'ambient light',
  words: 2,
  read: ([all = 0, infrared = 0]) => ({
    lightVisibleInfrared: all,
    lightInfrared: infrared,
    illuminance: illuminance(all, infrared),
  }),
};

const CO2: SensorGroup = {
  name: 'CO2',
  words: 3,
  read: ([co2 = 0, status = 0, raw = 0]) => ({
    co2: signed(co2),
    co2SensorStatus: status,
    rawInfrared: raw,
  }),
};

const ACTIVITY: SensorGroup = {
  name: 'activity counter',
  words: 1,
  read: ([count = 0]) => ({ motionCount: count }),
};

const TOTAL_VOC: SensorGroup = { name: 'total VOC', words: 1, read: ([tvoc = 0]) => ({ tvoc }) };

const GROUPS = [BATTERY, SHT35, PRESSURE, LIGHT, CO2, ACTIVITY, TOTAL_VOC];

/** Indoor ambiance: climate, light, CO2, activity and volatile organic compounds. */
export const dlIam: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-iam',
  description: 'Indoor ambiance monitor: CO2, TVOC, motion, temperature, humidity, pressure and light',
  documentation:
    'https://www.decentlab.com/products/indoor-ambiance-monitor-including-co2-tvoc-and-motion-sensor-for-lorawan',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['airPollution', 'temperature', 'humidity', 'atmosphericPressure', 'light', 'motion'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 0bbd 007f 0b92 6a51 5d48 bc4e 0262 0069 81c7 0000 93d4 000b 0111',
      fPort: 1,
      measurements: {
        batteryVoltage: 2.962,
        temperature: 27.67833981841764,
        relativeHumidity: 36.438544289311054,
        pressure: 96412,
        lightVisibleInfrared: 610,
        lightInfrared: 105,
        illuminance: 678.76512,
        co2: 455,
        co2SensorStatus: 0,
        rawInfrared: 37844,
        motionCount: 11,
        tvoc: 273,
      },
      source: 'chirpstack-device-profiles, DL-IAM',
    },
    {
      bytes: '02 0bbd 0051 0b92 81c7 0000 93d4 0111',
      fPort: 1,
      measurements: { batteryVoltage: 2.962, co2: 455, co2SensorStatus: 0, rawInfrared: 37844, tvoc: 273 },
      source: 'computed by hand: battery, CO2 and VOC only',
    },
    {
      bytes: '02 0bbd 0001 0b92',
      fPort: 1,
      measurements: { batteryVoltage: 2.962 },
      source: 'computed by hand: battery only',
    },
  ],
};
