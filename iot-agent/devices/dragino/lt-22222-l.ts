import { type ByteReader, bit, readBytes } from '../bytes.ts';
import { type CommandEntry, commandTable, downlink, switchCommand } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Downlink, Measurements, ModelSetting } from '../device-model.ts';
import { reboot, reportInterval } from '../dragino-payload.ts';
import { expectLength } from '../expect-length.ts';
import { settingOrNominal } from '../settings.ts';

const LENGTH = 11;
const MODE_MASK = 0x3f;
/** Mode 6 reports the trigger settings: nothing measured. */
const TRIGGER_SETTINGS = 6;

/** Volts and milliamperes of an analogue input, which is sent in thousandths. */
const thousandths = (reader: ByteReader, what: string): number => reader.int16(what) / 1000;

/** What the first eight bytes hold, by working mode. */
const INPUTS: { readonly [mode: number]: (reader: ByteReader) => Measurements } = {
  1: (reader) => ({
    analogVoltage1: thousandths(reader, 'AVI1'),
    analogVoltage2: thousandths(reader, 'AVI2'),
    analogCurrent1: thousandths(reader, 'ACI1'),
    analogCurrent2: thousandths(reader, 'ACI2'),
  }),
  2: (reader) => ({ pulseTotal1: reader.uint32('count 1'), pulseTotal2: reader.uint32('count 2') }),
  3: (reader) => ({
    pulseTotal1: reader.uint32('count 1'),
    analogCurrent1: thousandths(reader, 'ACI1'),
    analogCurrent2: thousandths(reader, 'ACI2'),
  }),
  4: (reader) => ({ pulseTotal1: reader.uint32('count 1'), voltageCount1: reader.uint32('AVI1 count') }),
  5: (reader) => ({
    analogVoltage1: thousandths(reader, 'AVI1'),
    analogVoltage2: thousandths(reader, 'AVI2'),
    analogCurrent1: thousandths(reader, 'ACI1'),
    pulseTotal1: reader.uint16('count 1'),
  }),
};

/** Relays and digital lines, high and closed being true; a digital output is sent inverted. */
function readLines(lines: number, mode: number): Measurements {
  const outputs = {
    relay1: bit(lines, 7),
    relay2: bit(lines, 6),
    digitalOutput1: !bit(lines, 0),
    digitalOutput2: !bit(lines, 1),
  };
  // In the other modes the digital inputs count pulses and their bits mean nothing.
  return mode === 1 ? { ...outputs, digitalInput1: bit(lines, 3), digitalInput2: bit(lines, 4) } : outputs;
}

function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'an LT-22222-L', LENGTH);
  const mode = (bytes[LENGTH - 1] ?? 0) & MODE_MASK;
  if (mode === TRIGGER_SETTINGS) return {};
  const readInputs = INPUTS[mode];
  if (readInputs === undefined) {
    throw new Error(`working mode is ${mode}: an LT-22222-L has the modes 1 to ${TRIGGER_SETTINGS}`);
  }
  const reader = readBytes(bytes, 'big-endian');
  const inputs = readInputs(reader);
  return { ...inputs, ...readLines(reader.uint8('relays and digital lines'), mode) };
}

/** The relay frame: a byte for each relay, 0 opens it, 1 closes it, this one leaves it as it is. */
const RELAY_FRAME = 0x03;
const AS_IT_IS = 0x11;
const DOWNLINK_PORT = 2;
const SOURCE = 'user manual, downlink type code 03';

/** Which relay the lamp hangs on; the power state is read from it as well. */
const lampRelay: ModelSetting = {
  name: 'relay',
  description: 'Relay that switches the lamp: 1 or 2',
  nominal: 1,
  positive: true,
};

function switchRelay2(on: boolean): Downlink {
  return downlink(DOWNLINK_PORT, RELAY_FRAME, AS_IT_IS, on ? 1 : 0);
}

