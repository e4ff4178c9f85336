import { closeNames } from '../iot-agent/devices/close-names.ts';
import { agentClient, Refused, Unreachable } from './agent-client.ts';
import { readArguments } from './arguments.ts';
import { type Command, type Given, type Outcome, optionOf, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { helpOf, overview } from './help.ts';

/** Where a command line comes from, and where what it says goes. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
}

/** How a command line ends. */
const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const;

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const defaultAgent = 'http://127.0.0.1:4041';

/** Does what a command line says; resolves to the status to exit with. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [group = '', name = '', ...rest] = args;
  if (['', '--help', '-h', 'help'].includes(group)) {
    terminal.out(overview(commands));
    return group === '' ? exitCodes.usage : exitCodes.done;
  }
  const command = commands.find((one) => one.group === group && one.name === name);
  if (command === undefined) {
    terminal.err(`${unknownCommand(group, name)}\n`);
    return exitCodes.usage;
  }
  try {
    return await runCommand(command, rest, terminal);
  } catch (error) {
    return tell(error, command, terminal);
  }
}

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = readArguments(command, args);
  if (given.options.has('help')) {
    terminal.out(helpOf(command));
    return exitCodes.done;
  }
  const outcome = await command.run(clientOf(given, terminal), given);
  show(outcome, given, terminal);
  return outcome.isRefused === true ? exitCodes.refused : exitCodes.done;
}

function clientOf(given: Given, { env }: Terminal) {
  const url = optionOf(given, 'agent') ?? (env['CARILLON_AGENT'] || defaultAgent);
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp) throw new UsageError('--agent must be a URL such as http://127.0.0.1:4041');
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw new UsageError(
      '--agent must be a URL without user and password: the agent takes a key, in CARILLON_API_KEY',
    );
  const key = optionOf(given, 'key') ?? (env['CARILLON_API_KEY'] || undefined);
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
    throw new UsageError('The key must have no blanks and no letters beyond ASCII');
  return agentClient({ url, key, tenant: optionOf(given, 'tenant') });
}

function show({ text, data }: Outcome, { options }: Given, { out }: Terminal): void {
  out(`${options.has('json') ? JSON.stringify(data, undefined, 2) : text}\n`);
}

function tell(error: unknown, { group, name }: Command, { err }: Terminal): ExitCode {
  if (error instanceof UsageError) {
    err(`${error.message}\ncarillon ${group} ${name} --help says what it takes.\n`);
    return exitCodes.usage;
  }
  if (error instanceof Unreachable) {
    err(`${error.message}\n`);
    return exitCodes.unreachable;
  }
  if (!(error instanceof Refused)) throw error;
  err(`${error.message}\n`);
  return exitCodes.refused;
}

function unknownCommand(group: string, name: string): string {
  const known = commands.map((one) => `${one.group} ${one.name}`);
  const inGroup = commands.filter((one) => one.group === group).map((one) => `${group} ${one.name}`);
  const close = inGroup.length > 0 ? inGroup : closeNames(`${group} ${name}`.trim(), known);
  const hint = close.length === 0 ? '' : `Did you mean ${close.join(', ')}? `;
  return `There is no command ${`${group} ${name}`.trim()}. ${hint}carillon --help lists them.`;
}
