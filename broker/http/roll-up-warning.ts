import type { RollUpGap } from '../services/rolled-up-values.ts';

const TEXTS: Readonly<Record<RollUpGap, string>> = {
  coarser:
    'some values were rolled up to longer periods than asked for, or reach beyond the time range: they stand with their own periods',
  distinctCount: 'distinctCount is missing where values were rolled up',
  unjudged:
    'q, the geoquery and scopeQ do not see values that were rolled up: Entities may be missing, or here in spite of them',
  leftOut:
    'values that were rolled up are left out where lastN, scopeQ or timeproperty asks for some of them',
};

/** Headers with what aggregated values lack since older ones were rolled up (clause 6.3.17: 199 is for all else). */
export function withWarning(
  headers: Readonly<Record<string, string>>,
  gaps: ReadonlySet<RollUpGap> = new Set(),
): Readonly<Record<string, string>> {
  if (gaps.size === 0) return headers;
  return { ...headers, 'NGSILD-Warning': [...gaps].map((gap) => `199 - "${TEXTS[gap]}"`).join(', ') };
}
