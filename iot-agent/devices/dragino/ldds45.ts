import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { distanceDecoder } from '../dragino-distance.ts';
import { reboot, reportInterval } from '../dragino-payload.ts';

/** Distance by ultrasound up to 4.5 m. */
export const ldds45: DeviceModel = {
  vendor: 'dragino',
  model: 'ldds45',
  description: 'Ultrasonic distance sensor, 3 cm to 4.5 m, with an optional temperature probe',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LDDS45%20-%20LoRaWAN%20Distance%20Detection%20Sensor%20User%20Manual/',
  feeds: ['WasteContainer'],
  controlledProperty: ['fillingLevel'],
  category: ['sensor'],
  decode: distanceDecoder('an LDDS45'),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0b45 0b05 00 0000 01',
      fPort: 2,
      measurements: { batteryVoltage: 2.885, distance: 2821 },
      source: "user manual, section 'uplink payload'",
    },
    {
      bytes: '0b45 0b05 00 0105 01',
      fPort: 2,
      measurements: { batteryVoltage: 2.885, distance: 2821, temperature: 26.1 },
      source: "computed by hand from the user manual's payload table: with the probe",
    },
  ],
};
