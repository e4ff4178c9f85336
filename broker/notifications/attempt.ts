import type { Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { statusOf } from '../domain/subscription/subscription.ts';
import type { StoredDelivery } from '../store/delivery.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import type { Reach } from './endpoint-gates.ts';
import { oneLine } from './failure-reason.ts';
import type { NotificationLog } from './log.ts';
import type { NotificationRequest } from './notification-request.ts';
import {
  errorOf,
  judge,
  type RetrySettings,
  type SendResult,
  type Verdict,
  waitingSince,
} from './retry-policy.ts';

/** Sends one request and tells how that ended; never rejects. */
export type Send = (request: NotificationRequest) => Promise<SendResult>;

export interface AttemptParts {
  /** Undefined when there is nothing to tell. */
  readonly toRequest: (
    compiled: CompiledSubscription,
    batch: readonly StoredDelivery[],
  ) => NotificationRequest | undefined | Promise<NotificationRequest | undefined>;
  readonly send: Send;
  readonly now: () => Micros;
  /** In [0, 1). */
  readonly random: () => number;
  readonly retry: RetrySettings;
  readonly log: NotificationLog;
}

export interface AttemptEnd {
  readonly verdict: Verdict;
  readonly reach: Reach;
  /** What is to be counted, when it was sent and when it was known how that ended; absent when nothing was. */
  readonly sent?: { readonly at: Micros; readonly endedAt: Micros; readonly error?: string };
}

const REACH: Readonly<Record<SendResult['kind'], Reach>> = {
  answered: 'reached',
  unanswered: 'slow',
  unreachable: 'unreachable',
  impossible: 'skipped',
};

/** One attempt to notify of these changes (clause 5.8.6). Never rejects. */
export async function attempt(
  compiled: CompiledSubscription,
  batch: readonly StoredDelivery[],
  parts: AttemptParts,
): Promise<AttemptEnd> {
  const { subscription } = compiled;
  const last = batch.at(-1);
  const at = parts.now();
  const state = statusOf(subscription, at);
  if (!last || state !== 'active')
    return { verdict: { kind: 'dead', error: `the Subscription is ${state}` }, reach: 'skipped' };
  const result = await sendTo(compiled, batch, parts);
  if ('verdict' in result) return result;
  const endedAt = parts.now();
  const attempts = Math.max(...batch.map((delivery) => delivery.attempts));
  const { cooldown } = subscription.notification.endpoint;
  const verdict = judge(
    result,
    { attempts, age: (endedAt - waitingSince(last)) / 1000, ...(cooldown !== undefined && { cooldown }) },
    parts.retry,
    parts.random(),
  );
  const error = verdict.kind === 'delivered' ? undefined : errorOf(result);
  logEnd(parts.log, last, verdict);
  return { verdict, reach: REACH[result.kind], sent: { at, endedAt, ...(error !== undefined && { error }) } };
}

/** How sending ended, or the attempt where nothing was sent: there is nothing to tell, or no telling what now. */
async function sendTo(
  compiled: CompiledSubscription,
  batch: readonly StoredDelivery[],
  { toRequest, send, log, retry }: AttemptParts,
): Promise<SendResult | AttemptEnd> {
  try {
    const request = await toRequest(compiled, batch);
    if (request === undefined) return { verdict: { kind: 'delivered' }, reach: 'skipped' };
    return await send(request);
  } catch (error) {
    if (error instanceof NgsiLdError && error.type === 'Unavailable') {
      const verdict: Verdict = { kind: 'retry', delay: retry.firstDelay, error: error.message };
      return { verdict, reach: 'skipped' };
    }
    log.error({ err: error, subscriptionId: compiled.subscription.id }, 'a notification could not be made');
    return { kind: 'impossible', error: oneLine(`the notification could not be made: ${String(error)}`) };
  }
}

function logEnd(log: NotificationLog, delivery: StoredDelivery, verdict: Verdict): void {
  const { tenant, subscriptionId, entityId, correlationId } = delivery;
  const fields = { tenant, subscriptionId, entityId, correlationId };
  if (verdict.kind === 'delivered') log.debug(fields, 'notified');
  else if (verdict.kind === 'retry')
    log.info({ ...fields, error: verdict.error }, 'notification failed; trying again');
  else log.warn({ ...fields, error: verdict.error }, 'notification became a dead letter');
}
