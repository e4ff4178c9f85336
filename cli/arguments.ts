import { parseArgs } from 'node:util';
import { type Command, type Given, type Option, UsageError } from './command.ts';

/** Options of every command. */
export const commonOptions = {
  agent: {
    value: 'URL',
    about:
      'configuration API of the agent; the variable CARILLON_AGENT, or http://127.0.0.1:4041, when absent',
  },
  key: {
    value: 'KEY',
    about: 'API key; better in the variable CARILLON_API_KEY, where no process list shows it',
  },
  tenant: { value: 'NAME', about: 'whose devices these are; the default tenant when absent' },
  json: { about: 'JSON for machines' },
  help: { about: 'this text', short: 'h' },
} as const satisfies Readonly<Record<string, Option>>;

/** Reads what stands behind the command. @throws UsageError that says what is wrong */
export function readArguments(command: Command, args: readonly string[]): Given {
  const known: Readonly<Record<string, Option>> = { ...command.options, ...commonOptions };
  const { values, positionals } = parse(known, args);
  const options = new Map(Object.entries(values)) as Given['options'];
  if (options.has('help')) return { positionals, options };
  for (const [name, { isRequired }] of Object.entries(known))
    if (isRequired === true && !options.has(name)) throw new UsageError(`--${name} is missing`);
  const { positionals: wanted } = command;
  if (positionals.length < wanted.length) throw new UsageError(`<${wanted[positionals.length]}> is missing`);
  if (positionals.length > wanted.length)
    throw new UsageError(`${JSON.stringify(positionals[wanted.length])} is one argument too many`);
  return { positionals, options };
}

function parse(known: Readonly<Record<string, Option>>, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value, short }]) => [
      name,
      {
        type: value === undefined ? 'boolean' : 'string',
        ...(short === undefined ? {} : { short }),
      } as const,
    ]),
  );
  try {
    return parseArgs({ args: withNegatives(known, args), options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** `--lon -3.7` means a number, where parseArgs sees another option. */
function withNegatives(known: Readonly<Record<string, Option>>, args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of args) {
    const before = joined.at(-1) ?? '';
    const takesValue = before.startsWith('--') && known[before.slice(2)]?.value !== undefined;
    if (takesValue && /^-[\d.]/.test(argument)) joined[joined.length - 1] = `${before}=${argument}`;
    else joined.push(argument);
  }
  return joined;
}
