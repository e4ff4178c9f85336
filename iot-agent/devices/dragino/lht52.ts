import { readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { deviceStatus, hundredths, reboot, reportInterval } from '../dragino-payload.ts';
import { expectPort } from '../expect-length.ts';

/** Ports: measurements, stored measurements, the device itself. */
const MEASURED = 2;
const STORED = 3;
const STATUS = 5;

function decode({ bytes, fPort }: DecoderInput): Measurements {
  expectPort({ bytes, fPort }, 'an LHT52', MEASURED, STORED, STATUS);
  if (fPort === STATUS) return deviceStatus(bytes);
  if (fPort === STORED) return {};
  const reader = readBytes(bytes, 'big-endian');
  return {
    ...hundredths('temperature', reader.int16('temperature')),
    relativeHumidity: reader.uint16('humidity') / 10,
    ...hundredths('externalTemperature1', reader.int16('temperature of the probe')),
  };
}

/** Temperature and humidity, and the temperature of a probe. */
export const lht52: DeviceModel = {
  vendor: 'dragino',
  model: 'lht52',
  description: 'Temperature and humidity sensor with an optional temperature probe',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LHT52%20-%20LoRaWAN%20Temperature%20%26%20Humidity%20Sensor%20User%20Manual/',
  feeds: ['AirQualityObserved', 'WeatherObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '08cd 0220 7fff 01 61cd4edd',
      fPort: 2,
      measurements: { temperature: 22.53, relativeHumidity: 54.4 },
      source: "user manual, section 'real-time open payload'",
    },
    {
      bytes: 'ff9c 0190 fe0c 01 61cd4edd',
      fPort: 2,
      measurements: { temperature: -1, relativeHumidity: 40, externalTemperature1: -5 },
      source: "computed by hand from the user manual's payload table: below zero, with the probe",
    },
    {
      bytes: '09 0100 01 ff 0bc0',
      fPort: 5,
      measurements: { batteryVoltage: 3.008 },
      source: "computed by hand from the user manual's payload table: device status",
    },
    {
      bytes: '7fff 08cd 0220 01 61cd4edd',
      fPort: 3,
      measurements: {},
      source: "computed by hand from the user manual's payload table: a stored reading",
    },
  ],
};
