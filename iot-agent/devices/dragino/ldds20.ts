import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { distanceDecoder } from '../dragino-distance.ts';
import { reboot, reportInterval } from '../dragino-payload.ts';

/** Level of a liquid through the bottom of its tank, by ultrasound. */
export const ldds20: DeviceModel = {
  vendor: 'dragino',
  model: 'ldds20',
  description: 'Ultrasonic liquid level sensor, 20 mm to 2 m, with an optional temperature probe',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LDDS20%20-%20LoRaWAN%20Ultrasonic%20Liquid%20Level%20Sensor%20User%20Manual/',
  feeds: ['WaterObserved', 'WasteContainer'],
  controlledProperty: ['waterLevel'],
  category: ['sensor'],
  decode: distanceDecoder('an LDDS20'),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0b45 015e 00 0000 01',
      fPort: 2,
      measurements: { batteryVoltage: 2.885, distance: 350 },
      source: "computed by hand from the user manual's payload table",
    },
    {
      bytes: '0b45 0014 00 ff3f 01',
      fPort: 2,
      measurements: { batteryVoltage: 2.885, temperature: -19.3 },
      source: "computed by hand from the user manual's payload table: nearer than it can measure",
    },
  ],
};
