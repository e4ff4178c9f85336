import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Generator, startGenerator } from './jobs.ts';
import { memoryRow } from './memory-row.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { startBroker, startFloor } from './programs.ts';
import { headLine, type Row, rowLine } from './report.ts';
import { requestRows, warmUpSeconds } from './request-rows.ts';
import { startRow } from './start-row.ts';
import { uplinksRow } from './uplinks-row.ts';
import { type WorkloadName, workloads } from './workloads.ts';

/** `npm run bench`: measures the built programs beside bare node:http doing the same JSON work, and prints a table. */
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const show = (row: Row): void => say(rowLine(row));

function introduce({ seconds, rounds }: Options): void {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  say(`Node ${process.version}, ${cpus().length} cores (${model}), load ${loadavg()[0]?.toFixed(1)}.
Broker: SQLite on disk, synchronous=FULL, log level warn. Floor: node:http with a Map in memory, the same bytes.
Load: one process, 32 keep-alive connections (batches: 4), 5,000 entities of 8 attributes. Each row: ${warmUpSeconds} s of warm-up,
${rounds} rounds of ${seconds} s, the round with the middle CPU time. "CPU ms" is the server's CPU time a request until the last
answer, "and after" includes the history and deliveries that follow; it travels between machines, "/s" does not.
`);
  say(headLine());
}

async function measureRequests(options: Options, folder: string, generator: Generator): Promise<void> {
  const names = (Object.keys(workloads) as WorkloadName[]).filter((name) => options.rows.has(name));
  if (names.length === 0) return;
  const floor = await startFloor();
  const broker = await startBroker(folder);
  try {
    await requestRows(names, { broker, floor, generator }, options, show);
  } finally {
    await Promise.all([broker.stop(), floor.stop()]);
  }
}

async function main(options: Options): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  const folder = (name: string): string => mkdtempSync(join(root, `${name}-`));
  const generator = startGenerator();
  try {
    introduce(options);
    if (options.rows.has('start')) show(await startRow(root));
    await measureRequests(options, folder('requests'), generator);
    if (options.rows.has('uplinks')) show(await uplinksRow(folder('uplinks')));
    if (options.rows.has('memory')) show(await memoryRow(folder('memory'), generator));
  } finally {
    generator.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 1;
}
