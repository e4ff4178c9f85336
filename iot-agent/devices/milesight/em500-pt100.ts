import type { ReadChannel } from '../channel-payload.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, changeAlarm, milesightDecoder, storedReadings } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

/** The probe's range is wider than that of any air. */
const probe: ReadChannel = (r) => ({ externalTemperature1: r.int16('temperature') / 10 });

const decode = milesightDecoder('an EM500-PT100', {
  ...battery,
  '03 67': probe,
  '83 d7': changeAlarm(probe),
  ...storedReadings,
});

/** Temperature of a probe of platinum, from deep cold to heat. */
export const em500Pt100: DeviceModel = {
  vendor: 'milesight',
  model: 'em500-pt100',
  description: 'Temperature sensor with a PT100 probe',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em500-pt100',
  feeds: ['TemperatureSensor'],
  controlledProperty: ['temperature'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 03672c01',
      fPort: 85,
      measurements: { batteryLevel: 1, externalTemperature1: 30 },
      source: 'chirpstack-device-profiles, EM500-PT100',
    },
    {
      bytes: '83d7 2c01 0500 02',
      fPort: 85,
      measurements: { externalTemperature1: 30 },
      source:
        "computed by hand: the temperature changed suddenly; the sizes as in the vendor's published codec",
    },
    {
      bytes: '0367 38f8',
      fPort: 85,
      measurements: { externalTemperature1: -199.2 },
      source: "computed by hand from the user guide's channel table: deep cold",
    },
  ],
};
