import type { DeviceModel } from '../device-model.ts';
import { batteryVoltage, netvoxDecoder } from '../netvox-payload.ts';

const DEVICE_TYPE = 0xbb;

const decode = netvoxDecoder('an R718UBD', DEVICE_TYPE, {
  1: (r) => ({
    ...batteryVoltage(r),
    temperature: r.int16('temperature') / 100,
    relativeHumidity: r.uint16('humidity') / 100,
    co2: r.uint16('CO2'),
  }),
  2: (r) => ({
    ...batteryVoltage(r),
    pressure: r.uint32('air pressure'),
    illuminance: r.uint24('illuminance'),
  }),
  3: (r) => ({
    ...batteryVoltage(r),
    pm25: r.uint16('PM2.5'),
    pm10: r.uint16('PM10'),
    tvoc: r.uint16('TVOC'),
  }),
});

/** Air of a room in three reports: climate and CO2, pressure and light, dust and VOC. */
export const r718ubd: DeviceModel = {
  vendor: 'netvox',
  model: 'r718ubd',
  description: 'Indoor air quality sensor series (CO2, PM, TVOC, pressure, light, shock)',
  documentation: 'http://www.netvox.com.tw/um/R718UBD/R718UBDUserManual.pdf',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity', 'airPollution', 'light', 'atmosphericPressure'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '01 bb 01 00 097a 151f 020c 01',
      fPort: 6,
      measurements: { temperature: 24.26, relativeHumidity: 54.07, co2: 524 },
      source: 'user manual, report data 1',
    },
    {
      bytes: '01 bb 02 00 0001870f 000032',
      fPort: 6,
      measurements: { pressure: 100111, illuminance: 50 },
      source: 'user manual, report data 2',
    },
    {
      bytes: '01 bb 03 24 0010 0020 0064 00',
      fPort: 6,
      measurements: { batteryVoltage: 3.6, pm25: 16, pm10: 32, tvoc: 100 },
      source: 'computed by hand from the user manual: report 3',
    },
  ],
};
