import { bit, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectPort } from '../expect-length.ts';

/** Ports: the status changed, a heartbeat, a start, and what the device says of itself. */
const STATUS = 1;
const HEARTBEAT = 2;
const STARTUP = 3;
const ABOUT_ITSELF = [4, 5, 6];
/** What a start tells before the status: debug data, firmware, reason of the reset. */
const BEFORE_STATUS = 16;

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'a PLS', STATUS, HEARTBEAT, STARTUP, ...ABOUT_ITSELF);
  if (ABOUT_ITSELF.includes(input.fPort)) return {};
  const reader = readBytes(input.bytes, 'big-endian');
  if (input.fPort === STARTUP) reader.skip(BEFORE_STATUS, 'debug data, firmware and reset');
  return { occupied: bit(reader.uint8('parking status'), 0) };
}

/** Whether a parking spot is taken. */
export const pls: DeviceModel = {
  vendor: 'bosch',
  model: 'pls',
  description: 'Parking lot sensor (TPS110)',
  documentation:
    'https://vdocument.in/parking-sensor-interface-although-the-parking-sensor-device-needs-to-learn-how-a.html',
  feeds: ['ParkingSpot'],
  controlledProperty: ['occupancy'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '01',
      fPort: 1,
      measurements: { occupied: true },
      source: 'computed by hand from the communication interface: parking status',
    },
    {
      bytes: '00',
      fPort: 2,
      measurements: { occupied: false },
      source: 'computed by hand from the communication interface: heartbeat',
    },
    {
      bytes: '000000000000000000000000 001704 01 01',
      fPort: 3,
      measurements: { occupied: true },
      source: 'computed by hand from the communication interface: startup',
    },
    {
      bytes: '0000',
      fPort: 4,
      measurements: {},
      source: 'computed by hand from the communication interface: device information',
    },
  ],
};
