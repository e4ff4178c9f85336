import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { readAir, readStrikes, readTilt, readWind, readWindVector } from '../decentlab-wind.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const WEATHER: SensorGroup = {
  name: 'weather',
  words: 17,
  read: (words) => {
    const [radiation = 0, precipitation = 0] = words;
    const [heading = 0] = words.slice(14);
    return {
      solarRadiation: signed(radiation),
      precipitation: signed(precipitation, 1000),
      ...readStrikes(words.slice(2)),
      ...readWind(words.slice(4)),
      ...readAir(words.slice(8)),
      ...readTilt(words.slice(12)),
      compassHeading: signed(heading),
      ...readWindVector(words.slice(15)),
    };
  },
};

const GROUPS = [WEATHER, BATTERY];

/** Sun, rain, lightning, wind and air, by a METER ATMOS 41. */
export const dlAtm41: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-atm41',
  description: 'Eleven parameter weather station',
  documentation: 'https://www.decentlab.com/products/eleven-parameter-weather-station-for-lorawan',
  feeds: ['WeatherObserved'],
  controlledProperty: [
    'solarRadiation',
    'precipitation',
    'windSpeed',
    'windDirection',
    'temperature',
    'humidity',
    'atmosphericPressure',
  ],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes:
        '02 035a 0003 800a 8000 8000 8000 8009 812b 8014 8108 80b4 a57c 820c 8109 8002 7fe8 8056 8008 8004 0bf5',
      fPort: 1,
      measurements: {
        solarRadiation: 10,
        precipitation: 0,
        lightningCount: 0,
        lightningDistance: 0,
        windSpeed: 0.09,
        windDirection: 29.9,
        windGust: 0.2,
        temperature: 26.4,
        vapourPressure: 1.8,
        pressure: 95960,
        relativeHumidity: 52.4,
        internalTemperature: 26.5,
        tiltX: 0.2,
        tiltY: -2.4,
        compassHeading: 86,
        windSpeedNorth: 0.08,
        windSpeedEast: 0.04,
        batteryVoltage: 3.061,
      },
      source: 'chirpstack-device-profiles, DL-ATM41',
    },
    {
      bytes: '02 035a 0002 0bf5',
      fPort: 1,
      measurements: { batteryVoltage: 3.061 },
      source: 'computed by hand: battery only',
    },
  ],
};
