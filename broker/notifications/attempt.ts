import type { Micros } from '../domain/entity.ts';
import { statusOf } from '../domain/subscription/subscription.ts';
import type { StoredDelivery } from '../store/store.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import type { Reach } from './endpoint-gates.ts';
import type { NotificationLog } from './log.ts';
import type { NotificationRequest } from './notification-request.ts';
import { errorOf, judge, type RetrySettings, type SendResult, type Verdict } from './retry-policy.ts';

/** Sends one request and tells how that ended; never rejects. */
export type Send = (request: NotificationRequest) => Promise<SendResult>;

export interface AttemptParts {
  readonly toRequest: (
    compiled: CompiledSubscription,
    batch: readonly StoredDelivery[],
  ) => NotificationRequest | Promise<NotificationRequest>;
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
  /** What is to be counted; absent when nothing was sent. */
  readonly sent?: { readonly at: Micros; readonly error?: string };
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
  const state = statusOf(subscription, parts.now());
  if (!last || state !== 'active')
    return { verdict: { kind: 'dead', error: `the Subscription is ${state}` }, reach: 'skipped' };
  const result = await sendTo(compiled, batch, parts);
  const at = parts.now();
  const attempts = Math.max(...batch.map((delivery) => delivery.attempts));
  const { cooldown } = subscription.notification.endpoint;
  const verdict = judge(
    result,
    { attempts, age: (at - last.at) / 1000, ...(cooldown !== undefined && { cooldown }) },
    parts.retry,
    parts.random(),
  );
  const error = verdict.kind === 'delivered' ? undefined : errorOf(result);
  logEnd(parts.log, last, verdict);
  return { verdict, reach: REACH[result.kind], sent: { at, ...(error !== undefined && { error }) } };
}

async function sendTo(
  compiled: CompiledSubscription,
  batch: readonly StoredDelivery[],
  { toRequest, send, log }: AttemptParts,
): Promise<SendResult> {
  try {
    return await send(await toRequest(compiled, batch));
  } catch (error) {
    log.error({ err: error, subscriptionId: compiled.subscription.id }, 'a notification could not be made');
    return { kind: 'impossible', error: `the notification could not be made: ${String(error)}` };
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
