import { Pool } from 'undici';
import type { Job, JobResult } from './jobs.ts';
import { type BenchRequest, batchFrom, batchSize, workloads } from './workloads.ts';

/**
 * The generator of load, a process of its own: takes one job at a time from its parent and answers with what it saw.
 * Its CPU time is not part of any figure.
 */
const headers = { 'content-type': 'application/json', accept: 'application/json' };
const root = '/ngsi-ld/v1';

process.on('message', (job: Job) => {
  void run(job).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ kind: 'failed', reason: String(error) } satisfies JobResult),
  );
});
process.once('disconnect', () => process.exit(0));

async function run(job: Job): Promise<JobResult> {
  const connections = job.kind === 'seed' ? 4 : workloads[job.workload].connections;
  const pool = new Pool(job.origin, { connections, pipelining: 1 });
  try {
    return job.kind === 'seed' ? await seed(pool, job.entities) : await measure(pool, job, connections);
  } finally {
    await pool.close();
  }
}

async function seed(pool: Pool, entities: number): Promise<JobResult> {
  for (let first = 0; first < entities; first += batchSize * 4) {
    const batches = [0, 1, 2, 3]
      .map((index) => first + index * batchSize)
      .filter((start) => start < entities);
    await Promise.all(batches.map((start) => accepted(pool, batchFrom(start))));
  }
  return { kind: 'seeded' };
}

async function accepted(pool: Pool, request: BenchRequest): Promise<void> {
  const answer = await send(pool, request);
  const text = await answer.body.text();
  if (answer.statusCode >= 300 || answer.statusCode === 207)
    throw new Error(`${request.method} ${request.path} answers ${answer.statusCode}: ${text.slice(0, 300)}`);
}

async function measure(pool: Pool, job: Job & { kind: 'measure' }, connections: number): Promise<JobResult> {
  const latencies: number[] = [];
  let failures = 0;
  const begin = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - begin < job.seconds * 1000) {
      const request = workloads[job.workload].next();
      const sent = performance.now();
      const { statusCode, body } = await send(pool, request);
      await body.dump();
      latencies.push(performance.now() - sent);
      if (statusCode >= 300 || statusCode === 207) failures += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - begin) / 1000;
  latencies.sort((a, b) => a - b);
  const quantile = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  return {
    kind: 'measured',
    requests: latencies.length,
    failures,
    seconds,
    p50: quantile(0.5),
    p99: quantile(0.99),
  };
}

function send(pool: Pool, { method, path, body }: BenchRequest): ReturnType<Pool['request']> {
  return pool.request({ method, path: root + path, headers, body: body ?? null });
}
