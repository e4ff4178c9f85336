import { AFTER_ALL } from '../date-time.ts';
import type { Micros } from '../entity.ts';
import { matchesScopes, type ScopeQuery } from './scope-query.ts';

/** From when on an Entity had these scopes; none when they were removed. */
export interface ScopesFrom {
  readonly at: Micros;
  readonly scopes: readonly string[];
}

/** When an Entity was where a scope query looks. */
export interface ScopeValidity {
  /** False when it never was. */
  readonly isEver: boolean;
  /** True when it was at that moment. */
  covers(at: Micros): boolean;
}

/**
 * When a scope query matches: scopes are valid from the time at which they are set until others are, or they are
 * removed (clause 4.18, annex C.5.16). `history` is in the order of time.
 */
export function scopeValidity(query: ScopeQuery, history: readonly ScopesFrom[]): ScopeValidity {
  const spans: Span[] = [];
  for (const [index, { at, scopes }] of history.entries()) {
    if (matchesScopes(query, scopes)) spans.push({ from: at, to: history[index + 1]?.at ?? AFTER_ALL });
  }
  return {
    isEver: spans.length > 0,
    covers: (at) => {
      const last = lastUpTo(spans, at);
      return last !== undefined && at < last.to;
    },
  };
}

interface Span {
  readonly from: Micros;
  readonly to: Micros;
}

/** The last span that has begun by then: looked for in halves, since it is asked for each instance of a history. */
function lastUpTo(spans: readonly Span[], at: Micros): Span | undefined {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span).from <= at) low = middle + 1;
    else high = middle;
  }
  return spans[low - 1];
}
