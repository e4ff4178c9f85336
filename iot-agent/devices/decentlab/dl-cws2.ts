import { BATTERY, decodeDecentlab, type SensorGroup, SHT35 } from '../decentlab-protocol.ts';
import { readRoad } from '../decentlab-road.ts';
import type { DeviceModel } from '../device-model.ts';

const ROAD: SensorGroup = {
  name: 'road weather',
  words: 6,
  read: (words) => {
    const { surface, air, humidity, dewPoint, tilt, internal } = readRoad(words);
    return {
      surfaceTemperature: surface,
      // The sun warms the sensor: the air's own temperature is that of the shield, which comes first.
      temperature2: air,
      relativeHumidity2: humidity,
      dewPoint,
      tilt,
      internalTemperature: internal,
    };
  },
};

const GROUPS = [SHT35, ROAD, BATTERY];

/** When a road becomes slippery, and the air above it. */
export const dlCws2: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-cws2',
  description: 'Winter road maintenance sensor with a radiation shield',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-CWS2-datasheet.pdf',
  feeds: ['RoadWeatherObserved', 'WeatherObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 58c0 0007 4676 fa0a 81c9 813f a6d8 8137 8025 8130 0b91',
      fPort: 1,
      measurements: {
        temperature: 3.167391470206759,
        relativeHumidity: 97.67299916075379,
        surfaceTemperature: 4.57,
        temperature2: 3.19,
        relativeHumidity2: 99.44,
        dewPoint: 3.11,
        tilt: 37,
        internalTemperature: 3.04,
        batteryVoltage: 2.961,
      },
      source: 'chirpstack-device-profiles, DL-CWS2',
    },
    {
      bytes: '02 58c0 0005 4676 fa0a 0b91',
      fPort: 1,
      measurements: {
        temperature: 3.167391470206759,
        relativeHumidity: 97.67299916075379,
        batteryVoltage: 2.961,
      },
      source: 'computed by hand: without the road',
    },
    {
      bytes: '02 58c0 0004 0b91',
      fPort: 1,
      measurements: { batteryVoltage: 2.961 },
      source: 'computed by hand: battery only',
    },
  ],
};
