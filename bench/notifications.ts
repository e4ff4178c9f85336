import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startReceivers } from './notifications-jobs.ts';
import {
  backlogRow,
  completeRow,
  holesRow,
  matchRow,
  outageRow,
  type RowParts,
} from './notifications-rows.ts';
import { type Miss, misses } from './notifications-subscriptions.ts';

/** `npm run bench:notifications`: how the built broker matches and delivers, with receivers in a process of their own. */
interface Options {
  readonly seconds: number;
  readonly miss?: Miss;
}

const rows: Readonly<Record<string, (parts: RowParts, options: Options) => Promise<void>>> = {
  complete: async (parts) => {
    await completeRow(parts, { subscriptions: 1, entities: 1000, updates: 50 });
    await completeRow(parts, { subscriptions: 20, entities: 1000, updates: 10 });
  },
  holes: async (parts, { seconds }) => {
    await holesRow(parts, { healthy: 50, stuck: 0, where: 'hole', seconds });
    await holesRow(parts, { healthy: 100, stuck: 0, where: 'hole', seconds });
    await holesRow(parts, { healthy: 50, stuck: 50, where: 'hole', seconds });
    await holesRow(parts, { healthy: 50, stuck: 50, where: 'slow', seconds });
  },
  outage: (parts, { seconds }) => outageRow(parts, { seconds, subscriptions: 5 }),
  match: async (parts, { seconds, miss }) => {
    for (const name of miss === undefined ? (Object.keys(misses) as Miss[]) : [miss])
      await matchRow(parts, { miss: name, counts: [0, 10, 1000, 20_000], seconds });
  },
  backlog: async (parts) => {
    await backlogRow(parts, { deliveries: 5000, entities: 1 });
    await backlogRow(parts, { deliveries: 200_000, entities: 1000 });
  },
};

const usage = `npm run bench:notifications -- [--only ROW,ROW] [--seconds N] [--miss WAY]
  --only     some of: ${Object.keys(rows).join(', ')}
  --seconds  length of a measurement; of outage, how long the endpoint is down (default: 5)
  --miss     one of: ${Object.keys(misses).join(', ')}
`;

function optionsOf(args: readonly string[]): Options & { readonly only: readonly string[] } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      seconds: { type: 'string', default: '5' },
      miss: { type: 'string' },
    },
  });
  const only = values.only?.split(',') ?? Object.keys(rows);
  const seconds = Number(values.seconds);
  const unknown = only.find((name) => !Object.hasOwn(rows, name));
  if (unknown !== undefined) throw new Error(`--only knows no row ${unknown}`);
  if (!(seconds > 0 && seconds <= 600))
    throw new Error(`--seconds is ${values.seconds}: it must be above 0, at most 600`);
  if (values.miss !== undefined && !Object.hasOwn(misses, values.miss))
    throw new Error(`--miss knows no ${values.miss}`);
  return { only, seconds, ...(values.miss !== undefined && { miss: values.miss as Miss }) };
}

async function main(): Promise<void> {
  const { only, ...options } = optionsOf(process.argv.slice(2));
  const root = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  const receivers = await startReceivers();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(
    `Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; SQLite on disk, synchronous=FULL.`,
  );
  try {
    for (const name of only) await rows[name]?.({ root, receivers, say }, options);
  } finally {
    receivers.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 1;
}
