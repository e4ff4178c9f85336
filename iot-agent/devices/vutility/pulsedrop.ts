import { readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectLength } from '../expect-length.ts';
import { capacitorVoltage, reportInterval, temperature } from '../vutility-payload.ts';

const LENGTH = 11;
const PACKET = 0x1c;

function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'a PulseDrop', LENGTH);
  const reader = readBytes(bytes, 'big-endian');
  const packet = reader.uint8('packet type');
  if (packet !== PACKET) throw new Error(`payload is packet ${packet}: a PulseDrop sends packet ${PACKET}`);
  const device = { ...capacitorVoltage(reader), ...temperature(reader) };
  return { pulseTotal1: reader.uint32('pulse count'), ...device };
}

/** Pulses of a meter. */
export const pulsedrop: DeviceModel = {
  vendor: 'vutility',
  model: 'pulsedrop',
  description: 'Pulse counter',
  documentation:
    'https://github.com/the-real-vutility/payload-codecs/blob/main/pulsedrop_direct/index-readme.md',
  feeds: ['PulseMeter'],
  controlledProperty: ['waterConsumption', 'gasConsumption', 'electricityConsumption', 'temperature'],
  category: ['meter'],
  decode,
  ...commandTable(reportInterval),
  examples: [
    {
      bytes: '1c c5 7d 00000de8 00000000',
      fPort: 3,
      measurements: {
        pulseTotal1: 3560,
        capacitorVoltage: 3.8627450980392157,
        temperature: 18.823529411764703,
      },
      source: 'chirpstack-device-profiles, PulseDrop',
    },
    {
      bytes: '1c ff 00 00000001 00000000',
      fPort: 3,
      measurements: { pulseTotal1: 1, capacitorVoltage: 5, temperature: -40 },
      source: 'computed by hand: the ends of the scales',
    },
  ],
};
