import { bit, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectPort } from '../expect-length.ts';

/** Ports: the status changed, a heartbeat, a start, a driver's tag. */
const STATUS = 1;
const HEARTBEAT = 2;
const STARTUP = 3;
const REGISTRATION = 10;

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'a parking sensor of Nwave', STATUS, HEARTBEAT, STARTUP, REGISTRATION);
  if (input.fPort === STARTUP || input.fPort === REGISTRATION) return {};
  return { occupied: bit(readBytes(input.bytes, 'big-endian').uint8('parking status'), 0) };
}

/** Whether a parking spot is taken. */
export const parkingSensor: DeviceModel = {
  vendor: 'nwave',
  model: 'parking-sensor',
  description: 'Parking sensor, flush or surface mount',
  documentation:
    'https://nwaveio.atlassian.net/wiki/spaces/ND/pages/1654784042/Nwave+LoRaWAN+Parking+Sensor+-+Getting+Started',
  feeds: ['ParkingSpot'],
  controlledProperty: ['occupancy'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: 'e9',
      fPort: 1,
      measurements: { occupied: true },
      source:
        'computed by hand from the application protocol: parking status with the duration of the one before',
    },
    {
      bytes: 'e91f345678',
      fPort: 2,
      measurements: { occupied: true },
      source: "vendor's example of a message",
    },
    {
      bytes: '001f345678',
      fPort: 2,
      measurements: { occupied: false },
      source: 'computed by hand from the application protocol: heartbeat',
    },
    {
      bytes: '00',
      fPort: 3,
      measurements: {},
      source: 'computed by hand from the application protocol: startup',
    },
  ],
};
