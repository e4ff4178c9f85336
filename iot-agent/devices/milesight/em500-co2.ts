import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import {
  battery,
  changeAlarm,
  co2,
  milesightDecoder,
  pressure,
  relativeHumidity,
  storedReadings,
  temperature,
} from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM500-CO2', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  '05 7d': co2,
  '06 73': pressure,
  '83 d7': changeAlarm(temperature),
  ...storedReadings,
});

/** Carbon dioxide outdoors, with temperature, humidity and pressure. */
export const em500Co2: DeviceModel = {
  vendor: 'milesight',
  model: 'em500-co2',
  description: 'Outdoor CO2, temperature, humidity and pressure sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em500-co2',
  feeds: ['AirQualityObserved', 'WeatherObserved'],
  controlledProperty: ['airPollution', 'temperature', 'humidity', 'atmosphericPressure'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 0367fa00 04686e 057dc501 06736827',
      fPort: 85,
      measurements: { batteryLevel: 1, temperature: 25, relativeHumidity: 55, co2: 453, pressure: 100880 },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '83d7 2c01 0500 02',
      fPort: 85,
      measurements: { temperature: 30 },
      source:
        "computed by hand from the vendor's published table of channels: the temperature changed suddenly",
    },
    {
      bytes: '057dffff 0367 f6ff',
      fPort: 85,
      measurements: { temperature: -1 },
      source: "computed by hand from the vendor's published table of channels: the CO2 sensor failed",
    },
  ],
};
