import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BuiltProgram } from '../test/support/built-programs.ts';
import { now, type Receivers } from './notifications-jobs.ts';
import { type Miss, misses, subscriptionsTo } from './notifications-subscriptions.ts';
import { startWriter, type Writer } from './notifications-writer.ts';
import { cpuSeconds, residentMegabytes, untilCalm } from './process-usage.ts';
import { startBroker } from './programs.ts';

/** A running broker and who writes to it. */
interface Parts {
  readonly broker: BuiltProgram;
  readonly writer: Writer;
}

/** Both end with `use`. */
async function withBroker<T>(folder: string, use: (parts: Parts) => Promise<T>): Promise<T> {
  const broker = await startBroker(folder);
  const writer = startWriter(broker.origin);
  try {
    return await use({ broker, writer });
  } finally {
    await writer.stop();
    await broker.stop();
  }
}

const fixed = (value: number, digits = 0): string => value.toFixed(digits);

/** What a row needs: a folder for its files, and the receivers. */
export interface RowParts {
  readonly root: string;
  readonly receivers: Receivers;
  readonly say: (line: string) => void;
}

const folderIn = (root: string): string => mkdtempSync(join(root, 'store-'));

/** Every change at full speed to so many Subscriptions: all of them, in order, once. */
export async function completeRow(
  { root, receivers, say }: RowParts,
  {
    subscriptions,
    entities,
    updates,
  }: { readonly subscriptions: number; readonly entities: number; readonly updates: number },
): Promise<void> {
  await receivers.forget();
  await withBroker(folderIn(root), async ({ broker, writer }) => {
    await writer.seed(entities);
    await writer.subscribe(subscriptionsTo(receivers.ports.ready, subscriptions));
    const cpu = cpuSeconds(broker.pid);
    const begin = now();
    const writing = await writer.raise(entities, { from: 1, to: updates });
    const writes = entities * updates;
    const wanted = writes * subscriptions;
    const { received, duplicates, swaps, lastAt, p99 } = await receivers.until(wanted);
    await untilCalm(broker.pid);
    const spent = (cpuSeconds(broker.pid) - cpu) * 1000;
    say(
      `${subscriptions} subscriptions, ${entities} entities x ${updates}: ${received} of ${wanted} received, ${duplicates} twice, ${swaps} out of order; ` +
        `${fixed(writes / writing)} writes/s, ${fixed(received / ((lastAt - begin) / 1000))} notifications/s, p99 ${fixed(p99)} ms; ` +
        `CPU ${fixed(spent / writes, 3)} ms a write with all that follows (${fixed(spent / wanted, 3)} a notification), RSS ${fixed(residentMegabytes(broker.pid))} MB`,
    );
  });
}

/** How late healthy receivers get their notifications, beside others that do not answer. */
export async function holesRow(
  { root, receivers, say }: RowParts,
  {
    healthy,
    stuck,
    where,
    seconds,
  }: {
    readonly healthy: number;
    readonly stuck: number;
    readonly where: 'hole' | 'slow';
    readonly seconds: number;
  },
): Promise<void> {
  await receivers.forget();
  await withBroker(folderIn(root), async ({ broker, writer }) => {
    await writer.seed(50);
    await writer.subscribe(subscriptionsTo(receivers.ports[where], stuck));
    await writer.subscribe(subscriptionsTo(receivers.ports.ready, healthy, { name: 'healthy' }));
    const cpu = cpuSeconds(broker.pid);
    const end = now() + seconds * 1000;
    let writes = 0;
    for (let level = 1; now() < end; level += 1) {
      await writer.raise(5, { from: level, to: level });
      writes += 5;
      await delay(200);
    }
    const wanted = writes * healthy;
    const { p50, p99, max, received } = await receivers.until(wanted);
    const spent = cpuSeconds(broker.pid) - cpu;
    say(
      `${healthy} healthy and ${stuck} ${where}: ${received} of ${wanted} healthy notifications, p50 ${fixed(p50, 1)}, p99 ${fixed(p99, 1)}, most ${fixed(max, 1)} ms; ` +
        `broker CPU ${fixed((spent / seconds) * 100)} %, RSS ${fixed(residentMegabytes(broker.pid))} MB`,
    );
  });
}

/** An endpoint that is down for so long while writes go on: how soon everything is there once it is up again. */
export async function outageRow(
  { root, receivers, say }: RowParts,
  { seconds, subscriptions }: { readonly seconds: number; readonly subscriptions: number },
): Promise<void> {
  await receivers.forget();
  await withBroker(folderIn(root), async ({ broker, writer }) => {
    await writer.seed(100);
    await writer.subscribe(subscriptionsTo(receivers.ports.ready, subscriptions));
    await writer.raise(100, { from: 1, to: 1 });
    await receivers.until(100 * subscriptions);
    await receivers.close();
    const end = now() + seconds * 1000;
    let level = 1;
    for (; now() < end; await delay(1000)) await writer.raise(100, { from: level + 1, to: ++level });
    const cpu = cpuSeconds(broker.pid);
    await receivers.open();
    const up = now();
    const before = (await receivers.report()).received;
    const first = await receivers.until(before + 1);
    const { received, duplicates, swaps, lastAt } = await receivers.until(level * 100 * subscriptions, 60);
    say(
      `down for ${seconds} s: ${received} of ${level * 100 * subscriptions} received, ${duplicates} twice, ${swaps} out of order, the first ${fixed((first.lastAt - up) / 1000, 1)} s after it was up again, the last ${fixed((lastAt - up) / 1000, 1)} s ` +
        `(CPU ${fixed(cpuSeconds(broker.pid) - cpu, 1)} s)`,
    );
  });
}

