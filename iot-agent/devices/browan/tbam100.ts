import { reportInterval, tabsBoard } from '../browan-payload.ts';
import { readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectPort } from '../expect-length.ts';

const PORT = 104;

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'a TBAM100', PORT);
  const reader = readBytes(input.bytes, 'little-endian');
  reader.skip(1, 'status');
  return { ...tabsBoard(reader), illuminance: reader.uint24('light') / 100 };
}

/** How bright a room is. */
export const tbam100: DeviceModel = {
  vendor: 'browan',
  model: 'tbam100',
  description: 'Ambient light sensor',
  documentation: 'https://www.browan.com/en/iot-products/tbam100',
  feeds: ['IndoorEnvironmentObserved'],
  controlledProperty: ['light', 'temperature'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval),
  examples: [
    {
      bytes: '20 0b 36 204e00',
      fPort: 104,
      measurements: { batteryVoltage: 3.6, temperature: 22, illuminance: 200 },
      source: 'computed by hand from the reference manual, section 4.1',
    },
    {
      bytes: '10 01 1b 102700',
      fPort: 104,
      measurements: { batteryVoltage: 2.6, temperature: -5, illuminance: 100 },
      source: 'computed by hand from the reference manual, section 4.1: below zero',
    },
  ],
};
