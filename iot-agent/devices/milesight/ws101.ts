import { commandTable } from '../command-table.ts';
import type { DeviceModel, Measurements } from '../device-model.ts';
import { battery, milesightDecoder } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const PRESSES: { readonly [code: number]: string } = { 1: 'short', 2: 'long', 3: 'double' };

function pressed(code: number): Measurements {
  const press = PRESSES[code];
  return press === undefined ? {} : { buttonPress: press };
}

const decode = milesightDecoder('a WS101', { ...battery, 'ff 2e': (r) => pressed(r.uint8('button')) });

/** A button that is pressed briefly, for long, or twice. */
export const ws101: DeviceModel = {
  vendor: 'milesight',
  model: 'ws101',
  description: 'Smart button',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/ws101',
  feeds: ['Button'],
  controlledProperty: ['movementActivity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: 'ff2e01',
      fPort: 85,
      measurements: { buttonPress: 'short' },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '017510 ff2e03',
      fPort: 85,
      measurements: { batteryLevel: 0.16, buttonPress: 'double' },
      source: "computed by hand from the vendor's published table of channels: pressed twice",
    },
    {
      bytes: 'ff2e02',
      fPort: 85,
      measurements: { buttonPress: 'long' },
      source: "computed by hand from the vendor's published table of channels: held",
    },
  ],
};
