import type { Generator } from './jobs.ts';
import { residentMegabytes, untilCalm } from './process-usage.ts';
import { startBroker } from './programs.ts';
import type { Row } from './report.ts';

const entities = 100_000;
const goalMegabytes = 250;

/** Resident memory of a broker that was filled with 100,000 entities and rests. */
export async function memoryRow(folder: string, generator: Generator): Promise<Row> {
  const server = await startBroker(folder);
  const empty = residentMegabytes(server.pid);
  const begin = performance.now();
  await generator.seed(server.origin, entities);
  const seconds = (performance.now() - begin) / 1000;
  await untilCalm(server.pid, 180);
  const full = residentMegabytes(server.pid);
  await server.stop();
  return {
    title: 'memory, 100,000 entities',
    goal: `${goalMegabytes} MB`,
    isMet: full <= goalMegabytes,
    note: `${full.toFixed(0)} MB (${empty.toFixed(0)} MB empty; filled in ${seconds.toFixed(0)} s)`,
  };
}
