import type { Micros } from '../domain/entity.ts';
import type { Delivery, DeliveryOutcome } from '../store/delivery.ts';

/** How one attempt to send a notification ended. */
export type SendResult =
  /** The receiver answered; `retryAfter` in milliseconds when it said so. */
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter?: number }
  /** Sent, at least in part, but no answer: the receiver may have got it. */
  | { readonly kind: 'unanswered'; readonly error: string }
  /** No connection: the receiver got nothing. */
  | { readonly kind: 'unreachable'; readonly error: string }
  /** It cannot be sent at all, for a reason that time does not heal. */
  | { readonly kind: 'impossible'; readonly error: string };

/** Times in milliseconds. */
export interface RetrySettings {
  /** Attempts after which a notification becomes a dead letter; to fail to connect is none. */
  readonly maxAttempts: number;
  /** Age at which an undelivered notification becomes a dead letter. */
  readonly maxAge: number;
  /** The wait after the first attempt doubles with every further one, up to the longest. */
  readonly firstDelay: number;
  readonly longestDelay: number;
}

export interface Attempt {
  /** Attempts made before this one. */
  readonly attempts: number;
  /** Milliseconds since the change was committed, or taken back from the dead letters. */
  readonly age: number;
  /** Least wait after a failure that the Subscription asks for (clause 5.2.15), in milliseconds. */
  readonly cooldown?: number;
}

export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly delay: number; readonly error: string }
  | { readonly kind: 'dead'; readonly error: string };

/**
 * What follows from an attempt. 2xx is success. Of 4xx only 408 and 429 are worth trying again: a notification that
 * the receiver refuses must not block those behind it. `random` is in [0, 1): the delay is spread over its upper half.
 */
export function judge(
  result: SendResult,
  attempt: Attempt,
  settings: RetrySettings,
  random: number,
): Verdict {
  if (result.kind === 'answered' && result.status >= 200 && result.status < 300) return { kind: 'delivered' };
  const error = errorOf(result);
  if (!isTransient(result)) return { kind: 'dead', error };
  if (attempt.age >= settings.maxAge) return { kind: 'dead', error: `too old to try again: ${error}` };
  if (result.kind === 'unreachable') return { kind: 'retry', delay: 0, error };
  if (attempt.attempts + 1 >= settings.maxAttempts)
    return { kind: 'dead', error: `attempt ${attempt.attempts + 1} of ${settings.maxAttempts}: ${error}` };
  const backoff = Math.min(settings.firstDelay * 2 ** Math.min(attempt.attempts, 30), settings.longestDelay);
  const asked = result.kind === 'answered' ? (result.retryAfter ?? 0) : 0;
  const delay = Math.max(
    backoff * (0.5 + random / 2),
    Math.min(asked, settings.maxAge),
    attempt.cooldown ?? 0,
  );
  return { kind: 'retry', delay: Math.ceil(delay), error };
}

/** True when the delivery is not sent any more. */
export function isTooOld(
  delivery: Pick<Delivery, 'at' | 'replayedAt'>,
  now: Micros,
  { maxAge }: Pick<RetrySettings, 'maxAge'>,
): boolean {
  return now - waitingSince(delivery) >= maxAge * 1000;
}

/** The moment from which its age counts: of the change, or of its return from the dead letters. */
export function waitingSince({ at, replayedAt }: Pick<Delivery, 'at' | 'replayedAt'>): Micros {
  return replayedAt ?? at;
}

/** The error text that users see. */
export function errorOf(result: SendResult): string {
  return result.kind === 'answered' ? `the receiver answered ${result.status}` : result.error;
}

function isTransient(result: SendResult): boolean {
  if (result.kind !== 'answered') return result.kind !== 'impossible';
  const { status } = result;
  return status === 408 || status === 429 || status >= 500;
}

/** The verdict as the store records it; `now` in microseconds. */
export function toOutcome(verdict: Verdict, now: Micros): DeliveryOutcome {
  if (verdict.kind !== 'retry') return verdict;
  return { kind: 'retry', dueAt: now + verdict.delay * 1000, error: verdict.error };
}
