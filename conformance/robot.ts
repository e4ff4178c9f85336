import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { TestResult } from './report.ts';

/** One run of Robot Framework. */
export interface RobotRun {
  /** The robot program. */
  readonly robot: string;
  readonly suite: string;
  /** From the root of the suite. */
  readonly target: string;
  /** `name:value` each. */
  readonly variables: readonly string[];
  /** Where the broker is, without a path. */
  readonly origin: string;
  /** Folder for output, log and report. */
  readonly results?: string;
  /** Folders where the tests find programs before those of PATH. */
  readonly programs: readonly string[];
  /** Ends the run: at once where Robot Framework heeds SIGTERM, after ten seconds otherwise. */
  readonly signal: AbortSignal;
}

const graceMs = 10_000;

/**
 * Runs the tests below a target and yields how each ended, as it ends.
 * @throws Error when Robot Framework cannot be started, or ran no test to its end; the signal's reason when that ended it.
 */
export async function* runRobot(run: RobotRun): AsyncGenerator<TestResult> {
  const robot = spawn(run.robot, robotArguments(run), {
    cwd: run.suite,
    // Tests write on standard output, too, so results have a stream of their own.
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: {
      ...process.env,
      NO_PROXY: '*',
      no_proxy: '*',
      PYTHONDONTWRITEBYTECODE: '1',
      PATH: [...run.programs, process.env['PATH']].join(delimiter),
    },
  });
  const release = endWith(robot, run.signal);
  // "error" comes in place of "close" when the program is not there; its stream ends at once then.
  const end = once(robot, 'close').then(
    ([code]) => ({ code: code as number | null }),
    (error: Error) => ({ error }),
  );
  for await (const line of createInterface({ input: robot.stdio[3] as Readable }))
    yield JSON.parse(line) as TestResult;
  const ended = await end;
  release();
  run.signal.throwIfAborted();
  requireEnd(run, ended);
}

/** Ends the process when the signal comes, until that is released. */
function endWith(robot: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    robot.kill('SIGTERM');
    timer = setTimeout(() => robot.kill('SIGKILL'), graceMs);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return () => {
    signal.removeEventListener('abort', end);
    clearTimeout(timer);
  };
}

/** Up to 250 the exit code counts failed tests; above it tells that Robot Framework itself failed. */
function requireEnd(
  { robot }: RobotRun,
  end: { readonly code: number | null } | { readonly error: Error },
): void {
  if ('error' in end)
    throw new Error(`${robot} cannot be started (${end.error.message}): name it with --robot`);
  if (end.code === null || end.code > 250)
    throw new Error(`${robot} ended with ${end.code ?? 'a signal'}; what it wrote is above`);
}

function robotArguments({ suite, target, variables, origin, results }: RobotRun): readonly string[] {
  const libraries = join(suite, 'libraries');
  const kept =
    results === undefined
      ? ['--output', 'NONE', '--log', 'NONE', '--report', 'NONE']
      : ['--outputdir', resolve(results, target)];
  return [
    ...['--console', 'none', ...kept],
    ...['--listener', `${resolve('conformance/listener.py')};${origin}/ngsi-ld/v1`],
    // As `pip install -r requirements.txt` does for the library that lies in the checkout itself.
    ...['--pythonpath', join(libraries, 'robotframework-httpctrl', 'src'), '--pythonpath', libraries],
    ...variables.flatMap((variable) => ['--variable', variable]),
    target,
  ];
}
