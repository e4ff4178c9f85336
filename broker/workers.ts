import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from '../runtime/logger.ts';
import type { Running } from '../runtime/program.ts';
import { StartError } from '../runtime/start-error.ts';

/** A worker that dies sooner than this after its start would die again at once. */
const steadyAfterMs = 5_000;

/** True in a process that `startWorkers` started. */
export const isWorker = cluster.isWorker;

/**
 * Starts `count` processes of this program that share its port, and resolves when each of them listens. A worker that
 * dies later is replaced; one that cannot start ends the start.
 * @throws StartError when a worker ends before it listens; what was wrong stands in its own log.
 */
export async function startWorkers(count: number, log: Logger): Promise<Running> {
  const state = { isStopping: false };
  cluster.on('exit', (worker, code) => replace(worker, code, state, log));
  const started = Array.from({ length: count }, () => untilListening(fork()));
  try {
    await Promise.all(started);
  } catch (error) {
    state.isStopping = true;
    await stopAll();
    throw error;
  }
  return {
    stop: () => {
      state.isStopping = true;
      return stopAll();
    },
  };
}

const startedAt = new WeakMap<Worker, number>();

function fork(): Worker {
  const worker = cluster.fork();
  startedAt.set(worker, performance.now());
  return worker;
}

async function untilListening(worker: Worker): Promise<void> {
  const ended = once(worker, 'exit').then(([code]: number[]) => {
    throw new StartError(
      `A worker of the broker ended before it listened (exit code ${code}): see its message.`,
    );
  });
  // Its later end is nobody's error.
  ended.catch(() => undefined);
  await Promise.race([once(worker, 'listening'), ended]);
}

function replace(
  worker: Worker,
  code: number | null,
  state: { readonly isStopping: boolean },
  log: Logger,
): void {
  if (state.isStopping) return;
  const age = performance.now() - (startedAt.get(worker) ?? 0);
  log.error({ worker: worker.id, code }, 'a worker ended and is replaced');
  const pause = age > steadyAfterMs ? 0 : 1_000;
  setTimeout(() => {
    if (!state.isStopping) fork();
  }, pause);
}

async function stopAll(): Promise<void> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(
    workers.map(async (worker) => {
      if (worker.isDead()) return;
      const ended = once(worker, 'exit');
      worker.process.kill('SIGTERM');
      await ended;
    }),
  );
}
