import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { readTilt, readWind, readWindVector } from '../decentlab-wind.ts';
import type { DeviceModel } from '../device-model.ts';

const WIND: SensorGroup = {
  name: 'wind',
  words: 8,
  read: (words) => ({
    ...readWind(words),
    ...readTilt(words.slice(4)),
    ...readWindVector(words.slice(6)),
  }),
};

const GROUPS = [WIND, BATTERY];

/** Wind by ultrasound. */
export const dlAtm22: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-atm22',
  description: 'Wind speed, wind direction and temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-ATM22-datasheet.pdf',
  feeds: ['WeatherObserved'],
  controlledProperty: ['windSpeed', 'windDirection', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 08c9 0003 8009 812b 8014 8108 8002 7fe8 8008 8004 0bf5',
      fPort: 1,
      measurements: {
        windSpeed: 0.09,
        windDirection: 29.9,
        windGust: 0.2,
        temperature: 26.4,
        tiltX: 0.2,
        tiltY: -2.4,
        windSpeedNorth: 0.08,
        windSpeedEast: 0.04,
        batteryVoltage: 3.061,
      },
      source: 'chirpstack-device-profiles, DL-ATM22',
    },
    {
      bytes: '02 08c9 0002 0bf5',
      fPort: 1,
      measurements: { batteryVoltage: 3.061 },
      source: 'computed by hand: battery only',
    },
  ],
};
