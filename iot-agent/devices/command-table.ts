import type { Json } from '../measurement.ts';
import type { CommandExample, DeviceModel, Downlink, ModelCommand } from './device-model.ts';

/** A worked example of a command that is named by where it stands. */
export type Worked = Omit<CommandExample, 'command'>;

/** All of a command in one place: what it is, what it becomes, and that worked out by hand. */
export interface CommandEntry extends ModelCommand {
  /** `settings`: the device's own (`internal_attributes`). @throws Error that names the value and what is allowed. */
  encode(value: Json, settings?: Json): Downlink;
  readonly examples: readonly [Worked, ...Worked[]];
}

interface CommandText {
  readonly name: string;
  readonly description: string;
  readonly examples: CommandEntry['examples'];
}

interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
  /** The steps that the device knows, in the unit of the value; whole numbers when absent. */
  readonly multipleOf?: number;
}

/** The three command members of a device model, of its commands. */
export function commandTable(
  ...entries: readonly CommandEntry[]
): Required<Pick<DeviceModel, 'commands' | 'encode' | 'commandExamples'>> {
  return {
    commands: entries.map(({ name, description, value }) => ({ name, description, value })),
    commandExamples: entries.flatMap(({ name, examples }) =>
      examples.map((example) => ({ command: name, ...example })),
    ),
    encode(command, value, settings) {
      const entry = entries.find(({ name }) => name === command);
      if (entry !== undefined) return entry.encode(value, settings);
      const names = entries.map(({ name }) => name).join(', ');
      throw new Error(`there is no command ${command}: this device has ${names}`);
    },
  };
}

/** A command whose value is a number of a range. */
export function numberCommand(
  { name, description, examples, minimum, maximum, multipleOf = 1 }: CommandText & NumberRange,
  toDownlink: (value: number) => Downlink,
): CommandEntry {
  return {
    name,
    description,
    examples,
    value: { type: 'number', minimum, maximum, multipleOf },
    encode(value) {
      if (typeof value !== 'number' || value < minimum || value > maximum || !isMultiple(value, multipleOf)) {
        throw new Error(
          `${name} is ${JSON.stringify(value)}: it takes ${minimum} to ${maximum} in steps of ${multipleOf}`,
        );
      }
      return toDownlink(value);
    },
  };
}

function isMultiple(value: number, step: number): boolean {
  return Number.isInteger(Math.round((value / step) * 1e6) / 1e6);
}

/** A command that is true or false. */
export function switchCommand(
  { name, description, examples }: CommandText,
  toDownlink: (on: boolean, settings: Json | undefined) => Downlink,
): CommandEntry {
  return {
    name,
    description,
    examples,
    value: { type: 'boolean' },
    encode(value, settings) {
      if (typeof value !== 'boolean')
        throw new Error(`${name} is ${JSON.stringify(value)}: it takes true or false`);
      return toDownlink(value, settings);
    },
  };
}

/** A command that does one thing, told by the value true. */
export function triggerCommand(text: CommandText, downlink: Downlink): CommandEntry {
  return {
    ...text,
    value: { const: true },
    encode(value) {
      if (value !== true) throw new Error(`${text.name} is ${JSON.stringify(value)}: it takes true`);
      return downlink;
    },
  };
}

/** The bytes of an unsigned number, the highest first. */
export function bigEndian(value: number, length: number): readonly number[] {
  return Array.from({ length }, (_, index) => Math.floor(value / 0x100 ** (length - 1 - index)) % 0x100);
}

/** The bytes of an unsigned number, the lowest first. */
export function littleEndian(value: number, length: number): readonly number[] {
  return bigEndian(value, length).toReversed();
}

/** A downlink of these bytes. */
export function downlink(fPort: number, ...bytes: readonly number[]): Downlink {
  return { bytes: Uint8Array.from(bytes), fPort };
}
