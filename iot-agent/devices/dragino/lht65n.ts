import { type ByteReader, readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { batteryVoltage, deviceStatus, hundredths, reboot, reportInterval } from '../dragino-payload.ts';
import { expectLength, expectPort } from '../expect-length.ts';

/** Ports: measurements, stored measurements, the device itself. */
const MEASURED = 2;
const STORED = 3;
const STATUS = 5;

const LENGTH = 11;
/** Without a probe, what it would say may be left out. */
const LENGTH_WITHOUT_PROBE = 7;
const NO_PROBE = 0;
/** Where the kind of the probe stands, and the bits that say it. */
const PROBE_AT = 6;
const PROBE_MASK = 0x0f;
/** Set in answers to a poll of the past and in messages that are sent again: times of their own stand in them. */
const STORED_BITS = 0xc0;
/** The probe whose frame begins with its reading and ends with a time. */
const PROBE_WITH_TIME = 9;
/** Not a reading, but the serial number of the probe. */
const PROBE_IDENTITY = 15;
/** The upper bits of the humidity are none of it. */
const HUMIDITY_MASK = 0x0fff;

/** What the last four bytes hold, by the kind of the probe. */
const PROBES: { readonly [kind: number]: (reader: ByteReader) => Measurements } = {
  1: readProbe,
  2: readProbe,
  4: (r) => ({ digitalInput1: r.uint8('level of the line') !== 0 }),
  5: (r) => ({ illuminance: r.uint16('illumination') }),
  6: (r) => ({ analogVoltage1: r.uint16('ADC') / 1000 }),
  7: (r) => ({ pulseTotal1: r.uint16('count') }),
  8: (r) => ({ pulseTotal1: r.uint32('count') }),
  // It tells humidity too, for which there is one place only: that of the device's own.
  11: readProbe,
  14: (r) => ({ motionDetected: r.uint8('motion') === 1, motionCount: r.uint24('count of motion') }),
};

function readProbe(reader: ByteReader): Measurements {
  return hundredths('externalTemperature1', reader.int16('temperature of the probe'));
}

function decode({ bytes, fPort }: DecoderInput): Measurements {
  expectPort({ bytes, fPort }, 'an LHT65N', MEASURED, STORED, STATUS);
  if (fPort === STATUS) return deviceStatus(bytes);
  const kind = bytes[PROBE_AT] ?? 0;
  if (fPort === STORED || (kind & STORED_BITS) !== 0) return {};
  const probe = kind & PROBE_MASK;
  expectLength(bytes, 'an LHT65N', LENGTH, ...(probe === NO_PROBE ? [LENGTH_WITHOUT_PROBE] : []));
  const reader = readBytes(bytes, 'big-endian');
  if (probe === PROBE_WITH_TIME) return readWithTime(reader);
  const battery = batteryVoltage(reader.uint16('battery'));
  if (probe === PROBE_IDENTITY) return battery;
  return { ...battery, ...readAir(reader), ...PROBES[probe]?.(reader) };
}

function readAir(reader: ByteReader): Measurements {
  const temperature = hundredths('temperature', reader.int16('temperature'));
  const relativeHumidity = (reader.uint16('humidity') & HUMIDITY_MASK) / 10;
  reader.skip(1, 'kind of the probe');
  return { ...temperature, relativeHumidity };
}

/** The battery is told in four steps only, in the top bits of the humidity. */
function readWithTime(reader: ByteReader): Measurements {
  return {
    ...hundredths('externalTemperature1', reader.int16('temperature of the probe')),
    ...hundredths('temperature', reader.int16('temperature')),
    relativeHumidity: (reader.uint16('humidity') & HUMIDITY_MASK) / 10,
  };
}

/** Temperature and humidity, and one of several probes. */
export const lht65n: DeviceModel = {
  vendor: 'dragino',
  model: 'lht65n',
  description: 'Temperature and humidity sensor with external probes',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LHT65N%20LoRaWAN%20Temperature%20%26%20Humidity%20Sensor%20Manual/',
  feeds: ['AirQualityObserved', 'WeatherObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: 'cbc6 0082 00f2 01 7fff7fff',
      fPort: 2,
      measurements: { batteryVoltage: 3.014, temperature: 1.3, relativeHumidity: 24.2 },
      source: 'chirpstack-device-profiles, LHT65N: no probe is there',
    },
    {
      bytes: 'cbf6 0b0d 0376 01 0add7fff',
      fPort: 2,
      measurements: {
        batteryVoltage: 3.062,
        temperature: 28.29,
        relativeHumidity: 88.6,
        externalTemperature1: 27.81,
      },
      source: "user manual, section 'uplink payload'",
    },
    {
      bytes: 'cbf6 ff9c 0376 04 0100ffff',
      fPort: 2,
      measurements: { batteryVoltage: 3.062, temperature: -1, relativeHumidity: 88.6, digitalInput1: true },
      source: "computed by hand from the user manual's payload table: interrupt sensor",
    },
    {
      bytes: 'cbf6 0b0d 0376 05 01f4ffff',
      fPort: 2,
      measurements: { batteryVoltage: 3.062, temperature: 28.29, relativeHumidity: 88.6, illuminance: 500 },
      source: "computed by hand from the user manual's payload table: illumination sensor",
    },
    {
      bytes: 'cbf6 0b0d 0376 06 04d2ffff',
      fPort: 2,
      measurements: {
        batteryVoltage: 3.062,
        temperature: 28.29,
        relativeHumidity: 88.6,
        analogVoltage1: 1.234,
      },
      source: "computed by hand from the user manual's payload table: ADC",
    },
    {
      bytes: 'cbf6 0b0d 0376 07 0064ffff',
      fPort: 2,
      measurements: { batteryVoltage: 3.062, temperature: 28.29, relativeHumidity: 88.6, pulseTotal1: 100 },
      source: "computed by hand from the user manual's payload table: counting, 16 bits",
    },
    {
      bytes: 'cbf6 0b0d 0376 08 00010000',
      fPort: 2,
      measurements: { batteryVoltage: 3.062, temperature: 28.29, relativeHumidity: 88.6, pulseTotal1: 65536 },
      source: "computed by hand from the user manual's payload table: counting, 32 bits",
    },
    {
      bytes: '0add 0b0d c376 09 61cd4edd',
      fPort: 2,
      measurements: { externalTemperature1: 27.81, temperature: 28.29, relativeHumidity: 88.6 },
      source: "computed by hand from the user manual's payload table: probe with a time stamp",
    },
    {
      bytes: 'cbf6 0b0d 0376 00',
      fPort: 2,
      measurements: { batteryVoltage: 3.062, temperature: 28.29, relativeHumidity: 88.6 },
      source: "computed by hand from the user manual's payload table: no probe is configured",
    },
    {
      bytes: 'cbf6 0b0d c376 32 ff387fff',
      fPort: 2,
      measurements: {
        batteryVoltage: 3.062,
        temperature: 28.29,
        relativeHumidity: 88.6,
        externalTemperature1: -2,
      },
      source:
        "computed by hand from the user manual's payload table: TMP117, the flags of the time sync are set",
    },
    {
      bytes: 'cbf6 0b0d 0376 0b 0add0376',
      fPort: 2,
      measurements: {
        batteryVoltage: 3.062,
        temperature: 28.29,
        relativeHumidity: 88.6,
        externalTemperature1: 27.81,
      },
      source: "computed by hand from the user manual's payload table: an SHT31 probe",
    },
    {
      bytes: 'cbf6 0b0d 0376 0e 01 000005',
      fPort: 2,
      measurements: {
        batteryVoltage: 3.062,
        temperature: 28.29,
        relativeHumidity: 88.6,
        motionDetected: true,
        motionCount: 5,
      },
      source: "computed by hand from the user manual's payload table: PIR sensor",
    },
    {
      bytes: 'cbf6 28ff1234 0f 567890ab',
      fPort: 2,
      measurements: { batteryVoltage: 3.062 },
      source: "computed by hand from the user manual's payload table: identity of the probe",
    },
    {
      bytes: '0add 0b0d 0376 41 61cd4edd 0ade 0b0e 0376 41 61cd5391',
      fPort: 2,
      measurements: {},
      source: "computed by hand from the user manual's payload table: stored readings that were polled",
    },
    {
      bytes: '0add 0b0d 0376 81 61cd4edd',
      fPort: 2,
      measurements: {},
      source: "computed by hand from the user manual's payload table: a reading that is sent again",
    },
    {
      bytes: '0b 0100 01 ff 0bc0',
      fPort: 5,
      measurements: { batteryVoltage: 3.008 },
      source: "computed by hand from the user manual's payload table: device status",
    },
  ],
};
