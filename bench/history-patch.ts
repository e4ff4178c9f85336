import { seededEntities } from './entities.ts';
import { startStored } from './history-store.ts';
import type { Generator, Measured } from './jobs.ts';
import { cpuSeconds, untilCalm } from './process-usage.ts';

/** `PATCH attrs` with the history and without; requests a second, CPU milliseconds a request with what follows. */
export interface PatchReport {
  readonly on: PatchFigures;
  readonly off: PatchFigures;
}

interface PatchFigures {
  readonly perSecond: number;
  readonly cpu: number;
}

const rounds = 3;
const warmUpSeconds = 4;

/** Rounds of both take turns; of each the one with the middle rate counts. @throws Error where a PATCH fails */
export async function patchWithAndWithout(
  root: string,
  generator: Generator,
  { store, seconds }: { readonly store?: string | undefined; readonly seconds: number },
): Promise<PatchReport> {
  const on = await startStored(root, 'on', { store, env: { HISTORY: 'on' } });
  const off = await startStored(root, 'off', { store, env: { HISTORY: 'off' } });
  const found = { on: [] as PatchFigures[], off: [] as PatchFigures[] };
  try {
    for (const { origin, pid } of [on, off]) {
      await generator.seed(origin, seededEntities);
      await generator.measure(origin, 'patch', warmUpSeconds);
      await untilCalm(pid);
    }
    for (let round = 0; round < rounds; round += 1) {
      found.on.push(await patch(on, generator, seconds));
      found.off.push(await patch(off, generator, seconds));
    }
  } finally {
    await Promise.all([on.finish(), off.finish()]);
  }
  return { on: middle(found.on), off: middle(found.off) };
}

async function patch(
  { origin, pid }: { readonly origin: string; readonly pid: number },
  generator: Generator,
  seconds: number,
): Promise<PatchFigures> {
  const before = cpuSeconds(pid);
  const measured: Measured = await generator.measure(origin, 'patch', seconds);
  if (measured.failures > 0) throw new Error(`${measured.failures} of ${measured.requests} PATCH failed`);
  await untilCalm(pid);
  return {
    perSecond: measured.requests / measured.seconds,
    cpu: ((cpuSeconds(pid) - before) * 1000) / measured.requests,
  };
}

function middle(figures: readonly PatchFigures[]): PatchFigures {
  const ordered = figures.toSorted((one, other) => one.perSecond - other.perSecond);
  return ordered[Math.floor(ordered.length / 2)] ?? { perSecond: Number.NaN, cpu: Number.NaN };
}
