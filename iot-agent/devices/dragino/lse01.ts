import { readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { batteryVoltage, optionalProbe, reboot, reportInterval } from '../dragino-payload.ts';
import { expectLength } from '../expect-length.ts';

const LENGTH = 11;

function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'an LSE01', LENGTH);
  const reader = readBytes(bytes, 'big-endian');
  return {
    ...batteryVoltage(reader.uint16('battery')),
    ...optionalProbe('externalTemperature1', reader.int16('temperature of the DS18B20 probe')),
    soilMoisture: reader.uint16('soil moisture') / 100,
    soilTemperature: reader.int16('soil temperature') / 100,
    soilConductivity: reader.uint16('soil conductivity'),
  };
}

/** Moisture, temperature and conductivity of soil. */
export const lse01: DeviceModel = {
  vendor: 'dragino',
  model: 'lse01',
  description: 'Soil moisture, temperature and conductivity sensor',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LSE01-LoRaWAN%20Soil%20Moisture%20%26%20EC%20Sensor%20User%20Manual/',
  feeds: ['SoilObserved'],
  controlledProperty: ['soilMoisture', 'temperature'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0b45 0000 05dc 0105 00c8 10',
      fPort: 2,
      measurements: { batteryVoltage: 2.885, soilMoisture: 15, soilTemperature: 2.61, soilConductivity: 200 },
      source:
        "computed by hand from the user manual's payload table, with its examples of moisture, temperature and conductivity",
    },
    {
      bytes: '0b45 0105 05dc ff7e 00c8 10',
      fPort: 2,
      measurements: {
        batteryVoltage: 2.885,
        externalTemperature1: 26.1,
        soilMoisture: 15,
        soilTemperature: -1.3,
        soilConductivity: 200,
      },
      source: "computed by hand from the user manual's payload table: with the probe, frozen soil",
    },
  ],
};
