import { type ByteReader, bit, readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { batteryVoltage, optionalProbe, reboot, reportInterval } from '../dragino-payload.ts';
import { expectPort } from '../expect-length.ts';

/** Ports: measurements, the device's settings. */
const MEASURED = 2;
const SETTINGS = 5;

/** The byte that holds the working mode and the digital lines, in every mode. */
const MODE_AT = 6;
const modeOf = (byte: number): number => (byte >> 2) & 0x1f;

/** No SHT probe answered. */
const NO_HUMIDITY = 0xffff;
/** No SHT probe, but one that tells light. */
const LIGHT_PROBE = 0;

/** A probe on the I2C lines: temperature and humidity, or light. */
const readI2c = (r: ByteReader): Measurements => {
  const first = r.uint16('temperature or light');
  const humidity = r.uint16('humidity');
  if (humidity === NO_HUMIDITY) return {};
  if (humidity === LIGHT_PROBE) return { illuminance: first };
  return { temperature: ((first << 16) >> 16) / 10, relativeHumidity: humidity / 10 };
};

/** Grams of 32 bits, the lower half first. */
const readWeight = (r: ByteReader): Measurements => {
  const low = r.uint16('weight');
  return { weight: (r.int16('upper half of the weight') * 0x10000 + low) / 1000 };
};

/** Zero when no sensor of the distance answered. */
const readDistance = (r: ByteReader): Measurements => {
  const distance = r.uint16('distance');
  return distance === 0 ? {} : { distance };
};

/** What follows the lines, by working mode less one. */
const PROBES: { readonly [mode: number]: (reader: ByteReader) => Measurements } = {
  0: readI2c,
  1: readDistance,
  3: (r) => ({
    ...optionalProbe('externalTemperature2', r.int16('second DS18B20')),
    ...optionalProbe('externalTemperature3', r.int16('third DS18B20')),
  }),
  4: readWeight,
  5: (r) => ({ pulseTotal1: r.uint32('count') }),
  6: (r) => ({ digitalInput2: bit(r.uint8('second interrupt'), 0) }),
  7: (r) => ({ analogVoltage2: r.uint16('ADC 2') / 1000, analogVoltage3: r.uint16('ADC 3') / 1000 }),
};
/** The modes whose frames begin otherwise: three analogue inputs, and three DS18B20 with two counters. */
const THREE_ANALOGUE = 2;
const TWO_COUNTERS = 8;

function readLines(reader: ByteReader): Measurements {
  return { digitalInput1: bit(reader.uint8('mode and lines'), 1) };
}

function readThreeAnalogue(reader: ByteReader): Measurements {
  return {
    analogVoltage1: reader.uint16('ADC 1') / 1000,
    analogVoltage2: reader.uint16('ADC 2') / 1000,
    analogVoltage3: reader.uint16('ADC 3') / 1000,
    ...readLines(reader),
    ...readI2c(reader),
    batteryVoltage: reader.uint8('battery') / 10,
  };
}

function readTwoCounters(reader: ByteReader): Measurements {
  return {
    ...batteryVoltage(reader.uint16('battery')),
    ...optionalProbe('externalTemperature1', reader.int16('first DS18B20')),
    ...optionalProbe('externalTemperature2', reader.int16('second DS18B20')),
    ...readLines(reader),
    ...optionalProbe('externalTemperature3', reader.int16('third DS18B20')),
    pulseTotal1: reader.uint32('first count'),
    pulseTotal2: reader.uint32('second count'),
  };
}

function decode({ bytes, fPort }: DecoderInput): Measurements {
  expectPort({ bytes, fPort }, 'an LSN50v2', MEASURED, SETTINGS);
  if (fPort === SETTINGS) return {};
  const reader = readBytes(bytes, 'big-endian');
  const mode = modeOf(bytes[MODE_AT] ?? 0);
  if (mode === THREE_ANALOGUE) return readThreeAnalogue(reader);
  if (mode === TWO_COUNTERS) return readTwoCounters(reader);
  const readProbes = PROBES[mode];
  if (readProbes === undefined)
    throw new Error(`payload is of working mode ${mode + 1}: an LSN50v2 has the modes 1 to 9`);
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
      bytes: '0bb8 0000 0000 10 0220 0001',
      fPort: 2,
      measurements: { batteryVoltage: 3, analogVoltage1: 0, digitalInput1: false, weight: 66.08 },
      source:
        "computed by hand from the user manual's payload table: mode 5, weight of 65536 and 544 grams; the lower half is first as in the published codec",
    },
    {
      bytes: '0bb8 0000 0000 16 00000100',
      fPort: 2,
      measurements: { batteryVoltage: 3, analogVoltage1: 0, digitalInput1: true, pulseTotal1: 256 },
      source: "computed by hand from the user manual's payload table: mode 6, counting",
    },
    {
      bytes: '0bb8 0000 0000 00 01f4 0000',
      fPort: 2,
      measurements: { batteryVoltage: 3, analogVoltage1: 0, digitalInput1: false, illuminance: 500 },
      source: "computed by hand from the user manual's payload table: mode 1, a probe of light",
    },
    {
      bytes: '0bb8 0000 0000 00 ffce 0226',
      fPort: 2,
      measurements: {
        batteryVoltage: 3,
        analogVoltage1: 0,
        digitalInput1: false,
        temperature: -5,
        relativeHumidity: 55,
      },
      source: "computed by hand from the user manual's payload table: mode 1, below zero",
    },
    {
      bytes: '0bb8 0000 0000 04 0000 ffff',
      fPort: 2,
      measurements: { batteryVoltage: 3, analogVoltage1: 0, digitalInput1: false },
      source: "computed by hand from the user manual's payload table: mode 2, no sensor answered",
    },
    {
      bytes: '0bb8 7fff 0000 1a 01 00 00 00',
      fPort: 2,
      measurements: { batteryVoltage: 3, analogVoltage1: 0, digitalInput1: true, digitalInput2: true },
      source: "computed by hand from the user manual's payload table: mode 7, three interrupts",
    },
    {
      bytes: '0bb8 00f5 03e8 1c 07d0 0bb8',
      fPort: 2,
      measurements: {
        batteryVoltage: 3,
        externalTemperature1: 24.5,
        analogVoltage1: 1,
        digitalInput1: false,
        analogVoltage2: 2,
        analogVoltage3: 3,
      },
      source: "computed by hand from the user manual's payload table: mode 8, three ADC and a DS18B20",
    },
    {
      bytes: '0bb8 00f5 ff9c 20 7fff 00000100 00000002',
      fPort: 2,
      measurements: {
        batteryVoltage: 3,
        externalTemperature1: 24.5,
        externalTemperature2: -10,
        digitalInput1: false,
        pulseTotal1: 256,
        pulseTotal2: 2,
      },
      source: "computed by hand from the user manual's payload table: mode 9, three DS18B20 and two counters",
    },
    {
      bytes: '01 ff 01 80 0004b0',
      fPort: 5,
      measurements: {},
      source: "computed by hand from the user manual's payload table: its settings",
    },
  ],
};
