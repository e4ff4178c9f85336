import { bit, readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { keepAliveOf, reportInterval } from '../mclimate-payload.ts';

const KEEP_ALIVE = 0x01;
const LENGTH = 7;
const TEMPERATURE_OFFSET = 400;
const NO_THERMISTOR_BIT = 2;

function decode({ bytes }: DecoderInput): Measurements {
  const keepAlive = keepAliveOf(bytes, LENGTH, [KEEP_ALIVE]);
  if (keepAlive === undefined) return {};
  const reader = readBytes(keepAlive, 'big-endian');
  reader.skip(1, 'command');
  const temperature = (reader.uint16('temperature') - TEMPERATURE_OFFSET) / 10;
  const relativeHumidity = Math.round((reader.uint8('humidity') * 10_000) / 256) / 100;
  const batteryVoltage = (20 + (reader.uint8('battery') >> 4)) / 10;
  const thermistor = reader.uint8('thermistor');
  const low = reader.uint8('temperature of the thermistor');
  return {
    temperature,
    relativeHumidity,
    batteryVoltage,
    ...(bit(thermistor, NO_THERMISTOR_BIT)
      ? {}
      : { externalTemperature1: (((thermistor & 0x03) << 8) | low) / 10 }),
  };
}

/** Temperature and humidity of a room, and the temperature of a probe. */
export const htSensor: DeviceModel = {
  vendor: 'mclimate',
  model: 'ht-sensor',
  description: 'Humidity and temperature sensor with an optional thermistor',
  documentation:
    'https://docs.mclimate.eu/mclimate-lorawan-devices/devices/mclimate-ht-sensor-lorawan/ht-sensor-lorawan-device-communication-protocol/keep-alive',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval),
  examples: [
    {
      bytes: '01 0274 73 f1 04 00',
      fPort: 1,
      measurements: { temperature: 22.8, relativeHumidity: 44.92, batteryVoltage: 3.5 },
      source: 'chirpstack-device-profiles, HT sensor: no thermistor',
    },
    {
      bytes: '04 10 13 12 0a 01 0172 80 a0 00 fa',
      fPort: 1,
      measurements: { temperature: -3, relativeHumidity: 50, batteryVoltage: 3, externalTemperature1: 25 },
      source:
        'computed by hand from the communication protocol: behind answers to commands; below zero, with a thermistor; steps of the battery as in the published codec',
    },
    {
      bytes: '04 10 13',
      fPort: 1,
      measurements: {},
      source: 'computed by hand from the communication protocol: answer to a command',
    },
  ],
};
