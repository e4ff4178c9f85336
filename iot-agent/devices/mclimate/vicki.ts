import { bit, readBytes } from '../bytes.ts';
import { commandTable, downlink, numberCommand, switchCommand } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { keepAliveOf, PORT, reportInterval } from '../mclimate-payload.ts';

/** The keep-alives of older and of newer firmware, which differ in the scale of the temperature alone. */
const OLDER = 0x01;
const NEWER = 0x81;
const LENGTH = 9;

const toHundredths = (value: number): number => Math.round(value * 100) / 100;

function decode({ bytes }: DecoderInput): Measurements {
  const keepAlive = keepAliveOf(bytes, LENGTH, [OLDER, NEWER]);
  if (keepAlive === undefined) return {};
  const reader = readBytes(keepAlive, 'big-endian');
  const isNewer = reader.uint8('command') === NEWER;
  const setpointTemperature = reader.uint8('target temperature');
  const raw = reader.uint8('temperature');
  // Newer firmware spends the byte on -5 to 40 degrees, the older one on -40 to 125.
  const temperature = toHundredths(isNewer ? (raw * 45) / 255 - 5 : (raw * 165) / 256 - 40);
  const relativeHumidity = toHundredths((reader.uint8('humidity') * 100) / 256);
  const lowPosition = reader.uint8('motor position');
  const lowRange = reader.uint8('motor range');
  const high = reader.uint8('high bits of motor position and range');
  const motorPosition = ((high & 0xf0) << 4) | lowPosition;
  const motorRange = ((high & 0x0f) << 8) | lowRange;
  const battery = reader.uint8('battery and flags');
  const flags = reader.uint8('flags');
  return {
    setpointTemperature,
    temperature,
    relativeHumidity,
    motorPosition,
    motorRange,
    ...(motorRange === 0 ? {} : { valveOpening: openingOf(motorPosition, motorRange) }),
    batteryVoltage: toHundredths(2 + (battery >> 4) / 10),
    windowOpen: bit(battery, 3),
    childLockOn: bit(flags, 7),
    calibrationFailed: bit(flags, 6),
    mounted: bit(flags, 5),
  };
}

/** Percent; the motor closes the valve as it moves out. */
function openingOf(position: number, range: number): number {
  return Math.min(100, Math.max(0, Math.round((1 - position / range) * 100)));
}

/** Keeps a room at a temperature by the valve of its radiator. */
export const vicki: DeviceModel = {
  vendor: 'mclimate',
  model: 'vicki',
  description: 'Smart radiator thermostat',
  documentation:
    'https://docs.mclimate.eu/mclimate-lorawan-devices/devices/mclimate-vicki-lorawan/vicki-lorawan-device-communication-protocol/keep-alive',
  feeds: ['Thermostat'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['actuator', 'sensor'],
  decode,
  ...commandTable(
    numberCommand(
      {
        name: 'targetTemperature',
        description: 'The temperature that the room is kept at, in whole degrees Celsius',
        minimum: 5,
        maximum: 30,
        examples: [
          {
            value: 21,
            bytes: '0e15',
            fPort: PORT,
            source: 'computed by hand from the communication protocol, command 0x0e',
          },
        ],
      },
      (degrees) => downlink(PORT, 0x0e, degrees),
    ),
    switchCommand(
      {
        name: 'childLock',
        description: 'Whether turning the knob does nothing',
        examples: [
          {
            value: true,
            bytes: '0701',
            fPort: PORT,
            source: 'computed by hand from the communication protocol, command 0x07',
          },
          {
            value: false,
            bytes: '0700',
            fPort: PORT,
            source: 'computed by hand from the communication protocol, command 0x07',
          },
        ],
      },
      (locked) => downlink(PORT, 0x07, locked ? 1 : 0),
    ),
    reportInterval,
  ),
  examples: [
    {
      bytes: '01 1d 5a 78 fa 2c 01 f0 80',
      fPort: 1,
      measurements: {
        setpointTemperature: 29,
        temperature: 18.01,
        relativeHumidity: 46.88,
        motorPosition: 250,
        motorRange: 300,
        valveOpening: 17,
        batteryVoltage: 3.5,
        windowOpen: false,
        childLockOn: true,
        calibrationFailed: false,
        mounted: false,
      },
      source: 'chirpstack-device-profiles, Vicki',
    },
    {
      bytes: '81 14 a0 78 00 2c 01 a8 20',
      fPort: 1,
      measurements: {
        setpointTemperature: 20,
        temperature: 23.24,
        relativeHumidity: 46.88,
        motorPosition: 0,
        motorRange: 300,
        valveOpening: 100,
        batteryVoltage: 3,
        windowOpen: true,
        childLockOn: false,
        calibrationFailed: false,
        mounted: true,
      },
      source: 'computed by hand from the communication protocol: newer firmware, a window is open',
    },
    {
      bytes: '04 31 40 12 03 01 1d 5a 78 fa 2c 01 f0 80',
      fPort: 1,
      measurements: {
        setpointTemperature: 29,
        temperature: 18.01,
        relativeHumidity: 46.88,
        motorPosition: 250,
        motorRange: 300,
        valveOpening: 17,
        batteryVoltage: 3.5,
        windowOpen: false,
        childLockOn: true,
        calibrationFailed: false,
        mounted: false,
      },
      source:
        'computed by hand from the communication protocol: answers to two commands, then the keep-alive',
    },
    {
      bytes: '04 31 40',
      fPort: 1,
      measurements: {},
      source: 'computed by hand from the communication protocol: answer to a command',
    },
  ],
};
