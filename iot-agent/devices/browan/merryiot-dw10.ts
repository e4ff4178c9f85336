import { merryIotBoard } from '../browan-payload.ts';
import { bit, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectPort } from '../expect-length.ts';

const PORT = 120;

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'a MerryIoT DW10', PORT);
  const reader = readBytes(input.bytes, 'little-endian');
  const status = reader.uint8('status');
  return {
    contactOpen: bit(status, 0),
    buttonPressed: bit(status, 1),
    tampered: bit(status, 2),
    tilted: bit(status, 3),
    ...merryIotBoard(reader),
    timeSinceEvent: reader.uint16('time since the last event'),
    eventCount: reader.uint24('count of events'),
  };
}

/** A door or window that is open or closed. */
export const merryiotDw10: DeviceModel = {
  vendor: 'browan',
  model: 'merryiot-dw10',
  description: 'Open/close sensor with temperature and humidity',
  documentation: 'https://www.browan.com/en/iot-products/merryiot-dw10',
  feeds: ['ContactSensor'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '00 0f 15 1c 0000 d22500',
      fPort: 120,
      measurements: {
        contactOpen: false,
        buttonPressed: false,
        tampered: false,
        tilted: false,
        batteryVoltage: 3.6,
        temperature: 21,
        relativeHumidity: 28,
        timeSinceEvent: 0,
        eventCount: 9682,
      },
      source: 'chirpstack-device-profiles, MerryIoT DW10',
    },
    {
      bytes: '0d 0f 15 1c 0500 010000',
      fPort: 120,
      measurements: {
        contactOpen: true,
        buttonPressed: false,
        tampered: true,
        tilted: true,
        batteryVoltage: 3.6,
        temperature: 21,
        relativeHumidity: 28,
        timeSinceEvent: 5,
        eventCount: 1,
      },
      source: 'computed by hand from the reference manual, section 4.1.2: open, tampered with and tilted',
    },
  ],
};
