import type { BuiltProgram } from '../test/support/built-programs.ts';
import { seededEntities } from './entities.ts';
import type { Generator, Measured } from './jobs.ts';
import { cpuSeconds, untilCalm } from './process-usage.ts';
import type { Row } from './report.ts';
import { batchSize, type WorkloadName, workloads } from './workloads.ts';

interface Goal {
  readonly title: string;
  /** CPU milliseconds a request. */
  readonly cpu?: number;
  /** Entities a second. */
  readonly entitiesPerSecond?: number;
}

const goals: Readonly<Record<WorkloadName, Goal>> = {
  retrieve: { title: 'retrieve', cpu: 0.15 },
  query: { title: 'query type + q, limit 20', cpu: 2 },
  geo: { title: 'query near, limit 20', cpu: 2 },
  patch: { title: 'patch 2 attributes', cpu: 0.3 },
  batch: { title: `batch upsert of ${batchSize}`, entitiesPerSecond: 5000 },
  create: { title: 'create, 8 attributes', cpu: 0.45 },
};

/** One round: what clients saw, and the server's CPU milliseconds a request until the last answer and until it rests. */
interface Round extends Measured {
  readonly cpu: number;
  readonly cpuUntilCalm: number;
}

/** Until the engine has compiled what a row runs through: brokers run for months, not for seconds. */
export const warmUpSeconds = 4;

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** Of each round. */
  readonly seconds: number;
}

/** Fills both servers alike, then measures each workload on the one and on the other. */
export async function requestRows(
  names: readonly WorkloadName[],
  servers: { readonly broker: BuiltProgram; readonly floor: BuiltProgram; readonly generator: Generator },
  effort: Effort,
  onRow: (row: Row) => void,
): Promise<void> {
  const { broker, floor, generator } = servers;
  for (const { origin, pid } of [floor, broker]) {
    await generator.seed(origin, seededEntities);
    await untilCalm(pid);
  }
  // The table's order: what grows the store comes last, so that every row meets the same entities.
  for (const name of (Object.keys(workloads) as WorkloadName[]).filter((known) => names.includes(known))) {
    const least = await measure(floor, name, generator, {
      rounds: effort.rounds,
      seconds: effort.seconds / 2,
    });
    onRow(toRow(name, await measure(broker, name, generator, effort), least));
  }
}

async function measure(
  server: BuiltProgram,
  name: WorkloadName,
  generator: Generator,
  effort: Effort,
): Promise<Round> {
  await generator.measure(server.origin, name, warmUpSeconds);
  await untilCalm(server.pid);
  const rounds: Round[] = [];
  for (let round = 0; round < effort.rounds; round += 1)
    rounds.push(await once(server, name, generator, effort));
  return medianOf(rounds);
}

async function once(
  server: BuiltProgram,
  name: WorkloadName,
  generator: Generator,
  { seconds }: Effort,
): Promise<Round> {
  const before = cpuSeconds(server.pid);
  const measured = await generator.measure(server.origin, name, seconds);
  const perRequest = (): number => ((cpuSeconds(server.pid) - before) * 1000) / measured.requests;
  const cpu = perRequest();
  await untilCalm(server.pid);
  return { ...measured, cpu, cpuUntilCalm: perRequest() };
}

/** The round with the middle CPU time; failures of all rounds. */
function medianOf(rounds: readonly Round[]): Round {
  const byCpu = [...rounds].sort((a, b) => a.cpu - b.cpu);
  const middle = byCpu[Math.floor(byCpu.length / 2)];
  if (middle === undefined) throw new Error('at least one round');
  return { ...middle, failures: rounds.reduce((sum, { failures }) => sum + failures, 0) };
}

function toRow(name: WorkloadName, found: Round, least: Round): Row {
  const { title, cpu, entitiesPerSecond } = goals[name];
  const rate = found.requests / found.seconds;
  const isMet = cpu === undefined ? rate * batchSize >= (entitiesPerSecond ?? 0) : found.cpu <= cpu;
  return {
    title,
    perSecond: rate,
    p50: found.p50,
    p99: found.p99,
    cpu: found.cpu,
    cpuUntilCalm: found.cpuUntilCalm,
    floorCpu: least.cpu,
    goal: cpu === undefined ? `${entitiesPerSecond} entities/s` : `${cpu} ms`,
    isMet: isMet && found.failures === 0,
    note: noteOf(name, found, rate),
  };
}

function noteOf(name: WorkloadName, { failures }: Round, rate: number): string {
  const notes = name === 'batch' ? [`${Math.round(rate * batchSize)} entities/s`] : [];
  if (failures > 0) notes.push(`${failures} FAILED`);
  return notes.join(', ');
}
