import { BATTERY, decodeDecentlab, type SensorGroup, SHT21 } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const BAROMETER: SensorGroup = {
  name: 'barometer',
  words: 2,
  read: ([temperature = 0, pressure = 0]) => ({
    barometerTemperature: (temperature - 5000) / 100,
    pressure: pressure * 2,
  }),
};

const CO2: SensorGroup = {
  name: 'CO2',
  words: 8,
  read: ([co2 = 0, filtered = 0, temperature = 0, v1 = 0, v2 = 0, status = 0, raw = 0, rawFiltered = 0]) => ({
    co2: signed(co2),
    co2Filtered: signed(filtered),
    co2SensorTemperature: signed(temperature, 100),
    capacitorVoltage1: v1 / 1000,
    capacitorVoltage2: v2 / 1000,
    co2SensorStatus: status,
    rawInfrared: raw,
    rawInfraredFiltered: rawFiltered,
  }),
};

const GROUPS = [SHT21, BAROMETER, CO2, BATTERY];

/** CO2, temperature, humidity and pressure, outdoors. */
export const dlLp8p: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-lp8p',
  description: 'CO2, temperature, humidity and barometric pressure sensor',
  documentation:
    'https://www.decentlab.com/products/co2-temperature-humidity-and-barometric-pressure-sensor-for-lorawan',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['airPollution', 'temperature', 'humidity', 'atmosphericPressure'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 0578 000f 67bd 618d 1ced bd10 81d9 81f4 895b 0bd8 0bb5 0000 9598 9539 0c25',
      fPort: 1,
      measurements: {
        temperature: 24.35660461425781,
        relativeHumidity: 41.63221740722656,
        barometerTemperature: 24.05,
        pressure: 96800,
        co2: 473,
        co2Filtered: 500,
        co2SensorTemperature: 23.95,
        capacitorVoltage1: 3.032,
        capacitorVoltage2: 2.997,
        co2SensorStatus: 0,
        rawInfrared: 38296,
        rawInfraredFiltered: 38201,
        batteryVoltage: 3.109,
      },
      source: 'chirpstack-device-profiles, DL-LP8P',
    },
    {
      bytes: '02 0578 0009 67bd 618d 0c25',
      fPort: 1,
      measurements: {
        temperature: 24.35660461425781,
        relativeHumidity: 41.63221740722656,
        batteryVoltage: 3.109,
      },
      source: 'computed by hand: without barometer and CO2',
    },
    {
      bytes: '02 0578 0008 0c25',
      fPort: 1,
      measurements: { batteryVoltage: 3.109 },
      source: 'computed by hand: battery only',
    },
  ],
};
