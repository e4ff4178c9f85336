import type { AgentClient } from './agent-client.ts';

/** An option of a command. */
export interface Option {
  /** What stands for its value in the help; absent for one that is on or off. */
  readonly value?: string;
  readonly about: string;
  readonly isRequired?: boolean;
  readonly short?: string;
}

/** What was given on the command line. */
export interface Given {
  readonly positionals: readonly string[];
  /** By the long name of the option. */
  readonly options: ReadonlyMap<string, string | true>;
}

/** What a command has to say. */
export interface Outcome {
  /** For people. */
  readonly text: string;
  /** For machines, with `--json`. */
  readonly data: unknown;
  /** The agent has refused something of it. */
  readonly isRefused?: boolean;
}

/** Something that can be asked of the command line: `carillon <group> <name>`. */
export interface Command {
  readonly group: string;
  readonly name: string;
  readonly summary: string;
  /** Names of what must stand behind it, in their order. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** A line or several that can be typed as they stand. */
  readonly examples: readonly string[];
  /** @throws UsageError, Refused or Unreachable */
  run(agent: AgentClient, given: Given): Promise<Outcome>;
}

/** The command line itself is wrong: the message says what, and what to write. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The value of an option that takes one; undefined when it was not given. */
export function optionOf({ options }: Given, name: string): string | undefined {
  const value = options.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** A number in an option. @throws UsageError when it is none */
export function numberOf(given: Given, name: string): number | undefined {
  const text = optionOf(given, name);
  if (text === undefined) return undefined;
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new UsageError(`--${name} is ${JSON.stringify(text)}: it must be a number`);
}

/** What stands at that place behind the command. */
export function positionalOf({ positionals }: Given, index: number): string {
  return positionals[index] ?? '';
}
