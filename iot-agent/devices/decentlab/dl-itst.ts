import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import { INFRARED } from '../decentlab-road.ts';
import type { DeviceModel } from '../device-model.ts';

const GROUPS = [INFRARED, BATTERY];

/** How warm a surface is: roads, tracks, playgrounds. */
export const dlItst: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-itst',
  description: 'Infrared thermometer of surfaces',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-ITST-datasheet.pdf',
  feeds: ['TemperatureSensor'],
  controlledProperty: ['temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 02d9 0003 04f9 04c4 0c54',
      fPort: 1,
      measurements: { surfaceTemperature: 27.3, internalTemperature: 22, batteryVoltage: 3.156 },
      source: 'chirpstack-device-profiles, DL-ITST',
    },
    {
      bytes: '02 02d9 0002 0c54',
      fPort: 1,
      measurements: { batteryVoltage: 3.156 },
      source: 'computed by hand: battery only',
    },
  ],
};
