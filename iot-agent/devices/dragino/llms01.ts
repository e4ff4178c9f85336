import { readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { batteryVoltage, optionalProbe, reboot, reportInterval } from '../dragino-payload.ts';
import { expectLength } from '../expect-length.ts';

const LENGTH = 11;

function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'an LLMS01', LENGTH);
  const reader = readBytes(bytes, 'big-endian');
  return {
    ...batteryVoltage(reader.uint16('battery')),
    ...optionalProbe('externalTemperature1', reader.int16('temperature of the DS18B20 probe')),
    leafWetness: reader.uint16('leaf moisture') / 10,
    leafTemperature: reader.int16('leaf temperature') / 10,
  };
}

/** How wet and how warm leaves are. */
export const llms01: DeviceModel = {
  vendor: 'dragino',
  model: 'llms01',
  description: 'Leaf moisture and temperature sensor',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LLMS01-LoRaWAN%20Leaf%20Moisture%20Sensor%20User%20Manual/',
  feeds: ['SoilObserved'],
  controlledProperty: ['humidity', 'temperature'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0b45 0000 0015 00f0 00 00 01',
      fPort: 2,
      measurements: { batteryVoltage: 2.885, leafWetness: 2.1, leafTemperature: 24 },
      source: "computed by hand from the user manual's payload table",
    },
    {
      bytes: '0b45 0105 03e8 ffec 00 00 01',
      fPort: 2,
      measurements: {
        batteryVoltage: 2.885,
        externalTemperature1: 26.1,
        leafWetness: 100,
        leafTemperature: -2,
      },
      source: "computed by hand from the user manual's payload table: wet and frosty, with the probe",
    },
  ],
};
