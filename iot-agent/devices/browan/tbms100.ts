import { tabsBoard } from '../browan-payload.ts';
import { bit, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectPort } from '../expect-length.ts';

const PORT = 102;

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'a TBMS100', PORT);
  const reader = readBytes(input.bytes, 'little-endian');
  return {
    occupied: bit(reader.uint8('status'), 0),
    ...tabsBoard(reader),
    timeSinceEvent: reader.uint16('time since the last event'),
    motionCount: reader.uint24('count of events'),
  };
}

/** Whether a desk or room is taken, by infrared. */
export const tbms100: DeviceModel = {
  vendor: 'browan',
  model: 'tbms100',
  description: 'Motion sensor for desks and rooms',
  documentation: 'https://www.browan.com/en/iot-products/tbms100',
  feeds: ['PresenceSensor'],
  controlledProperty: ['occupancy', 'motion', 'temperature'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '08 0b 23 2fff ffffff',
      fPort: 102,
      measurements: {
        occupied: false,
        batteryVoltage: 3.6,
        temperature: 3,
        timeSinceEvent: 65327,
        motionCount: 16777215,
      },
      source: 'chirpstack-device-profiles, TBMS100, with the count of 24 bits of the reference manual',
    },
    {
      bytes: '01 0b 36 0000 010000',
      fPort: 102,
      measurements: {
        occupied: true,
        batteryVoltage: 3.6,
        temperature: 22,
        timeSinceEvent: 0,
        motionCount: 1,
      },
      source: 'computed by hand from the reference manual, section 4.1.2: occupied',
    },
  ],
};
