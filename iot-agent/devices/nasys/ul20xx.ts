import { readBytes } from '../bytes.ts';
import { commandTable, downlink, numberCommand, switchCommand, triggerCommand } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { expectPort } from '../expect-length.ts';

/** Ports of uplinks: status, usage, configurations and commands that were taken, events, the system. */
const PORTS = [24, 25, 49, 50, 51, 60, 61, 99];
const COMMANDS = 60;
const SYSTEM = 51;

/** Manual dimming: destination and percent, again and again; a destination that resumes its own plan has no percent. */
const MANUAL_DIMMING = 0x01;
const ALL_DRIVERS = 0xfe;
const RESUME = 0xff;
const SOURCE = "vendor's payload documentation, manual dimming";

const dim = (percent: number) => downlink(COMMANDS, MANUAL_DIMMING, ALL_DRIVERS, percent);

/** The controller echoes the command that it took: the level of its lamps since then. */
function decode(input: DecoderInput): Measurements {
  expectPort(input, 'a UL20xx', ...PORTS);
  const reader = readBytes(input.bytes, 'little-endian');
  if (input.fPort !== COMMANDS || reader.uint8('packet type') !== MANUAL_DIMMING) return {};
  reader.skip(1, 'destination');
  const dimLevel = reader.uint8('dimming level');
  return dimLevel === RESUME ? {} : { dimLevel, lampOn: dimLevel > 0 };
}

/** Dims luminaires by DALI or 0 to 10 volts, and switches their mains. */
export const ul20xx: DeviceModel = {
  vendor: 'nasys',
  model: 'ul20xx',
  description: 'Luminaire controller, DALI or 0-10 V (UL2002, UL2014, UL2020, UL2030, LCU)',
  documentation: 'https://docs.nasys.no/en/lcu/payloads-commands',
  feeds: ['Streetlight'],
  controlledProperty: ['light'],
  category: ['actuator'],
  decode,
  ...commandTable(
    numberCommand(
      {
        name: 'dim',
        description: 'How bright the luminaires of all drivers are, in percent',
        minimum: 0,
        maximum: 100,
        examples: [
          { value: 100, bytes: '01fe64', fPort: COMMANDS, source: SOURCE },
          { value: 0, bytes: '01fe00', fPort: COMMANDS, source: SOURCE },
          { value: 30, bytes: '01fe1e', fPort: COMMANDS, source: 'computed by hand' },
        ],
      },
      dim,
    ),
    switchCommand(
      {
        name: 'on',
        description: 'Whether the luminaires are lit: fully, or not at all',
        examples: [
          { value: true, bytes: '01fe64', fPort: COMMANDS, source: SOURCE },
          { value: false, bytes: '01fe00', fPort: COMMANDS, source: SOURCE },
        ],
      },
      (on) => dim(on ? 100 : 0),
    ),
    triggerCommand(
      {
        name: 'resume',
        description: 'Lets the controller follow its own plan again',
        examples: [{ value: true, bytes: '01feff', fPort: COMMANDS, source: SOURCE }],
      },
      dim(RESUME),
    ),
    triggerCommand(
      {
        name: 'reboot',
        description: 'Restarts the controller',
        examples: [
          { value: true, bytes: 'fe', fPort: SYSTEM, source: "vendor's payload documentation, reboot" },
        ],
      },
      downlink(SYSTEM, 0xfe),
    ),
  ),
  examples: [
    {
      bytes: '01 fe 64',
      fPort: 60,
      measurements: { dimLevel: 100, lampOn: true },
      source: "vendor's payload documentation, manual dimming, echoed",
    },
    {
      bytes: '01 fe 00',
      fPort: 60,
      measurements: { dimLevel: 0, lampOn: false },
      source: "vendor's payload documentation, manual dimming, echoed",
    },
    {
      bytes: '01 fe ff',
      fPort: 60,
      measurements: {},
      source: "vendor's payload documentation, the override is over, echoed",
    },
    {
      bytes: '00 0D008350 010105 F37F205E 00 2C FE 01 04',
      fPort: 99,
      measurements: {},
      source: "vendor's payload documentation, boot packet",
    },
  ],
};
