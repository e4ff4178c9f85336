import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startBroker } from './programs.ts';
import type { Row } from './report.ts';

const goalSeconds = 1;

/** Seconds from the broker's spawn until /health/ready answers, the median of some starts on a folder of their own. */
export async function startRow(folder: string, starts = 5): Promise<Row> {
  const seconds: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const fresh = mkdtempSync(join(folder, 'start-'));
    const begin = performance.now();
    const server = await startBroker(fresh);
    seconds.push((performance.now() - begin) / 1000);
    await server.stop();
  }
  seconds.sort((a, b) => a - b);
  const median = seconds[Math.floor(starts / 2)] ?? Number.NaN;
  return {
    title: 'start to ready',
    goal: `${goalSeconds} s`,
    isMet: median <= goalSeconds,
    note: `${median.toFixed(2)} s (${seconds.map((value) => value.toFixed(2)).join(', ')})`,
  };
}
