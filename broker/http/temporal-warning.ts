import type { Gap } from '../services/temporal-entities.ts';

const TEXTS: Readonly<Record<Gap, string>> = {
  coarser:
    'some values were rolled up to longer periods than asked for, or reach beyond the time range: they stand with their own periods',
  distinctCount: 'distinctCount is missing where values were rolled up',
  unjudged:
    'q, the geoquery and scopeQ do not see values that were rolled up or dropped: Entities may be missing, or here in spite of them',
  momentCut:
    'one moment has more instances than an answer: the rest of them is on no part. Ask by another timeproperty, or for fewer Attributes',
  rolledUp:
    'some instances of this time were rolled up and are not here: aggrMethods and aggrPeriodDuration give what they come to by the hour or day',
  dropped:
    'some instances of this time were older than they are kept, and are gone: this is of those that are left',
  places:
    'some places of this time were older than they are kept: until the first one that is kept, Entities are shown there, or where they are now',
  leftOut:
    'values that were rolled up are left out where lastN, scopeQ or timeproperty asks for some of them',
};

/** Headers with what an answer lacks without saying so itself (clause 6.3.17: 199 is for all else). */
export function withWarning(
  headers: Readonly<Record<string, string>>,
  gaps: ReadonlySet<Gap> = new Set(),
): Readonly<Record<string, string>> {
  if (gaps.size === 0) return headers;
  return { ...headers, 'NGSILD-Warning': [...gaps].map((gap) => `199 - "${TEXTS[gap]}"`).join(', ') };
}
