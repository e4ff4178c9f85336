import { merryIotBoard } from '../browan-payload.ts';
import { readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectPort } from '../expect-length.ts';

const PORT = 127;

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'a MerryIoT CD10', PORT);
  const reader = readBytes(input.bytes, 'little-endian');
  reader.skip(1, 'status');
  return { ...merryIotBoard(reader), co2: reader.uint16('CO2') };
}

/** Carbon dioxide of a room, with temperature and humidity. */
export const merryiotCd10: DeviceModel = {
  vendor: 'browan',
  model: 'merryiot-cd10',
  description: 'Indoor CO2, temperature and humidity sensor',
  documentation: 'https://www.browan.com/en/iot-products/merryiot-cd10',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['airPollution', 'temperature', 'humidity'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '00 0f 19 20 0c02',
      fPort: 127,
      measurements: { batteryVoltage: 3.6, temperature: 25, relativeHumidity: 32, co2: 524 },
      source: 'chirpstack-device-profiles, MerryIoT CD10',
    },
    {
      bytes: '02 0a fb 55 e803',
      fPort: 127,
      measurements: { batteryVoltage: 3.1, temperature: -5, relativeHumidity: 85, co2: 1000 },
      source: 'computed by hand from the reference manual, section 4.1.2: below zero',
    },
  ],
};
