import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkloadName } from './workloads.ts';

/** What the generator of load is to do. */
export type Job =
  /** Upsert that many entities. */
  | { readonly kind: 'seed'; readonly origin: string; readonly entities: number }
  | {
      readonly kind: 'measure';
      readonly origin: string;
      readonly workload: WorkloadName;
      readonly seconds: number;
    };

/** What clients saw in one round; times in milliseconds. */
export interface Measured {
  readonly kind: 'measured';
  readonly requests: number;
  /** Answers other than full success. */
  readonly failures: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

/** What became of a job. */
export type JobResult =
  | Measured
  | { readonly kind: 'seeded' }
  | { readonly kind: 'failed'; readonly reason: string };

/** The generator of load. */
export interface Generator {
  /** Upserts entities, 100 in a request. */
  seed(origin: string, entities: number): Promise<void>;
  /** Sends a workload for that long. */
  measure(origin: string, workload: WorkloadName, seconds: number): Promise<Measured>;
  stop(): void;
}

/** Starts the generator in a process of its own. One job at a time. */
export function startGenerator(): Generator {
  const child = fork(fileURLToPath(new URL('./load.js', import.meta.url)), { execArgv: [] });
  const run = async (job: Job): Promise<JobResult> => {
    child.send(job);
    const [result] = (await once(child, 'message')) as [JobResult];
    if (result.kind === 'failed') throw new Error(result.reason);
    return result;
  };
  return {
    seed: async (origin, entities) => {
      await run({ kind: 'seed', origin, entities });
    },
    measure: async (origin, workload, seconds) => {
      const result = await run({ kind: 'measure', origin, workload, seconds });
      if (result.kind !== 'measured') throw new Error(`the generator answered ${result.kind}`);
      return result;
    },
    stop: () => {
      child.disconnect();
    },
  };
}
