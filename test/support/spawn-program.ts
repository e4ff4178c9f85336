import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Milliseconds within which a program that was told to stop has to be gone: five seconds are its own, the others those of a machine
 * that does much else. One that needed longer than its own would end by force, and not with 0.
 */
export const STOP_LIMIT = 15_000;

/** A program under test, in a process of its own. */
export interface SpawnedProgram {
  readonly pid: number;
  /** Everything that it wrote so far, standard output and error together. */
  logs(): string;
  /** The log lines that are JSON, parsed. */
  records(): Record<string, unknown>[];
  /** Sends the signal and resolves to the exit code, or to the signal's name when that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Resolves to how it ends. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves when the URL answers 2xx; rejects, with the logs, when the program ends first or after the limit. */
  ready(url: string, limitMs?: number): Promise<void>;
  /** Resolves when it has written the text; rejects as `ready` does. */
  says(text: string, limitMs?: number): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Ends what was started and still runs: call it after each test, so that a failed one leaves nothing behind. */
export async function killSpawned(): Promise<void> {
  const ends = [...running].map((child) => endOf(child));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(ends);
}

/**
 * Starts a built main file (e.g. `dist/broker/main.js`) with only the given variables besides PATH and HOME. It ends
 * with the test process, as with a launcher.
 */
export function spawnProgram(
  main: string,
  {
    env = {},
    cwd = process.cwd(),
    args = [],
  }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly args?: readonly string[];
  } = {},
): SpawnedProgram {
  const { PATH = '', HOME = '' } = process.env;
  const child = fork(main, args, { cwd, env: { PATH, HOME, ...env }, silent: true, execArgv: [] });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  running.add(child);
  const ended = endOf(child).finally(() => running.delete(child));
  const logs = (): string => written;
  return {
    pid: child.pid ?? -1,
    logs,
    records: () => parseRecords(written),
    ended,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ready: (url, limitMs = 60_000) =>
      untilIt(() => answers(url), { what: `${url} is not ready`, limitMs, child, logs }),
    says: (text, limitMs = 60_000) =>
      untilIt(() => written.includes(text), { what: `It did not say "${text}"`, limitMs, child, logs }),
  };
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  // "close" comes after the last output, "exit" may come before.
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return code ?? signal ?? 1;
}

function parseRecords(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

interface Waiting {
  readonly what: string;
  readonly limitMs: number;
  readonly child: ChildProcess;
  readonly logs: () => string;
}

async function untilIt(
  isSo: () => boolean | Promise<boolean>,
  { what, limitMs, child, logs }: Waiting,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (await isSo()) return;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`It ended:\n${logs()}`);
    await delay(25);
  }
  throw new Error(`${what} after ${limitMs} ms:\n${logs()}`);
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok === true;
}
