import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, milesightDecoder, storedReadings } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM500-SMTC', {
  ...battery,
  '03 67': (r) => ({ soilTemperature: r.int16('temperature') / 10 }),
  '04 68': (r) => ({ soilMoisture: r.uint8('moisture') / 2 }),
  '04 ca': (r) => ({ soilMoisture: r.uint16('moisture') / 100 }),
  '05 7f': (r) => ({ soilConductivity: r.uint16('conductivity') }),
  ...storedReadings,
});

/** Moisture, temperature and conductivity of soil, in parks and planters. */
export const em500Smtc: DeviceModel = {
  vendor: 'milesight',
  model: 'em500-smtc',
  description: 'Soil moisture, temperature and conductivity sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em500-smtc',
  feeds: ['SoilObserved'],
  controlledProperty: ['soilMoisture', 'temperature'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 0367 0e01 0468 3f 057f 8400',
      fPort: 85,
      measurements: { batteryLevel: 1, soilTemperature: 27, soilMoisture: 31.5, soilConductivity: 132 },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '04ca 1b0d',
      fPort: 85,
      measurements: { soilMoisture: 33.55 },
      source: "computed by hand from the user guide's channel table: moisture in hundredths",
    },
  ],
};
