import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { killSpawned } from '../test/support/spawn-program.ts';
import { type ExportFigures, exportsOf, measureExports } from './history-export.ts';
import type { Fleet } from './history-fleet.ts';
import { loadFleet } from './history-load.ts';
import { type HistoryOptions, parseHistoryOptions, usage } from './history-options.ts';
import { patchWithAndWithout } from './history-patch.ts';
import { type LoadedBroker, type ReadTimes, readInTurns, reads } from './history-reads.ts';
import { type StoredBroker, startStored } from './history-store.ts';
import { startGenerator } from './jobs.ts';
import { residentMegabytes } from './process-usage.ts';

/** `npm run bench:history`: a long history of a fleet beside a short one, and what history costs those who write. */
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Instances of the history that the long one is compared with. */
const shortInstances = 100_000;
const goals = { longToShort: 1.5, patchOnToOff: 0.7 };

async function fill(broker: StoredBroker, name: string, fleet: Fleet): Promise<LoadedBroker> {
  for (const { way, instances, perSecond, cpuMicros } of await loadFleet(broker, fleet)) {
    say(
      `${name} history, ${instances} instances by ${way}: ${perSecond.toFixed(0)}/s, ${cpuMicros.toFixed(0)} µs of CPU each`,
    );
  }
  say(`  resident memory ${residentMegabytes(broker.pid).toFixed(0)} MB`);
  return { origin: broker.origin, pid: broker.pid, fleet };
}

function timesLine({ p50, p99, cpu }: ReadTimes): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, CPU ${cpu.toFixed(1)} ms`;
}

async function measureReads(long: LoadedBroker, short: LoadedBroker): Promise<void> {
  const [ofLong, ofShort] = await readInTurns([long, short], reads.lastN);
  if (ofLong === undefined || ofShort === undefined) return;
  const ratio = ofLong.p50 / ofShort.p50;
  say(`${reads.lastN.title} of one entity: ${timesLine(ofLong)}
  in the short history: ${timesLine(ofShort)}
  ${ratio.toFixed(2)} times as long, ${verdict(ratio <= goals.longToShort, `at most ${goals.longToShort}`)}`);
  for (const read of [reads.day, reads.month]) {
    for (const times of await readInTurns([long], read))
      say(`${read.title} of one entity: ${timesLine(times)}`);
  }
  say(`  resident memory ${residentMegabytes(long.pid).toFixed(0)} MB`);
}

function verdict(isMet: boolean, goal: string): string {
  if (!isMet) process.exitCode = 1;
  return `goal ${goal}: ${isMet ? 'met' : 'NOT MET'}`;
}

async function measureHistories(root: string, { instances, entities, store }: HistoryOptions): Promise<void> {
  const fleetOf = (count: number): Fleet => ({
    entities,
    moments: Math.max(1, Math.round(count / entities)),
  });
  const fleets = { long: fleetOf(instances), short: fleetOf(Math.min(shortInstances, instances)) };
  const long = await startStored(root, 'long', { store });
  const short = await startStored(root, 'short', { store });
  const loaded = [await fill(long, 'long', fleets.long), await fill(short, 'short', fleets.short)] as const;
  await measureReads(...loaded);
  await short.finish();
  const megabytes = (await long.finish()) / 1e6;
  const count = fleets.long.moments * entities;
  say(`disk: ${megabytes.toFixed(0)} MB, ${((megabytes * 1e6) / count).toFixed(0)} MB a million instances`);
}

function exportLines({ title, rows, bytes, seconds, cpu, memory, get }: ExportFigures): string {
  const megabytes = bytes / 1e6;
  return `export, ${title}: ${rows} rows, ${megabytes.toFixed(0)} MB in ${seconds.toFixed(0)} s: ${(rows / seconds).toFixed(0)} rows/s, ${(megabytes / seconds).toFixed(1)} MB/s, CPU ${((cpu * 1e6) / rows).toFixed(1)} s a million rows
  resident memory ${memory.before.toFixed(0)} MB before, ${memory.highest.toFixed(0)} at most, ${memory.after.toFixed(0)} after
  GET of an entity meanwhile: p50 ${get.p50.toFixed(1)} ms, p99 ${get.p99.toFixed(1)} ms, at most ${get.max.toFixed(1)} ms`;
}

async function exportHistory(root: string, { instances, entities, store }: HistoryOptions): Promise<void> {
  const fleet = { entities, moments: Math.max(1, Math.round(instances / entities)) };
  const broker = await startStored(root, 'exported', { store });
  const loaded = await fill(broker, 'exported', fleet);
  for (const exports of exportsOf(fleet)) say(exportLines(await measureExports(loaded, exports)));
  await broker.finish();
}

async function measurePatch(root: string, options: HistoryOptions): Promise<void> {
  const generator = startGenerator();
  try {
    const { on, off } = await patchWithAndWithout(root, generator, options);
    const ratio = on.perSecond / off.perSecond;
    say(`PATCH attrs with history: ${on.perSecond.toFixed(0)}/s, CPU ${on.cpu.toFixed(3)} ms with what follows
  without: ${off.perSecond.toFixed(0)}/s, CPU ${off.cpu.toFixed(3)} ms
  ${ratio.toFixed(2)} of the rate, ${verdict(ratio >= goals.patchOnToOff, `at least ${goals.patchOnToOff}`)}`);
  } finally {
    generator.stop();
  }
}

async function main(options: HistoryOptions): Promise<void> {
  const root = mkdtempSync(join(options.folder ?? tmpdir(), 'carillon-bench-'));
  try {
    say(`Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`);
    if (options.rows.has('reads')) await measureHistories(root, options);
    if (options.rows.has('export')) await exportHistory(root, options);
    if (options.rows.has('patch')) await measurePatch(root, options);
  } finally {
    await killSpawned();
    rmSync(root, { recursive: true, force: true });
  }
}

try {
  await main(parseHistoryOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 1;
}
