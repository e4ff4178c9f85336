import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Quantiles, quantiles } from './agent-latency.ts';
import type { ReaderJob, ReaderResult } from './export-reader.ts';
import { anyStation, type Fleet, momentsFrom } from './history-fleet.ts';
import type { LoadedBroker } from './history-reads.ts';
import { cpuSeconds, residentMegabytes, untilCalm } from './process-usage.ts';

/** Exports that run at the same time and have every instance of a fleet once, together. */
export interface FleetExports {
  readonly title: string;
  readonly searches: readonly string[];
  /** Lines of each that are no rows. */
  readonly frame: number;
}

/** What they took; `cpu` in seconds of the broker, memory in MB. */
export interface ExportFigures {
  readonly title: string;
  readonly rows: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly cpu: number;
  readonly memory: { readonly before: number; readonly highest: number; readonly after: number };
  /** Milliseconds of a small request while they ran. */
  readonly get: Quantiles;
}

/** As many as a tenant may have by default. */
const together = 4;

/** One of each format, and several of one at the same time. */
export function exportsOf({ moments }: Fleet): readonly FleetExports[] {
  const all = momentsFrom(0, moments);
  const share = Math.ceil(moments / together);
  const shares = Array.from({ length: together }, (_, index) => momentsFrom(index * share, share));
  return [
    { title: 'CSV', searches: [`format=csv&${all}`], frame: 1 },
    { title: 'NDJSON', searches: [`format=ndjson&${all}`], frame: 0 },
    { title: 'GeoJSON', searches: [`format=geojson&${all}`], frame: 2 },
    { title: `CSV, ${together} at once`, searches: shares.map((times) => `format=csv&${times}`), frame: 1 },
  ];
}

/** Reads them to their end as fast as they come. @throws Error where rows are missing */
export async function measureExports(
  { origin, pid, fleet }: LoadedBroker,
  { title, searches, frame }: FleetExports,
): Promise<ExportFigures> {
  await untilCalm(pid);
  const urls = searches.map(
    (search) => `${origin}/ngsi-ld/v1/temporal/export?type=AirQualityObserved&attrs=NO2&${search}`,
  );
  const before = residentMegabytes(pid);
  const cpu = cpuSeconds(pid);
  const begin = performance.now();
  const reading = readAll({ urls, headers: { 'accept-encoding': 'identity' } });
  const seen = await watchUntil(reading, () => residentMegabytes(pid), { origin, fleet });
  const { lines, bytes } = await reading;
  const seconds = (performance.now() - begin) / 1000;
  const rows = lines - frame * searches.length;
  if (rows !== fleet.entities * fleet.moments)
    throw new Error(`the export, ${title}, has ${rows} rows: there are ${fleet.entities * fleet.moments}`);
  const used = cpuSeconds(pid) - cpu;
  await untilCalm(pid);
  const memory = { before, highest: seen.highest, after: residentMegabytes(pid) };
  return { title, rows, bytes, seconds, cpu: used, memory, get: quantiles(seen.times) };
}

async function readAll(workerData: ReaderJob): Promise<ReaderResult> {
  const worker = new Worker(resolve('dist/bench/export-reader.js'), { workerData });
  const [result] = (await once(worker, 'message')) as [ReaderResult];
  return result;
}

/** Milliseconds between small requests. */
const interval = 10;

async function watchUntil(
  end: Promise<unknown>,
  memory: () => number,
  { origin, fleet }: Pick<LoadedBroker, 'origin' | 'fleet'>,
): Promise<{ readonly highest: number; readonly times: readonly number[] }> {
  const times: number[] = [];
  let highest = memory();
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  end.then(over, over);
  while (!isOver) {
    const begin = performance.now();
    const answer = await fetch(`${origin}/ngsi-ld/v1/entities/${anyStation(fleet)}`);
    await answer.arrayBuffer();
    times.push(performance.now() - begin);
    if (!answer.ok) throw new Error(`the entity is answered with ${answer.status}`);
    highest = Math.max(highest, memory());
    await delay(interval);
  }
  return { highest, times };
}