const lamp1: CommandEntry = switchCommand(
  {
    name: 'on',
    description: 'Whether the relay of the lamp is closed: relay 1, or the one that the setting relay names',
    examples: [
      { value: true, bytes: '030111', fPort: DOWNLINK_PORT, source: SOURCE },
      { value: false, bytes: '030011', fPort: DOWNLINK_PORT, source: SOURCE },
    ],
  },
  (on, settings) =>
    settingOrNominal(settings, lampRelay) === 2
      ? switchRelay2(on)
      : downlink(DOWNLINK_PORT, RELAY_FRAME, on ? 1 : 0, AS_IT_IS),
);

const lamp2: CommandEntry = switchCommand(
  {
    name: 'on2',
    description: 'Whether relay 2 is closed and its lamp lit',
    examples: [
      { value: true, bytes: '031101', fPort: DOWNLINK_PORT, source: SOURCE },
      { value: false, bytes: '031100', fPort: DOWNLINK_PORT, source: SOURCE },
    ],
  },
  switchRelay2,
);

/** Two relays that switch lamps, and inputs beside them. */
export const lt22222L: DeviceModel = {
  vendor: 'dragino',
  model: 'lt-22222-l',
  description: 'I/O controller: two relays, digital and analogue inputs; switches street lights',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LT-22222-L/',
  feeds: ['Streetlight'],
  controlledProperty: ['light'],
  category: ['actuator'],
  decode,
  settings: [lampRelay],
  ...commandTable(lamp1, lamp2, reportInterval, reboot),
  examples: [
    {
      bytes: '0000 0000 0000 0000 3c ff 41',
      fPort: 2,
      measurements: {
        analogVoltage1: 0,
        analogVoltage2: 0,
        analogCurrent1: 0,
        analogCurrent2: 0,
        relay1: false,
        relay2: false,
        digitalOutput1: true,
        digitalOutput2: true,
        digitalInput1: true,
        digitalInput2: true,
      },
      source: 'chirpstack-device-profiles, LT-22222-L',
    },
    {
      bytes: '04ab 04ac 1310 1300 aa ff 01',
      fPort: 2,
      measurements: {
        analogVoltage1: 1.195,
        analogVoltage2: 1.196,
        analogCurrent1: 4.88,
        analogCurrent2: 4.864,
        relay1: true,
        relay2: false,
        digitalOutput1: true,
        digitalOutput2: false,
        digitalInput1: true,
        digitalInput2: false,
      },
      source: "user manual, section 3.3.1; digital lines by the manual's bit table",
    },
    {
      bytes: '0000000a 00000102 40 ff 42',
      fPort: 2,
      measurements: {
        pulseTotal1: 10,
        pulseTotal2: 258,
        relay1: false,
        relay2: true,
        digitalOutput1: true,
        digitalOutput2: true,
      },
      source: 'computed by hand: mode 2, two counters',
    },
    {
      bytes: '0000000a 1310 1300 c0 ff 43',
      fPort: 2,
      measurements: {
        pulseTotal1: 10,
        analogCurrent1: 4.88,
        analogCurrent2: 4.864,
        relay1: true,
        relay2: true,
        digitalOutput1: true,
        digitalOutput2: true,
      },
      source: 'computed by hand: mode 3, a counter and two currents',
    },
    {
      bytes: '0000000a 00000002 03 ff 44',
      fPort: 2,
      measurements: {
        pulseTotal1: 10,
        voltageCount1: 2,
        relay1: false,
        relay2: false,
        digitalOutput1: false,
        digitalOutput2: false,
      },
      source: 'computed by hand: mode 4, a counter and a voltage counter',
    },
    {
      bytes: 'fb55 04ac 1310 000a 80 ff 45',
      fPort: 2,
      measurements: {
        analogVoltage1: -1.195,
        analogVoltage2: 1.196,
        analogCurrent1: 4.88,
        pulseTotal1: 10,
        relay1: true,
        relay2: false,
        digitalOutput1: true,
        digitalOutput2: true,
      },
      source: 'computed by hand: mode 5, two voltages, a current and a counter',
    },
    {
      bytes: '01000000 00000000 00 00 46',
      fPort: 2,
      measurements: {},
      source: 'computed by hand: mode 6, trigger settings',
    },
  ],
};
