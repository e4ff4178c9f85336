import type { ReadChannel } from '../channel-payload.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, changeAlarm, milesightDecoder, storedReadings } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const soilTemperature: ReadChannel = (r) => ({ soilTemperature: r.int16('temperature') / 10 });

const decode = milesightDecoder('an EM500-SMTC', {
  ...battery,
  '03 67': soilTemperature,
  '04 68': (r) => ({ soilMoisture: r.uint8('moisture') / 2 }),
  '04 ca': (r) => ({ soilMoisture: r.uint16('moisture') / 100 }),
  '83 d7': changeAlarm(soilTemperature),
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
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '83d7 ceff 0500 01',
      fPort: 85,
      measurements: { soilTemperature: -5 },
      source: "computed by hand from the vendor's published table of channels: alarm of the temperature",
    },
    {
      bytes: '04ca 1b0d',
      fPort: 85,
      measurements: { soilMoisture: 33.55 },
      source: "computed by hand from the vendor's published table of channels: moisture in hundredths",
    },
  ],
};
