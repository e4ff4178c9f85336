import type { ByteReader } from '../bytes.ts';
import { channelDecoder, skip } from '../channel-payload.ts';
import type { DeviceModel, Measurements } from '../device-model.ts';

function readPlace(reader: ByteReader, scale: number, coordinate: (what: string) => number): Measurements {
  const latitude = coordinate('latitude') / scale;
  const longitude = coordinate('longitude') / scale;
  return { location: { latitude, longitude, altitude: reader.int24('altitude') / 100 } };
}

const temperature = (name: string) => (r: ByteReader) => ({ [name]: r.int16('temperature') / 10 });

const decode = channelDecoder({
  device: 'a RAK10702',
  order: 'big-endian',
  channels: {
    '01 74': (r) => ({ batteryVoltage: r.uint16('battery') / 100 }),
    '02 68': (r) => ({ relativeHumidity: r.uint8('humidity') / 2 }),
    '03 67': temperature('temperature'),
    '04 73': (r) => ({ pressure: r.uint16('pressure') * 10 }),
    '05 65': (r) => ({ illuminance: r.uint16('light') }),
    '06 68': (r) => ({ relativeHumidity: r.uint8('humidity') / 2 }),
    '07 67': temperature('temperature'),
    '08 73': (r) => ({ pressure: r.uint16('pressure') * 10 }),
    '09 02': skip(2, 'gas resistance'),
    '0a 88': (r) => readPlace(r, 10_000, (what) => r.int24(what)),
    '0a 89': (r) => readPlace(r, 1_000_000, (what) => r.int32(what)),
    '10 8a': (r) => ({ vocIndex: r.uint16('VOC index') }),
    '23 7d': (r) => ({ co2: r.uint16('CO2') }),
    '24 67': temperature('co2SensorTemperature'),
    '25 68': skip(1, 'humidity in the CO2 sensor'),
    '28 8a': (r) => ({ pm1: r.uint16('PM1') }),
    '29 8a': (r) => ({ pm25: r.uint16('PM2.5') }),
    '2a 8a': (r) => ({ pm10: r.uint16('PM10') }),
    '30 66': (r) => ({ motionDetected: r.uint8('presence') !== 0 }),
  },
});

/** Air of a room by WisBlock modules; the channel says which one measured. */
export const rak10702: DeviceModel = {
  vendor: 'rakwireless',
  model: 'rak10702',
  description: 'WisBlock indoor comfort node, and other WisBlock kits of the same payload',
  documentation: 'https://docs.rakwireless.com/product-categories/wisnode/rak10702/',
  feeds: ['AirQualityObserved', 'Tracker'],
  controlledProperty: ['temperature', 'humidity', 'airPollution', 'light', 'atmosphericPressure'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '30 66 00 01 74 01a3',
      fPort: 2,
      measurements: { motionDetected: false, batteryVoltage: 4.19 },
      source: 'chirpstack-device-profiles, RAK10702',
    },
    {
      bytes: '01 74 0186 02 68 5a 03 67 00f5 04 73 2710 05 65 0064 10 8a 0064 23 7d 0258',
      fPort: 2,
      measurements: {
        batteryVoltage: 3.9,
        relativeHumidity: 45,
        temperature: 24.5,
        pressure: 100000,
        illuminance: 100,
        vocIndex: 100,
        co2: 600,
      },
      source: 'computed by hand from the table of channels and the types of Cayenne LPP',
    },
    {
      bytes: '0a 88 06765f f2960a 0003e8',
      fPort: 2,
      measurements: { location: { latitude: 42.3519, longitude: -87.9094, altitude: 10 } },
      source: "Cayenne LPP's example of a place",
    },
  ],
};
