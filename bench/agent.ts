import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killSpawned } from '../test/support/spawn-program.ts';
import { latency, type Quantiles } from './agent-latency.ts';
import { notified } from './agent-notified.ts';
import { outage } from './agent-outage.ts';
import { rowLine } from './report.ts';
import { uplinksRow } from './uplinks-row.ts';

/** `npm run bench:agent`: the built agent in front of the built broker, and devices in a process of their own. */
interface Options {
  readonly seconds: number;
  readonly rate: number;
  readonly kills: number;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const rows: Readonly<Record<string, (folder: string, options: Options) => Promise<void>>> = {
  outage: async (folder, options) => {
    const report = await outage(folder, options);
    const { sent, repeated, drainSeconds, instances, missing, twice, outOfOrder, stale, incomplete } = report;
    say(`outage: broker away for ${options.seconds} s, agent killed ${options.kills} times, ${options.rate} uplinks/s
  ${sent} uplinks sent and acknowledged, ${repeated} repeated or reconnected
  all delivered ${drainSeconds.toFixed(1)} s after the broker was back
  in the history: ${instances}; missing ${missing}, twice ${twice}, taken out of order ${outOfOrder}, entities not up to date ${stale}`);
    if (incomplete.length > 0) say(`  something is missing of the devices ${incomplete.join(', ')}`);
    if (missing + twice + outOfOrder + stale > 0) process.exitCode = 1;
  },
  latency: async (folder, options) => {
    const report = await latency(folder, options);
    say(`latency: ${options.rate} uplinks/s for ${options.seconds} s, MQTT publish to committed entity, after a warm-up
  ${report.uplinks} uplinks: ${quantilesLine(report.latency)}
  of that, devices that sent late: ${quantilesLine(report.devices)}
  timers of an idle process were late: ${quantilesLine(report.floor)}`);
  },
  notified: async (folder, options) => {
    const { uplinks, missing, twice, outOfOrder, ...times } = await notified(folder, options);
    say(`notified: ${options.rate} uplinks/s for ${options.seconds} s, MQTT publish to a subscriber of the broker, after a warm-up
  ${uplinks} uplinks, ${missing} missing, ${twice} twice, ${outOfOrder} out of order: ${quantilesLine(times)}`);
    if (missing + outOfOrder > 0) process.exitCode = 1;
  },
  uplinks: async (folder) => say(rowLine(await uplinksRow(folder))),
};

function quantilesLine({ p50, p99, max }: Quantiles): string {
  return `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, max ${max.toFixed(0)} ms`;
}

const usage = `npm run bench:agent -- ROW [--seconds N] [--rate R] [--kills K]
  ROW        one of: ${Object.keys(rows).join(', ')}
  --seconds  how long the broker is away, or the load lasts (default: 20)
  --rate     uplinks a second (default: 200; latency and notified: 500)
  --kills    how often the agent is killed in an outage (default: 5)
`;

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 10_000) return value;
  throw new Error(`${name} is ${text}: it must be a number above 0, at most 10000`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seconds: { type: 'string' }, rate: { type: 'string' }, kills: { type: 'string' } },
  });
  const [name = ''] = positionals;
  const row = rows[name];
  if (row === undefined) throw new Error(`there is no row ${name}`);
  const rate = positive('--rate', values.rate ?? (name === 'latency' || name === 'notified' ? '500' : '200'));
  const seconds = positive('--seconds', values.seconds ?? '20');
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  try {
    say(`Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`);
    await row(folder, { rate, seconds, kills: Math.ceil(positive('--kills', values.kills ?? '5')) });
  } finally {
    await killSpawned();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n${usage}`);
  process.exitCode = 1;
});
