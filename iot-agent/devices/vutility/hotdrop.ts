import { readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectLength } from '../expect-length.ts';
import { capacitorVoltage, reportInterval, temperature } from '../vutility-payload.ts';

const LENGTH = 11;
const PACKET = 0x32;
/** The extremes are told as how far they are above and below the mean, in percent of it. */
const PERCENT = 100;

function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'a HotDrop', LENGTH);
  const reader = readBytes(bytes, 'big-endian');
  const packet = reader.uint8('packet type');
  if (packet !== PACKET) throw new Error(`payload is packet ${packet}: a HotDrop sends packet ${PACKET}`);
  const chargeTotal = reader.uint32('charge') / 10;
  const current = reader.uint16('mean current') / 10;
  const above = reader.uint8('maximum current') / PERCENT;
  const below = reader.uint8('minimum current') / PERCENT;
  return {
    chargeTotal,
    current,
    currentMaximum: current * (1 + above),
    currentMinimum: current * (1 - below),
    ...capacitorVoltage(reader),
    ...temperature(reader),
  };
}

/** Alternating current through a clamp that it lives on. */
export const hotdrop: DeviceModel = {
  vendor: 'vutility',
  model: 'hotdrop',
  description: 'Clamp-on current meter, powered by the current',
  documentation:
    'https://github.com/the-real-vutility/payload-codecs/blob/main/hotdrop_direct/index-readme.md',
  feeds: ['ElectricityMeter'],
  controlledProperty: ['electricityConsumption', 'temperature'],
  category: ['meter'],
  decode,
  ...commandTable(reportInterval),
  examples: [
    {
      bytes: '32 00000000 0000 00 00 00 00',
      fPort: 3,
      measurements: {
        chargeTotal: 0,
        current: 0,
        currentMaximum: 0,
        currentMinimum: 0,
        capacitorVoltage: 0,
        temperature: -40,
      },
      source: 'chirpstack-device-profiles, Hotdrop',
    },
    {
      bytes: '32 00004e20 0140 10 40 ff ff',
      fPort: 3,
      measurements: {
        chargeTotal: 2000,
        current: 32,
        currentMaximum: 37.12,
        currentMinimum: 11.52,
        capacitorVoltage: 5,
        temperature: 80,
      },
      source: "computed by hand; the places and scales as in the vendor's published codec",
    },
    {
      bytes: '32 00000de8 0078 6f 4f c5 7d',
      fPort: 3,
      measurements: {
        chargeTotal: 356,
        current: 12,
        currentMaximum: 25.32,
        currentMinimum: 2.52,
        capacitorVoltage: 3.8627450980392157,
        temperature: 18.823529411764703,
      },
      source: "computed by hand: the bytes of the decoded example in the vendor's readme",
    },
  ],
};
