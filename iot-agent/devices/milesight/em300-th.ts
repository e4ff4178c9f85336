import { skip } from '../channel-payload.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, milesightDecoder, relativeHumidity, temperature } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM300-TH', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  '05 00': skip(1, 'leakage status'),
  '05 c8': skip(4, 'counter'),
  '06 00': skip(1, 'magnet status'),
  // Stored readings carry times of their own: they are passed over, because they are not what is measured now.
  '20 ce': skip(7, 'stored reading'),
});

/** Temperature and humidity, with the charge of its battery. */
export const em300Th: DeviceModel = {
  vendor: 'milesight',
  model: 'em300-th',
  description: 'Temperature and humidity sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em300-th',
  feeds: ['WeatherObserved', 'AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0367 2c00 0468 17',
      fPort: 85,
      measurements: { temperature: 4.4, relativeHumidity: 11.5 },
      source: 'chirpstack-device-profiles, EM300-TH',
    },
    {
      bytes: '0175 5c 0367 0a01 0468 65',
      fPort: 85,
      measurements: { batteryLevel: 0.92, temperature: 26.6, relativeHumidity: 50.5 },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '0367 ceff',
      fPort: 85,
      measurements: { temperature: -5 },
      source: 'computed by hand: below zero, temperature only',
    },
    {
      bytes: '0175 64 20ce 00f15365 0a01 65 0468 64',
      fPort: 85,
      measurements: { batteryLevel: 1, relativeHumidity: 50 },
      source: 'computed by hand: a stored reading between two current ones',
    },
    {
      bytes: 'ff0b ff ff01 01 ff16 6785c38226020003 ff09 0110 ff0a 0101 ff0f 00',
      fPort: 85,
      measurements: {},
      source: "computed by hand from the user guide's join information: nothing measured",
    },
  ],
};
