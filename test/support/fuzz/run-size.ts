import { propertySeed } from './seed.ts';

/** How much a run sends, and its seed. */
export interface RunSize {
  readonly requests: number;
  readonly seed: number;
}

/** EVERY_ROUTE_REQUESTS makes a run longer. */
export function runSize(requests: number): RunSize {
  return {
    requests: Number(process.env['EVERY_ROUTE_REQUESTS'] ?? requests),
    seed: propertySeed,
  };
}

/** With EVERY_ROUTE_FIGURES=1, shows what a run saw. */
export function showFigures(figures: object): void {
  if (process.env['EVERY_ROUTE_FIGURES'] === '1') console.info(JSON.stringify(figures, null, 1));
}

/** Milliseconds that a test may take: far more than it does. */
export function timeFor({ requests }: RunSize): number {
  return 600_000 + requests * 100;
}
