import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { reboot, reportInterval } from '../elsys-commands.ts';
import { decodeElsys } from '../elsys-payload.ts';

/** What is wired to it: pulses, voltages, lines, probes. */
export const extModule: DeviceModel = {
  vendor: 'elsys',
  model: 'ext-module',
  description: 'External module for probes, pulses and lines',
  documentation: 'https://www.elsys.se/en/elsys-payload/',
  feeds: ['PulseMeter', 'WasteContainer'],
  controlledProperty: ['waterConsumption', 'gasConsumption', 'electricityConsumption'],
  category: ['sensor'],
  decode: ({ bytes }) => decodeElsys(bytes),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '07 0e10 0a 0005 0b 00000100 0e 04d2 16 0006 17 00000200 1b 00000064',
      fPort: 5,
      measurements: {
        batteryVoltage: 3.6,
        distance: 1234,
        pulseCount1: 5,
        pulseTotal1: 256,
        pulseCount2: 6,
        pulseTotal2: 512,
        externalAnalogVoltage: 0.0001,
      },
      source: 'computed by hand from the table of sensor types of the Elsys payload',
    },
  ],
};
