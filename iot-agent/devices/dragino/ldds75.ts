import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { distanceDecoder } from '../dragino-distance.ts';
import { reboot, reportInterval } from '../dragino-payload.ts';

/** Distance by ultrasound, in bins and tanks. */
export const ldds75: DeviceModel = {
  vendor: 'dragino',
  model: 'ldds75',
  description: 'Ultrasonic distance sensor with an optional temperature probe',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LDDS75%20-%20LoRaWAN%20Distance%20Detection%20Sensor%20User%20Manual/',
  feeds: ['WasteContainer'],
  controlledProperty: ['fillingLevel'],
  category: ['sensor'],
  decode: distanceDecoder('an LDDS75'),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0d0a 07e9 00 0000 01',
      fPort: 2,
      measurements: { batteryVoltage: 3.338, distance: 2025 },
      source: 'chirpstack-device-profiles, LDDS75',
    },
    {
      bytes: '0d0a 0320 00 ff3f 01',
      fPort: 2,
      measurements: { batteryVoltage: 3.338, distance: 800, temperature: -19.3 },
      source: "computed by hand, with the user manual's example of a temperature below zero",
    },
    {
      bytes: '0d0a 0014 01 0105 00',
      fPort: 2,
      measurements: { batteryVoltage: 3.338, temperature: 26.1 },
      source: 'computed by hand: invalid reading, hence no distance',
    },
    {
      bytes: '0b45 0b05',
      fPort: 2,
      measurements: { batteryVoltage: 2.885, distance: 2821 },
      source: 'computed by hand: frame of firmware before v1.1.4',
    },
  ],
};