/** What a PATCH costs beside so many Subscriptions, of which 10 match and the others are not about it. */
export async function matchRow(
  { root, receivers, say }: RowParts,
  {
    miss,
    counts,
    seconds,
  }: { readonly miss: Miss; readonly counts: readonly number[]; readonly seconds: number },
): Promise<void> {
  const folder = folderIn(root);
  await withBroker(folder, async (parts) => {
    await parts.writer.seed(PATCHED);
    const figures: string[] = [];
    let made = 0;
    let level = 1;
    for (const count of counts) {
      const all = [...matching(receivers, made, count), ...missing(receivers, miss, made, count)];
      made += all.length;
      figures.push(...(await subscribeFigure(parts, all)));
      await untilCalm(parts.broker.pid, 5);
      level = (await patch(parts, { level, seconds })).level;
      const found = await patch(parts, { level, seconds });
      level = found.level;
      figures.push(`${count}: ${found.figure}`);
    }
    figures.push(`RSS ${fixed(residentMegabytes(parts.broker.pid))} MB`);
    say(`PATCH beside subscriptions to ${miss}; CPU with all that follows: ${figures.join('; ')}`);
  });
  const begin = now();
  await withBroker(folder, async ({ broker }) => {
    const seconds = fixed((now() - begin) / 1000, 2);
    say(`  start to ready with them: ${seconds} s, RSS ${fixed(residentMegabytes(broker.pid))} MB`);
  });
}

/** Entities that are patched in turns. */
const PATCHED = 320;
const MATCHING = 10;

function matching({ ports }: Receivers, made: number, count: number): Iterable<object> {
  return made > 0 ? [] : subscriptionsTo(ports.ready, Math.min(count, MATCHING), { name: 'match' });
}

function missing({ ports }: Receivers, miss: Miss, made: number, count: number): Iterable<object> {
  const from = Math.max(made, MATCHING);
  const membersOf = (n: number): object => misses[miss](from + n);
  return subscriptionsTo(ports.ready, Math.max(0, count - from), { name: 'miss', membersOf });
}

/** What it costs to make many; nothing where there are few. */
async function subscribeFigure(
  { broker, writer }: Parts,
  all: readonly object[],
): Promise<readonly string[]> {
  const begin = now();
  const cpu = cpuSeconds(broker.pid);
  await writer.subscribe(all);
  if (all.length <= 1000) return [];
  const each = ((cpuSeconds(broker.pid) - cpu) * 1000) / all.length;
  return [`[${fixed((all.length * 1000) / (now() - begin))} subscriptions/s, CPU ${fixed(each, 2)} ms each]`];
}

async function patch(
  { broker, writer }: Parts,
  { level, seconds }: { readonly level: number; readonly seconds: number },
): Promise<{ readonly level: number; readonly figure: string }> {
  const cpu = cpuSeconds(broker.pid);
  const start = now();
  let next = level;
  for (; now() - start < seconds * 1000; next += 1) await writer.raise(PATCHED, { from: next, to: next });
  const writes = (next - level) * PATCHED;
  const perSecond = writes / ((now() - start) / 1000);
  await untilCalm(broker.pid, 30);
  const spent = ((cpuSeconds(broker.pid) - cpu) * 1000) / writes;
  return { level: next, figure: `${fixed(spent, 3)} ms, ${fixed(perSecond)}/s` };
}

/** What waits for an endpoint that never answers. */
export async function backlogRow(
  { root, receivers, say }: RowParts,
  { deliveries, entities }: { readonly deliveries: number; readonly entities: number },
): Promise<void> {
  await withBroker(folderIn(root), async ({ broker, writer }) => {
    await writer.seed(entities);
    await writer.subscribe(subscriptionsTo(receivers.ports.hole, 1));
    await untilCalm(broker.pid);
    const before = residentMegabytes(broker.pid);
    const cpu = cpuSeconds(broker.pid);
    await writer.raiseInBatches(entities, { from: 1, to: deliveries / entities });
    await untilCalm(broker.pid);
    const spent = ((cpuSeconds(broker.pid) - cpu) * 1000) / deliveries;
    const stuck = cpuSeconds(broker.pid);
    await delay(10_000);
    say(
      `${deliveries} deliveries of ${entities} entities that wait: RSS ${fixed(before)} MB before, ${fixed(residentMegabytes(broker.pid))} MB now; ` +
        `CPU ${fixed(spent, 3)} ms a write; ${fixed((cpuSeconds(broker.pid) - stuck) * 10)} % CPU while they wait`,
    );
  });
}
