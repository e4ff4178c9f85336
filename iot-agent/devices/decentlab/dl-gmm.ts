import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const CLIMATE: SensorGroup = {
  name: 'greenhouse',
  words: 7,
  read: ([par = 0, temperature = 0, humidity = 0, co2 = 0, pressure = 0, deficit = 0, dewPoint = 0]) => ({
    photosyntheticallyActiveRadiation: signed(par, 10),
    temperature: signed(temperature, 100),
    relativeHumidity: signed(humidity, 10),
    co2: signed(co2),
    // Sent in hundredths of a kilopascal.
    pressure: signed(pressure, 0.1),
    vapourPressureDeficit: signed(deficit, 100),
    dewPoint: signed(dewPoint, 100),
  }),
};

const GROUPS = [CLIMATE, BATTERY];

/** What plants under glass have of light and air. */
export const dlGmm: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-gmm',
  description: 'Greenhouse multi monitor: light for plants, CO2, temperature, humidity and pressure',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-GMM-datasheet.pdf',
  feeds: ['GreenhouseObserved', 'AirQualityObserved'],
  controlledProperty: ['light', 'airPollution', 'temperature', 'humidity', 'atmosphericPressure'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 532b 0003 8726 8920 8114 8297 a573 80cf 8170 0bbc',
      fPort: 1,
      measurements: {
        photosyntheticallyActiveRadiation: 183,
        temperature: 23.36,
        relativeHumidity: 27.6,
        co2: 663,
        pressure: 95870,
        vapourPressureDeficit: 2.07,
        dewPoint: 3.68,
        batteryVoltage: 3.004,
      },
      source: 'chirpstack-device-profiles, DL-GMM',
    },
    {
      bytes: '02 532b 0002 0bbc',
      fPort: 1,
      measurements: { batteryVoltage: 3.004 },
      source: 'computed by hand: battery only',
    },
  ],
};
