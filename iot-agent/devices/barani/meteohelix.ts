import { readBits } from '../bit-reader.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectLength } from '../expect-length.ts';

const LENGTH = 11;

/** A value of the message, scaled; left out when the station says that it is not known. */
function scaled(name: string, raw: number | undefined, resolution: number, offset = 0): Measurements {
  return raw === undefined ? {} : { [name]: Math.round((raw * resolution + offset) * 1000) / 1000 };
}

/** Fields of 2, 5, 11, 6, 6, 9, 14, 10, 9 and 8 bits; extremes are told as differences to the mean. */
function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'a MeteoHelix', LENGTH);
  const bits = readBits(bytes);
  bits.next(2);
  const battery = bits.next(5);
  const temperature = bits.next(11);
  const below = bits.next(6);
  const above = bits.next(6);
  const humidity = bits.next(9);
  const pressure = bits.next(14);
  const sun = bits.next(10);
  const sunAbove = bits.next(9);
  return {
    ...scaled('batteryVoltage', battery, 0.05, 3),
    ...scaled('temperature', temperature, 0.1, -100),
    ...scaled('temperatureMinimum', sum(temperature, below, -1), 0.1, -100),
    ...scaled('temperatureMaximum', sum(temperature, above, 1), 0.1, -100),
    ...scaled('relativeHumidity', humidity, 0.2),
    ...scaled('pressure', pressure, 5, 50_000),
    ...scaled('solarRadiation', sun, 2),
    ...scaled('solarRadiationMaximum', sum(sun, sunAbove, 1), 2),
    ...scaled('rainPulses', bits.next(8), 1),
  };
}

/** Undefined when one of the two is not known. */
function sum(mean: number | undefined, difference: number | undefined, sign: number): number | undefined {
  return mean === undefined || difference === undefined ? undefined : mean + sign * difference;
}

/** Weather in a few bits: temperature and its extremes, humidity, pressure, sun and rain. */
export const meteohelix: DeviceModel = {
  vendor: 'barani',
  model: 'meteohelix',
  description: 'MeteoHelix weather station',
  documentation: 'https://www.baranidesign.com/meteohelix-message-decoder',
  feeds: ['WeatherObserved'],
  controlledProperty: ['temperature', 'humidity', 'atmosphericPressure', 'solarRadiation', 'precipitation'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '2932030a2740ca58141105',
      fPort: 1,
      measurements: {
        batteryVoltage: 4,
        temperature: 22.4,
        temperatureMinimum: 22.1,
        temperatureMaximum: 22.6,
        relativeHumidity: 55,
        pressure: 101325,
        solarRadiation: 600,
        solarRadiationMaximum: 640,
        rainPulses: 17,
      },
      source: 'computed by hand from the open data format of the vendor',
    },
    {
      bytes: 'ffffffffffffffffffffff',
      fPort: 1,
      measurements: {},
      source: 'computed by hand: nothing is known',
    },
  ],
};
