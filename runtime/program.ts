import {
  ConfigError,
  helpText,
  readSettings,
  type Setting,
  type SettingsOf,
  type SettingsTable,
} from './config.ts';
import { keepHeapSmall } from './heap.ts';
import { createLogger, type Logger, type LogLevel } from './logger.ts';
import { StartError } from './start-error.ts';

/** A program that runs: stopping it ends what it does in good order. */
export interface Running {
  stop(): Promise<void>;
}

/** What makes a program: its name, its settings and how it starts. */
export interface Program<Table extends SettingsTable> {
  readonly name: string;
  readonly settings: Table;
  start(settings: SettingsOf<Table>, log: Logger): Promise<Running>;
}

type TableWithLog = SettingsTable & { readonly logLevel: Setting<LogLevel> };

/** An orchestrator kills after its own time limit, often 10 s, ours 5 s: be gone before. */
const stopLimitMs = 4500;

/**
 * Runs a program until it is told to stop by SIGTERM, SIGINT or the end of the launcher that forked it. Exit codes:
 * 0 after an orderly stop or `--help`, 1 after a failure, 2 when the configuration is wrong.
 */
export async function runProgram<Table extends TableWithLog>(program: Program<Table>): Promise<void> {
  const settings = settingsFromProcess(program);
  if (settings === undefined) return;
  keepHeapSmall();
  const log = createLogger({ name: program.name, level: settings['logLevel'] as LogLevel });
  exitOnUncaught(log);
  const stopAsked = stopSignal(log);
  try {
    const running = await program.start(settings, log);
    log.info('started');
    const reason = await stopAsked;
    await stopOrderly(running, reason, log);
  } catch (error) {
    reportFailure(error, log);
    process.exit(1);
  }
}

/** A refused start says what is wrong and what to do; where in the code that was found helps nobody. */
function reportFailure(error: unknown, log: Logger): void {
  if (!(error instanceof StartError)) {
    log.fatal({ err: error }, 'failed');
    return;
  }
  process.stderr.write(`${error.message}\n`);
  log.fatal(error.cause === undefined ? {} : { err: error.cause }, error.message);
}

function settingsFromProcess<Table extends SettingsTable>({
  name,
  settings,
}: Program<Table>): SettingsOf<Table> | undefined {
  const [argument] = process.argv.slice(2);
  if (argument === '--help' || argument === '-h') {
    process.stdout.write(helpText(name, settings));
    return undefined;
  }
  try {
    if (argument !== undefined)
      throw new ConfigError([`the argument ${argument} is unknown: use --help or none`]);
    return readSettings(settings, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: ${error.message}\nTo see all settings: --help\n`);
    process.exitCode = 2;
    // A launcher's channel would keep the process alive.
    if (process.connected) process.disconnect();
    return undefined;
  }
}

/** What is not caught leaves the program in a state that nobody knows: log it and let a supervisor start afresh. */
function exitOnUncaught(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught');
    process.exit(1);
  });
}

/**
 * Resolves, with what asked for it, when the program is to stop, and exits by force when it still runs after the
 * limit, stuck in its start or its stop. A repeated signal changes nothing.
 */
function stopSignal(log: Logger): Promise<string> {
  return new Promise((resolve) => {
    const ask = (reason: string): void => {
      resolve(reason);
      setTimeout(() => {
        log.fatal(`not stopped within ${stopLimitMs} ms: exit`);
        process.exit(1);
      }, stopLimitMs).unref();
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, ask);
    if (process.send) process.once('disconnect', () => ask('the launcher went away'));
  });
}

async function stopOrderly(running: Running, reason: string, log: Logger): Promise<void> {
  log.info({ reason }, 'stopping');
  await running.stop();
  log.info('stopped');
  process.exit(0);
}
