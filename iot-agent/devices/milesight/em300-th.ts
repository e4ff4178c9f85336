import { type ByteReader, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';

const skip = (count: number, what: string) => (reader: ByteReader) => {
  reader.skip(count, what);
  return {};
};

/**
 * Channel and type, as one number, to how the value is read. Little-endian.
 * Stored readings (20 ce) carry times of their own: they are passed over, because they are not what is measured now.
 */
const CHANNELS: { readonly [channelAndType: number]: (reader: ByteReader) => Measurements } = {
  373: (reader) => ({ batteryLevel: reader.uint8('battery') / 100 }),
  871: (reader) => ({ temperature: reader.int16('temperature') / 10 }),
  1128: (reader) => ({ relativeHumidity: reader.uint8('humidity') / 2 }),
  1280: skip(1, 'leakage status'),
  1480: skip(4, 'counter'),
  1536: skip(1, 'magnet status'),
  8398: skip(7, 'stored reading'),
  65281: skip(1, 'protocol version'),
  65289: skip(2, 'hardware version'),
  65290: skip(2, 'software version'),
  65291: skip(1, 'power on'),
  65295: skip(1, 'device class'),
  65302: skip(8, 'serial number'),
  65534: skip(1, 'reset event'),
  65535: skip(2, 'TSL version'),
};

/** The size of an unknown channel cannot be known: decoding stops there and keeps what came before it. */
function decode({ bytes }: DecoderInput): Measurements {
  if (bytes.length === 0)
    throw new Error('payload is empty: an EM300-TH sends at least a channel and its value');
  const reader = readBytes(bytes, 'little-endian');
  let measurements: Measurements = {};
  while (reader.remaining() > 0) {
    const isFirst = reader.remaining() === bytes.length;
    const channel = reader.uint8('channel');
    const type = reader.uint8('type');
    const read = CHANNELS[channel * 0x100 + type];
    if (read === undefined) {
      if (isFirst)
        throw new Error(`payload begins with channel ${channel} type ${type}, unknown to an EM300-TH`);
      return measurements;
    }
    measurements = { ...measurements, ...read(reader) };
  }
  return measurements;
}

/** Temperature and humidity, with the charge of its battery. */
export const em300Th: DeviceModel = {
  vendor: 'milesight',
  model: 'em300-th',
  description: 'Temperature and humidity sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em300-th',
  feeds: ['WeatherObserved', 'AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '0367 2c00 0468 17',
      fPort: 85,
      measurements: { temperature: 4.4, relativeHumidity: 11.5 },
      source: 'chirpstack-device-profiles, EM300-TH',
    },
    {
      bytes: '0175 5c 0367 0a01 0468 65',
      fPort: 85,
      measurements: { batteryLevel: 0.92, temperature: 26.6, relativeHumidity: 50.5 },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '0367 ceff',
      fPort: 85,
      measurements: { temperature: -5 },
      source: 'computed by hand: below zero, temperature only',
    },
    {
      bytes: '0175 64 20ce 00f15365 0a01 65 0468 64',
      fPort: 85,
      measurements: { batteryLevel: 1, relativeHumidity: 50 },
      source: 'computed by hand: a stored reading between two current ones',
    },
    {
      bytes: 'ff0b ff ff01 01 ff16 6785c38226020003 ff09 0110 ff0a 0101 ff0f 00',
      fPort: 85,
      measurements: {},
      source: "computed by hand from the user guide's join information: nothing measured",
    },
  ],
};
