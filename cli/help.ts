import { commonOptions } from './arguments.ts';
import type { Command, Option } from './command.ts';

/** The commands, and what all of them take. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => formOf(command).length));
  const lines = commands.map((command) => `  ${formOf(command).padEnd(width)}  ${command.summary}`);
  return [
    'carillon: devices and codecs of an IoT agent, from the command line',
    '',
    ...lines,
    '',
    'Options of every command:',
    ...optionLines(commonOptions),
    '',
    'carillon <command> --help says what a command takes.',
    'Exit status: 0 done, 1 refused by the agent, 2 wrong command line, 3 the agent cannot be reached.',
    '',
  ].join('\n');
}

/** What one command takes, with examples. */
export function helpOf(command: Command): string {
  return [
    `${formOf(command)}: ${command.summary}`,
    '',
    'Options:',
    ...optionLines({ ...command.options, ...commonOptions }),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
}

/** `device show <id>`. */
function formOf({ group, name, positionals }: Command): string {
  return [group, name, ...positionals.map((one) => `<${one}>`)].join(' ');
}

function optionLines(options: Readonly<Record<string, Option>>): string[] {
  const forms = Object.entries(options).map(([name, option]) => ({ form: optionForm(name, option), option }));
  const width = Math.max(...forms.map(({ form }) => form.length));
  return forms.map(({ form, option: { about, isRequired } }) => {
    const must = isRequired === true ? ' (must be there)' : '';
    return `  ${form.padEnd(width)}  ${about}${must}`;
  });
}

function optionForm(name: string, { value, short }: Option): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? long : `${long}, -${short}`;
}
