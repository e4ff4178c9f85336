import { tabsBoard } from '../browan-payload.ts';
import { readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectPort } from '../expect-length.ts';

const PORTS = [102, 103];
/** What stands for "this model has no such sensor". */
const ABSENT = 0xffff;
const HUMIDITY_MASK = 0x7f;

function decode(input: DecoderInput): Measurements {
  expectPort(input, 'a TBHH100', ...PORTS);
  const reader = readBytes(input.bytes, 'little-endian');
  reader.skip(1, 'status');
  const board = tabsBoard(reader);
  const relativeHumidity = reader.uint8('humidity') & HUMIDITY_MASK;
  const co2 = reader.uint16('CO2');
  const tvoc = reader.uint16('VOC');
  return {
    ...board,
    relativeHumidity,
    ...(co2 === ABSENT ? {} : { co2 }),
    ...(tvoc === ABSENT ? {} : { tvoc }),
  };
}

/** Temperature and humidity of a room; air quality in the larger model. */
export const tbhh100: DeviceModel = {
  vendor: 'browan',
  model: 'tbhh100',
  description: 'Temperature and humidity sensor, with CO2 and VOC in the TBHV110',
  documentation: 'https://www.browan.com/en/iot-products/tbhh100',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity', 'airPollution'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '08 0b 23 2f ffff ffff',
      fPort: 103,
      measurements: { batteryVoltage: 3.6, temperature: 3, relativeHumidity: 47 },
      source: 'chirpstack-device-profiles, TBHH100',
    },
    {
      bytes: '08 0b 36 2f 2003 6400',
      fPort: 103,
      measurements: { batteryVoltage: 3.6, temperature: 22, relativeHumidity: 47, co2: 800, tvoc: 100 },
      source: 'computed by hand from the reference manual, section 4.1.2: with CO2 and VOC',
    },
  ],
};
