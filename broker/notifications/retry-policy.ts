import type { DeliveryOutcome } from '../store/store.ts';

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
  /** Attempts that reach the receiver, after which a notification becomes a dead letter. */
  readonly maxAttempts: number;
  /** Age at which an undelivered notification becomes a dead letter. */
  readonly maxAge: number;
  readonly firstDelay: number;
  readonly longestDelay: number;
}

/** What applies where main sets nothing else: 30 attempts in about two hours; three days while unreachable. */
export const DEFAULT_RETRY: RetrySettings = {
  maxAttempts: 30,
  maxAge: 3 * 24 * 3600 * 1000,
  firstDelay: 1000,
  longestDelay: 300_000,
};

export interface Attempt {
  /** Attempts made before this one. */
  readonly attempts: number;
  /** Milliseconds since the change was committed. */
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
export function toOutcome(verdict: Verdict, now: number): DeliveryOutcome {
  if (verdict.kind !== 'retry') return verdict;
  return { kind: 'retry', dueAt: now + verdict.delay * 1000, error: verdict.error };
}
