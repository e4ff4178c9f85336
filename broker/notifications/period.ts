import type { Micros } from '../domain/entity.ts';

/** What a Subscription says of its periods (`timeInterval`, table 5.2.12-1). Times in microseconds. */
export interface PeriodPlan {
  /** From one notification to the next. */
  readonly interval: Micros;
  /** When the interval took effect, as far as is known: the first notification is due one interval later. */
  readonly since: Micros;
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
}

/** How far a periodic Subscription has come, as it is stored: what the processes that share a store agree on. */
export interface Period extends Pick<PeriodPlan, 'interval' | 'since'> {
  /** When nobody has yet begun: the next one. */
  readonly due: Micros;
  /** The one before is somebody's until a time; whoever comes later may take it up. */
  readonly lease?: Lease;
}

export interface Lease {
  /** When that one was due. */
  readonly at: Micros;
  /** The name of a process. */
  readonly by: string;
  readonly until: Micros;
}

/** What came of trying to begin a period. */
export type Claim =
  /** It is the caller's, once `period` is stored; `at` is when it was due. */
  | { readonly kind: 'taken'; readonly at: Micros; readonly period: Period }
  /** There is nothing to begin before this time. */
  | { readonly kind: 'wait'; readonly until: Micros; readonly due: Micros };

/** No Subscription notifies more often than this, whatever its timeInterval. */
export const SHORTEST_INTERVAL: Micros = 100_000;
/** Longer than a notification takes, whatever its endpoint.timeout. A shorter period is not worth a lease: the next one is near. */
export const LEASE: Micros = 150_000_000;
/** A due time farther away than clocks differ is one of a clock that was set back since. */
const MOST_SKEW: Micros = 60_000_000;

/**
 * Begins what is due at `now`, for the process `by`: exactly one of any number of processes that store the result by
 * compare-and-set. Periods that were missed are not made up for: the last one is begun at once, and the next ones keep
 * to the rhythm.
 */
export function claim(
  stored: Period | undefined,
  plan: PeriodPlan,
  { by, now }: { readonly by: string; readonly now: Micros },
): Claim {
  if (stored !== undefined && stored.since > plan.modifiedAt) {
    // Another process knows of a newer version of the Subscription already; this one soon will.
    return { kind: 'wait', until: now + plan.interval, due: now + plan.interval };
  }
  const { since, interval, due, lease } = current(stored, plan, now);
  const isMine = lease === undefined || lease.by === by || lease.until <= now;
  const at = due <= now ? due : lease?.at;
  if (!isMine || at === undefined) return { kind: 'wait', until: claimableAt({ due, lease }), due };
  const next = due > now ? due : due + (Math.floor((now - due) / interval) + 1) * interval;
  const period = { interval, since, due: next };
  return {
    kind: 'taken',
    at,
    period: interval > LEASE ? leased(period, { at, by, until: now + LEASE }) : period,
  };
}

/** When the next one may be begun, or taken up, by whoever does not hold the lease. */
export function claimableAt({
  due,
  lease,
}: Pick<Period, 'due'> & { readonly lease?: Lease | undefined }): Micros {
  return lease?.until ?? due;
}

/** The period with this lease; as it is when it is another one's by now. */
export function leased(period: Period, lease: Lease): Period {
  const isTaken = period.lease !== undefined && period.lease.by !== lease.by && period.lease.at >= lease.at;
  return isTaken ? period : { ...period, lease };
}

/** The period without the lease of the process. */
export function released(period: Period, by: string): Period {
  const { lease, ...rest } = period;
  return lease?.by === by ? rest : period;
}

/** True when the stored period is one of this plan, not of an earlier interval or of a Subscription that had its id. */
export function isOf(period: Period, { interval, createdAt }: PeriodPlan): boolean {
  return period.interval === interval && period.since >= createdAt;
}

function current(stored: Period | undefined, plan: PeriodPlan, now: Micros): Period {
  const { interval, since } = plan;
  if (stored === undefined || !isOf(stored, plan)) return { interval, since, due: since + interval };
  if (stored.due - now > interval + MOST_SKEW) return { interval, since: stored.since, due: now };
  return stored;
}
