import { BATTERY, decodeDecentlab, type SensorGroup, SHT21 } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const PARTICLES: SensorGroup = {
  name: 'particulate matter',
  words: 10,
  read: ([pm1 = 0, pm25 = 0, pm4 = 0, pm10 = 0, size = 0, n05 = 0, n1 = 0, n25 = 0, n4 = 0, n10 = 0]) => ({
    pm1: pm1 / 10,
    pm25: pm25 / 10,
    pm4: pm4 / 10,
    pm10: pm10 / 10,
    typicalParticleSize: size,
    particleCount05: n05 / 10,
    particleCount1: n1 / 10,
    particleCount25: n25 / 10,
    particleCount4: n4 / 10,
    particleCount10: n10 / 10,
  }),
};

const PRESSURE: SensorGroup = {
  name: 'barometric pressure',
  words: 1,
  read: ([pressure = 0]) => ({ pressure: pressure * 2 }),
};

const GROUPS = [BATTERY, PARTICLES, SHT21, PRESSURE];

/** Particulate matter, temperature, humidity and pressure. */
export const dlPm: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-pm',
  description: 'Particulate matter, temperature, humidity and barometric pressure sensor',
  documentation:
    'https://www.decentlab.com/products/particulate-matter-temperature-humidity-and-barometric-pressure-sensor-for-lorawan',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['airPollution', 'temperature', 'humidity', 'atmosphericPressure'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 1b50 000f 0c25 0025 0027 0027 0027 01f5 0107 012c 012d 012d 012d 67bd 618d bd10',
      fPort: 1,
      measurements: {
        batteryVoltage: 3.109,
        pm1: 3.7,
        pm25: 3.9,
        pm4: 3.9,
        pm10: 3.9,
        typicalParticleSize: 501,
        particleCount05: 26.3,
        particleCount1: 30,
        particleCount25: 30.1,
        particleCount4: 30.1,
        particleCount10: 30.1,
        temperature: 24.35660461425781,
        relativeHumidity: 41.63221740722656,
        pressure: 96800,
      },
      source: 'chirpstack-device-profiles, DL-PM',
    },
    {
      bytes: '02 1b50 000d 0c25 67bd 618d bd10',
      fPort: 1,
      measurements: {
        batteryVoltage: 3.109,
        temperature: 24.35660461425781,
        relativeHumidity: 41.63221740722656,
        pressure: 96800,
      },
      source: 'computed by hand: the particle group left out',
    },
    {
      bytes: '02 1b50 0001 0c25',
      fPort: 1,
      measurements: { batteryVoltage: 3.109 },
      source: 'computed by hand: battery only',
    },
  ],
};
