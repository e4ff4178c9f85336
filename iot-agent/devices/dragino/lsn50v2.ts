import { type ByteReader, bit, readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { batteryVoltage, optionalProbe, reboot, reportInterval } from '../dragino-payload.ts';

/** The byte that holds the working mode and the digital lines, in every mode. */
const MODE_AT = 6;
const modeOf = (byte: number): number => (byte >> 2) & 0x1f;

/** No SHT probe answered. */
const NO_HUMIDITY = 0xffff;

const readSht = (r: ByteReader): Measurements => {
  const tenths = r.int16('temperature');
  const humidity = r.uint16('humidity');
  return humidity === NO_HUMIDITY ? {} : { temperature: tenths / 10, relativeHumidity: humidity / 10 };
};

/** What follows the lines, by working mode less one. */
const PROBES: { readonly [mode: number]: (reader: ByteReader) => Measurements } = {
  0: readSht,
  1: (r) => ({ distance: r.uint16('distance') }),
  3: (r) => ({
    ...optionalProbe('externalTemperature2', r.int16('second DS18B20')),
    ...optionalProbe('externalTemperature3', r.int16('third DS18B20')),
  }),
  4: (r) => ({ weight: r.int16('weight') / 1000 }),
  5: (r) => ({ pulseTotal1: r.uint32('count') }),
};
/** Three analogue inputs: the only mode whose frame begins otherwise. */
const THREE_ANALOGUE = 2;

function readLines(reader: ByteReader): Measurements {
  return { digitalInput1: bit(reader.uint8('mode and lines'), 1) };
}

function readThreeAnalogue(reader: ByteReader): Measurements {
  return {
    analogVoltage1: reader.uint16('ADC 1') / 1000,
    analogVoltage2: reader.uint16('ADC 2') / 1000,
    analogVoltage3: reader.uint16('ADC 3') / 1000,
    ...readLines(reader),
    ...readSht(reader),
    batteryVoltage: reader.uint8('battery') / 10,
  };
}

function decode({ bytes }: DecoderInput): Measurements {
  const reader = readBytes(bytes, 'big-endian');
  const mode = modeOf(bytes[MODE_AT] ?? 0);
  if (mode === THREE_ANALOGUE) return readThreeAnalogue(reader);
  const readProbes = PROBES[mode];
  if (readProbes === undefined)
    throw new Error(`payload is of working mode ${mode + 1}: an LSN50v2 has the modes 1 to 6`);
  return {
    ...batteryVoltage(reader.uint16('battery')),
    ...optionalProbe('externalTemperature1', reader.int16('first DS18B20')),
    analogVoltage1: reader.uint16('ADC') / 1000,
    ...readLines(reader),
    ...readProbes(reader),
  };
}

/** A node for probes of many kinds; what is wired to it says the working mode. */
export const lsn50v2: DeviceModel = {
  vendor: 'dragino',
  model: 'lsn50v2',
  description: 'Sensor node with I2C, ADC, 1-wire, pulse and digital inputs',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LSN50%20%26%20LSN50-V2%20-%20LoRaWAN%20Sensor%20Node%20User%20Manual/',
  feeds: ['WeatherObserved', 'WasteContainer'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0bb8 00f5 04d2 02 0105 0226',
      fPort: 2,
      measurements: {
        batteryVoltage: 3,
        externalTemperature1: 24.5,
        analogVoltage1: 1.234,
        digitalInput1: true,
        temperature: 26.1,
        relativeHumidity: 55,
      },
      source: "computed by hand from the user manual's payload table: mode 1, an SHT probe",
    },
    {
      bytes: '0bb8 0000 0000 04 0708 0000',
      fPort: 2,
      measurements: { batteryVoltage: 3, analogVoltage1: 0, digitalInput1: false, distance: 1800 },
      source: "computed by hand from the user manual's payload table: mode 2, distance",
    },
    {
      bytes: '03e8 07d0 0bb8 08 0105 0226 21',
      fPort: 2,
      measurements: {
        analogVoltage1: 1,
        analogVoltage2: 2,
        analogVoltage3: 3,
        digitalInput1: false,
        temperature: 26.1,
        relativeHumidity: 55,
        batteryVoltage: 3.3,
      },
      source: "computed by hand from the user manual's payload table: mode 3, three ADC",
    },
    {
      bytes: '0bb8 00f5 0000 0c ff9c 7fff',
      fPort: 2,
      measurements: {
        batteryVoltage: 3,
        externalTemperature1: 24.5,
        analogVoltage1: 0,
        digitalInput1: false,
        externalTemperature2: -10,
      },
      source:
        "computed by hand from the user manual's payload table: mode 4, three DS18B20 of which two are there",
    },
    {
      bytes: '0bb8 0000 0000 10 01f4 0000',
      fPort: 2,
      measurements: { batteryVoltage: 3, analogVoltage1: 0, digitalInput1: false, weight: 0.5 },
      source: "computed by hand from the user manual's payload table: mode 5, weight",
    },
    {
      bytes: '0bb8 0000 0000 16 00000100',
      fPort: 2,
      measurements: { batteryVoltage: 3, analogVoltage1: 0, digitalInput1: true, pulseTotal1: 256 },
      source: "computed by hand from the user manual's payload table: mode 6, counting",
    },
  ],
};
