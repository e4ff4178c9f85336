import { type ByteReader, readBytes } from '../bytes.ts';
import { bigEndian, commandTable, downlink, numberCommand, triggerCommand } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { capacitorVoltage, temperature } from '../vutility-payload.ts';

const DOWNLINK_PORT = 2;
const PHASES = [1, 2, 3];

/** One value of each phase, its number at the end of the name. */
function phases(name: string, read: (phase: number) => number): Measurements {
  return Object.fromEntries(PHASES.map((phase) => [`${name}${phase}`, read(phase)]));
}

const readVoltages = (r: ByteReader) => phases('voltage', () => r.uint16('voltage') / 64);
const readAngles = (r: ByteReader) => phases('phaseAngle', () => (r.uint8('phase angle') / 255) * 360);

/** The maximum is told as how much it is above the mean, in thirty-seconds of it. */
function readCurrents(r: ByteReader): Measurements {
  const means = PHASES.map(() => r.uint16('current') / 16);
  return {
    ...phases('current', (phase) => means[phase - 1] ?? 0),
    ...phases('currentMaximum', (phase) => (means[phase - 1] ?? 0) * (1 + r.uint8('maximum current') / 32)),
  };
}

function readVoltagePacket(r: ByteReader): Measurements {
  return { ...readVoltages(r), ...readAngles(r), ...capacitorVoltage(r) };
}

function readCurrentPacket(r: ByteReader): Measurements {
  return { ...readCurrents(r), ...temperature(r) };
}

function readPowerFactorPacket(r: ByteReader): Measurements {
  const voltages = readVoltages(r);
  const powerFactors = phases('powerFactor', () => r.int8('power factor') / 100);
  return { ...voltages, ...powerFactors, ...capacitorVoltage(r) };
}

/** Watt-hours of 64 bits, which fall where energy is fed back. */
function readEnergyPacket(r: ByteReader): Measurements {
  const wattHours = r.int32('upper half of the energy') * 2 ** 32 + r.uint32('energy');
  return { activeEnergy: wattHours / 1000, ...readMeanPowerFactor(r) };
}

/** Volt-ampere-hours, for which there is no place; the power factor is that of all phases. */
function readApparentEnergyPacket(r: ByteReader): Measurements {
  r.skip(8, 'apparent energy');
  return readMeanPowerFactor(r);
}

const readMeanPowerFactor = (r: ByteReader): Measurements => ({
  powerFactor: r.int16('mean power factor') / 128,
});

const PACKETS: { readonly [type: number]: (reader: ByteReader) => Measurements } = {
  38: (r) => ({ ...readVoltagePacket(r), ...readCurrentPacket(r) }),
  39: readVoltagePacket,
  40: readPowerFactorPacket,
  41: readCurrentPacket,
  42: readEnergyPacket,
  43: readEnergyPacket,
  44: readApparentEnergyPacket,
  45: readApparentEnergyPacket,
  46: () => ({}),
  47: () => ({}),
};

function decode({ bytes }: DecoderInput): Measurements {
  const reader = readBytes(bytes, 'big-endian');
  const type = reader.uint8('packet type');
  const read = PACKETS[type];
  if (read === undefined) {
    throw new Error(
      `payload is packet ${type}, which a VoltDrop does not send: schedule the packets 38 to 45, or give the device the vendor's codec`,
    );
  }
  return read(reader);
}

/** Voltages and currents of three phases. */
export const voltdrop: DeviceModel = {
  vendor: 'vutility',
  model: 'voltdrop',
  description: 'Three-phase energy meter, clamp-on',
  documentation:
    'https://github.com/the-real-vutility/payload-codecs/blob/main/voltdrop_direct/index-readme.md',
  feeds: ['StreetlightControlCabinet', 'ElectricityMeter'],
  controlledProperty: ['power'],
  category: ['meter'],
  decode,
  ...commandTable(
    numberCommand(
      {
        name: 'reportInterval',
        description: 'Seconds between two packets',
        minimum: 60,
        maximum: 3000,
        examples: [
          {
            value: 900,
            bytes: '003100000384',
            fPort: DOWNLINK_PORT,
            source: "vendor's readme, example downlinks",
          },
        ],
      },
      (seconds) => downlink(DOWNLINK_PORT, 0x00, 0x31, ...bigEndian(seconds, 4)),
    ),
    triggerCommand(
      {
        name: 'reboot',
        description: 'Restarts the device',
        examples: [
          { value: true, bytes: '005a', fPort: DOWNLINK_PORT, source: "vendor's readme, example downlinks" },
        ],
      },
      downlink(DOWNLINK_PORT, 0x00, 0x5a),
    ),
  ),
  examples: [
    {
      bytes: '26 ffffffffffff ffffff ff ffffffffffff ffffff ff',
      fPort: 3,
      measurements: {
        voltage1: 1023.984375,
        voltage2: 1023.984375,
        voltage3: 1023.984375,
        phaseAngle1: 360,
        phaseAngle2: 360,
        phaseAngle3: 360,
        capacitorVoltage: 5,
        current1: 4095.9375,
        current2: 4095.9375,
        current3: 4095.9375,
        currentMaximum1: 36735.439453125,
        currentMaximum2: 36735.439453125,
        currentMaximum3: 36735.439453125,
        temperature: 80,
      },
      source: 'chirpstack-device-profiles, VoltDrop',
    },
    {
      bytes: '27 398039803980 000000 ff',
      fPort: 3,
      measurements: {
        voltage1: 230,
        voltage2: 230,
        voltage3: 230,
        phaseAngle1: 0,
        phaseAngle2: 0,
        phaseAngle3: 0,
        capacitorVoltage: 5,
      },
      source: 'computed by hand: packet 39, the first half of packet 38',
    },
    {
      bytes: '28 398039803980 595ca0 ff',
      fPort: 3,
      measurements: {
        voltage1: 230,
        voltage2: 230,
        voltage3: 230,
        powerFactor1: 0.89,
        powerFactor2: 0.92,
        powerFactor3: -0.96,
        capacitorVoltage: 5,
      },
      source: "computed by hand: packet 40; the scale as in the vendor's published codec",
    },
    {
      bytes: '29 00a000a00140 002040 80',
      fPort: 3,
      measurements: {
        current1: 10,
        current2: 10,
        current3: 20,
        currentMaximum1: 10,
        currentMaximum2: 20,
        currentMaximum3: 60,
        temperature: 20.235294117647058,
      },
      source: 'computed by hand: packet 41, the second half of packet 38',
    },
    {
      bytes: '2b 00000001 00000000 0040',
      fPort: 3,
      measurements: { activeEnergy: 4_294_967.296, powerFactor: 0.5 },
      source: "computed by hand: packet 43; the sizes and scales as in the vendor's published codec",
    },
    {
      bytes: '2d 00000000 000003e8 ff80',
      fPort: 3,
      measurements: { powerFactor: -1 },
      source: "computed by hand: packet 45; the sizes and scales as in the vendor's published codec",
    },
    {
      bytes: '2e 00000000000000000000',
      fPort: 3,
      measurements: {},
      source: 'computed by hand: startup diagnostic',
    },
  ],
};
