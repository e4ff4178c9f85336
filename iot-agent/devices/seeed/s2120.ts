import { type ByteReader, readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';

const readAir = (r: ByteReader): Measurements => ({
  temperature: r.int16('temperature') / 10,
  relativeHumidity: r.uint8('humidity'),
  illuminance: r.uint32('light'),
  uvIndex: r.uint8('UV') / 10,
  windSpeed: r.uint16('wind speed') / 10,
});

const readWeather = (r: ByteReader): Measurements => ({
  windDirection: r.uint16('wind direction'),
  precipitation: r.uint32('rain of the hour') / 1000,
  pressure: r.uint16('pressure') * 10,
});

const skipped =
  (count: number, what: string) =>
  (r: ByteReader): Measurements => {
    r.skip(count, what);
    return {};
  };

const readBattery = (r: ByteReader): Measurements => ({ batteryLevel: r.uint8('battery') / 100 });

/** Packets by their number; the numbers from 4a on are those of newer firmware. */
const PACKETS: { readonly [number: number]: (reader: ByteReader) => Measurements } = {
  1: readAir,
  2: readWeather,
  3: readBattery,
  4: (r) => ({ ...readBattery(r), ...skipped(8, 'versions and intervals')(r) }),
  5: skipped(4, 'intervals'),
  6: skipped(1, 'error'),
  74: readAir,
  75: readWeather,
  76: (r) => ({ windGust: r.uint16('peak wind') / 10, precipitationTotal: r.uint32('rain') / 1000 }),
};

/** The size of an unknown packet cannot be known: decoding stops there and keeps what came before it. */
function decode({ bytes }: DecoderInput): Measurements {
  const reader = readBytes(bytes, 'big-endian');
  let measured: Measurements = {};
  do {
    const isFirst = reader.remaining() === bytes.length;
    const number = reader.uint8('packet number');
    const read = PACKETS[number];
    if (read === undefined) {
      if (isFirst) throw new Error(`payload begins with packet ${number}, unknown to an S2120`);
      return measured;
    }
    measured = { ...measured, ...read(reader) };
  } while (reader.remaining() > 0);
  return measured;
}

/** Weather: temperature, humidity, light, UV, wind, rain and pressure. */
export const s2120: DeviceModel = {
  vendor: 'seeed',
  model: 's2120',
  description: 'Eight-in-one weather station',
  documentation: 'https://sensecap-docs.seeed.cc/',
  feeds: ['WeatherObserved'],
  controlledProperty: [
    'weatherConditions',
    'temperature',
    'humidity',
    'windSpeed',
    'windDirection',
    'precipitation',
    'light',
    'atmosphericPressure',
  ],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '01 00f5 37 00002710 1e 0023 02 010e 000004b0 278d',
      fPort: 3,
      measurements: {
        temperature: 24.5,
        relativeHumidity: 55,
        illuminance: 10000,
        uvIndex: 3,
        windSpeed: 3.5,
        windDirection: 270,
        precipitation: 1.2,
        pressure: 101250,
      },
      source: 'computed by hand from the user guide, section 10.2',
    },
    {
      bytes: '4a ff9c 5f 00000000 00 0000 4b 0000 00000000 2774',
      fPort: 3,
      measurements: {
        temperature: -10,
        relativeHumidity: 95,
        illuminance: 0,
        uvIndex: 0,
        windSpeed: 0,
        windDirection: 0,
        precipitation: 0,
        pressure: 101000,
      },
      source: 'computed by hand: the newer numbers of the packets',
    },
    {
      bytes: '4c 0055 00001388',
      fPort: 3,
      measurements: { windGust: 8.5, precipitationTotal: 5 },
      source: 'computed by hand: peak wind and rain since the start',
    },
    {
      bytes: '03 64',
      fPort: 3,
      measurements: { batteryLevel: 1 },
      source: 'computed by hand from the user guide, section 10.2: battery',
    },
    {
      bytes: '04 64 01000200 003c 05a0',
      fPort: 3,
      measurements: { batteryLevel: 1 },
      source: 'computed by hand from the user guide, section 10.2: battery, versions and intervals',
    },
    {
      bytes: '05 003c 05a0 06 00',
      fPort: 3,
      measurements: {},
      source: 'computed by hand from the user guide, section 10.2: intervals, no error',
    },
  ],
};
