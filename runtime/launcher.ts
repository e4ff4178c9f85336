import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** A program that the launcher keeps running. */
export interface LaunchedProgram {
  readonly name: string;
  /** Path of its built main file. */
  readonly main: string;
  /** Variables besides the launcher's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Its `/health/ready`. */
  readonly readyUrl: string;
}

/** What runs, and how to tell the people in front of it. */
export interface LaunchOptions {
  readonly programs: readonly LaunchedProgram[];
  /** Called once, when all programs are ready. */
  readonly onReady: () => void;
  /** One line for people: a program ended, is killed. */
  readonly say: (line: string) => void;
  /** Resolves when the programs are to stop. */
  readonly stopAsked: Promise<void>;
  /** Milliseconds from the request to stop until programs are killed. */
  readonly stopLimit?: number;
}

/** A program's end: its exit code, or 1 when a signal ended it. */
interface End {
  readonly name: string;
  readonly code: number;
}

interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<End>;
}

/**
 * Runs the programs as child processes until they are to stop or one of them ends, then stops the others. Resolves
 * to the exit code: 0 after an orderly stop, else that of the first program that failed.
 */
export async function launch({
  programs,
  onReady,
  say,
  stopAsked,
  stopLimit = 5000,
}: LaunchOptions): Promise<number> {
  const children = programs.map(startChild);
  const finished = new AbortController();
  void announceReady(programs, onReady, finished.signal);
  const first = await Promise.race([stopAsked, ...children.map(({ ended }) => ended)]);
  finished.abort();
  if (first) say(`The ${first.name} ended by itself (exit code ${first.code}); everything stops.`);
  const orderly = await stopAll(children, stopLimit, say);
  if (first) return first.code === 0 ? 1 : first.code;
  return orderly ? 0 : 1;
}

function startChild({ name, main, env }: LaunchedProgram): Child {
  const child = fork(main, [], { env: { ...process.env, ...env }, stdio: 'inherit' });
  const ended = new Promise<End>((resolve) => {
    child.once('exit', (code) => resolve({ name, code: code ?? 1 }));
    child.once('error', () => resolve({ name, code: 1 }));
  });
  return { process: child, ended };
}

/** Resolves to whether every program stopped by itself and without a failure. */
async function stopAll(
  children: readonly Child[],
  limit: number,
  say: (line: string) => void,
): Promise<boolean> {
  for (const child of children) child.process.kill('SIGTERM');
  const killer = setTimeout(() => {
    say(`Not everything stopped within ${limit} ms: killed.`);
    for (const child of children) child.process.kill('SIGKILL');
  }, limit);
  const ends = await Promise.all(children.map(({ ended }) => ended));
  clearTimeout(killer);
  return ends.every(({ code }) => code === 0);
}

async function announceReady(
  programs: readonly LaunchedProgram[],
  onReady: () => void,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(programs.map(({ readyUrl }) => untilReady(readyUrl, signal)));
  if (!signal.aborted) onReady();
}

async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await isReady(url, signal))) await delay(100);
}

async function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Resolves at the first SIGTERM or SIGINT; later ones change nothing. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
}
