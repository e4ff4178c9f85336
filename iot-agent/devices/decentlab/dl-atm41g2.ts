import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { readAir, readStrikes, readTilt, readWind } from '../decentlab-wind.ts';
import { joined, signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const WEATHER: SensorGroup = {
  name: 'weather',
  words: 17,
  read: (words) => {
    const [radiation = 0, micrometres = 0] = words;
    const [conductivity = 0, low = 0, high = 0] = words.slice(14);
    return {
      solarRadiation: signed(radiation, 10),
      precipitation: micrometres / 1000,
      ...readStrikes(words.slice(2)),
      ...readWind(words.slice(4)),
      ...readAir(words.slice(8)),
      ...readTilt(words.slice(12)),
      precipitationConductivity: signed(conductivity),
      precipitationTotal: joined(low, high) / 1000,
    };
  },
};

const GROUPS = [WEATHER, BATTERY];

/** Sun, rain, lightning, wind and air, by a METER ATMOS 41 of the second generation. */
export const dlAtm41g2: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-atm41g2',
  description: 'Eleven parameter weather station, second generation',
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
        '02 5ef8 0003 805c 0000 8000 8000 8034 84b3 8036 80e7 8086 a601 81d6 80ed 81c9 809f 8000 1170 0001 0adc',
      fPort: 1,
      measurements: {
        solarRadiation: 9.2,
        precipitation: 0,
        lightningCount: 0,
        lightningDistance: 0,
        windSpeed: 0.52,
        windDirection: 120.3,
        windGust: 0.54,
        temperature: 23.1,
        vapourPressure: 1.34,
        pressure: 97290,
        relativeHumidity: 47,
        internalTemperature: 23.7,
        tiltX: 45.7,
        tiltY: 15.9,
        precipitationConductivity: 0,
        precipitationTotal: 70,
        batteryVoltage: 2.78,
      },
      source: 'chirpstack-device-profiles, DL-ATM41G2',
    },
    {
      bytes: '02 5ef8 0002 0adc',
      fPort: 1,
      measurements: { batteryVoltage: 2.78 },
      source: 'computed by hand: battery only',
    },
  ],
};
