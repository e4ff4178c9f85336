import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { readRoad } from '../decentlab-road.ts';
import type { DeviceModel } from '../device-model.ts';

const ROAD: SensorGroup = {
  name: 'road weather',
  words: 6,
  read: (words) => {
    const { surface, air, humidity, dewPoint, tilt, internal } = readRoad(words);
    return {
      surfaceTemperature: surface,
      temperature: air,
      relativeHumidity: humidity,
      dewPoint,
      tilt,
      internalTemperature: internal,
    };
  },
};

const GROUPS = [ROAD, BATTERY];

/** When a road becomes slippery. */
export const dlCws: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-cws',
  description: 'Winter road maintenance sensor: road surface temperature and dew point',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-CWS-datasheet.pdf',
  feeds: ['RoadWeatherObserved', 'WeatherObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 4639 0003 8a77 8a95 977a 874c 8047 8a5e 0b74',
      fPort: 1,
      measurements: {
        surfaceTemperature: 26.79,
        temperature: 27.09,
        relativeHumidity: 60.1,
        dewPoint: 18.68,
        tilt: 71,
        internalTemperature: 26.54,
        batteryVoltage: 2.932,
      },
      source: 'chirpstack-device-profiles, DL-CWS',
    },
    {
      bytes: '02 4639 0002 0b74',
      fPort: 1,
      measurements: { batteryVoltage: 2.932 },
      source: 'computed by hand: battery only',
    },
  ],
};
