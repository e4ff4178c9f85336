import { bit, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectLength } from '../expect-length.ts';

const LENGTH = 11;
const FRAME_TYPE_MASK = 0x0f;
const OCCUPIED = 7;
const BATTERY_LOW = 6;

/** What stands between the frame counter and the temperature, by frame type; other frames have no temperature. */
const BEFORE_TEMPERATURE: { readonly [frameType: number]: number } = { 0: 0, 1: 2 };

function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'a Smart Parking node of firmware 2', LENGTH);
  const reader = readBytes(bytes, 'big-endian');
  const basic = reader.uint8('basic data');
  reader.skip(1, 'frame counter');
  const status = { occupied: bit(basic, OCCUPIED), batteryLow: bit(basic, BATTERY_LOW) };
  const before = BEFORE_TEMPERATURE[basic & FRAME_TYPE_MASK];
  if (before === undefined) return status;
  reader.skip(before, 'time');
  return { ...status, temperature: reader.int8('temperature') };
}

/** Whether a parking spot is taken, with the temperature of the ground. */
export const smartParking: DeviceModel = {
  vendor: 'libelium',
  model: 'smart-parking',
  description: 'Plug & Sense! Smart Parking, firmware 2',
  documentation:
    'https://manuals.online/waspmote/automobile-accessories/plug-sense-smart-parking/quick-start-guide/1ssuu',
  feeds: ['ParkingSpot'],
  controlledProperty: ['occupancy', 'temperature'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '80 05 14 0102 0304 0506 0000',
      fPort: 3,
      measurements: { occupied: true, batteryLow: false, temperature: 20 },
      source: 'computed by hand from the user manual, section 7.1.1: info frame',
    },
    {
      bytes: '41 06 0c 1e fb 0102 0304 0506',
      fPort: 3,
      measurements: { occupied: false, batteryLow: true, temperature: -5 },
      source: 'computed by hand from the user manual, section 7.1.2: keep-alive',
    },
    {
      bytes: '82 07 0102 0304 0506 000000',
      fPort: 3,
      measurements: { occupied: true, batteryLow: false },
      source: 'computed by hand from the user manual, section 7.1.3: daily update',
    },
  ],
};
