import { BATTERY, decodeDecentlab, SHT35 } from '../decentlab-protocol.ts';
import { INFRARED } from '../decentlab-road.ts';
import type { DeviceModel } from '../device-model.ts';

const GROUPS = [SHT35, INFRARED, BATTERY];

/** When a road freezes. */
export const dlWrm: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-wrm',
  description: 'Winter road maintenance sensor: surface and air temperature, humidity',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-WRM-datasheet.pdf',
  feeds: ['RoadWeatherObserved', 'WeatherObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 1a10 0007 64a0 79b1 04f9 04c4 0c60',
      fPort: 1,
      measurements: {
        temperature: 23.787670710307466,
        relativeHumidity: 47.536430914778364,
        surfaceTemperature: 27.3,
        internalTemperature: 22,
        batteryVoltage: 3.168,
      },
      source: 'chirpstack-device-profiles, DL-WRM',
    },
    {
      bytes: '02 1a10 0006 04f9 04c4 0c60',
      fPort: 1,
      measurements: { surfaceTemperature: 27.3, internalTemperature: 22, batteryVoltage: 3.168 },
      source: 'computed by hand: the road alone',
    },
    {
      bytes: '02 1a10 0004 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
