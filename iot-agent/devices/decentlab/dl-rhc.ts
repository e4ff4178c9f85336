import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { joined, signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const CLIMATE: SensorGroup = {
  name: 'temperature and humidity',
  words: 4,
  read: ([low = 0, high = 0, humidity = 0, temperature = 0]) => ({
    probeSerial: joined(low, high),
    relativeHumidity: humidity / 100,
    temperature: signed(temperature, 100),
  }),
};

const GROUPS = [CLIMATE, BATTERY];

/** Temperature and humidity by an exchangeable probe. */
export const dlRhc: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-rhc',
  description: 'High-precision air temperature and humidity sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-RHC-datasheet.pdf',
  feeds: ['WeatherObserved', 'AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 02e0 0003 a9fd 0134 1ca2 85f3 0c60',
      fPort: 1,
      measurements: {
        probeSerial: 20228605,
        relativeHumidity: 73.3,
        temperature: 15.23,
        batteryVoltage: 3.168,
      },
      source: 'chirpstack-device-profiles, DL-RHC',
    },
    {
      bytes: '02 02e0 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
