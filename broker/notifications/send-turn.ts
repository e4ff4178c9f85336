import type { Entity, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import type { StoredDelivery } from '../store/delivery.ts';
import { type AttemptEnd, type AttemptParts, attempt } from './attempt.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import { type PeriodicStore, periodicBatches } from './periodic-batches.ts';
import type { Turn } from './periodic-turns.ts';
import type { QueueOf } from './subscription-queue.ts';

export interface TurnParts extends AttemptParts {
  readonly store: PeriodicStore;
  /** Counts an attempt. */
  readonly record: (attempt: AttemptEnd) => void;
  /** Asked before every notification but the first: whether this process is to go on. */
  readonly mayGoOn: () => Promise<boolean>;
}

/** How an attempt at a turn ended, and what is left to do; `given up` when it was not to go on. */
export interface TurnEnd {
  readonly turn: Turn;
  readonly end: AttemptEnd | 'given up';
}

/**
 * Tells the receiver of all Entities that match now, or of those that are left after an earlier attempt, in as many
 * notifications as that takes, one after the other, up to the first that fails. Where none match nothing is sent.
 * @throws what the store throws
 */
export async function sendTurn(
  of: QueueOf,
  compiled: CompiledSubscription,
  begun: Turn,
  parts: TurnParts,
): Promise<TurnEnd> {
  try {
    return await sendBatches(of, compiled, begun, parts);
  } catch (error) {
    if (!(error instanceof NgsiLdError) || error.type === 'Unavailable') throw error;
    // The Subscription asks for more than the broker does, and so it will next time.
    const at = parts.now();
    const sent = { at, endedAt: at, error: error.message };
    const end: AttemptEnd = { verdict: { kind: 'dead', error: error.message }, reach: 'skipped', sent };
    parts.record(end);
    return { turn: begun, end };
  }
}

async function sendBatches(
  of: QueueOf,
  compiled: CompiledSubscription,
  begun: Turn,
  parts: TurnParts,
): Promise<TurnEnd> {
  const { store, now, record, mayGoOn } = parts;
  // What follows Relationships is judged for many Entities at once, and not again for each notification.
  const { linkedQuery: _judged, ...judged } = compiled;
  let turn = begun;
  let end: AttemptEnd = { verdict: { kind: 'delivered' }, reach: 'skipped' };
  for await (const batch of periodicBatches(compiled, store, { skip: begun.delivered, now })) {
    if (turn !== begun && !(await mayGoOn())) return { turn, end: 'given up' };
    end = await attempt(judged, deliveriesOf(of, turn, batch, now()), parts);
    record(end);
    if (end.verdict.kind !== 'delivered') return { turn: afterFailure(turn, end), end };
    turn = { ...turn, attempts: 0, delivered: turn.delivered + batch.length };
  }
  return { turn, end };
}

/** What could not be sent at all counts as no attempt. */
function afterFailure(turn: Turn, { reach }: AttemptEnd): Turn {
  return reach === 'unreachable' ? turn : { ...turn, attempts: turn.attempts + 1 };
}

/** What a notification of a change is made of, of Entities that did not change. */
function deliveriesOf(
  { tenant, subscriptionId }: QueueOf,
  { at, attempts, delivered }: Turn,
  entities: readonly Entity[],
  now: Micros,
): readonly StoredDelivery[] {
  // The same part of the same period has the same id, so that a receiver recognises what it gets twice.
  const id = `${at}/${delivered}/${tenant}/${subscriptionId}`;
  return entities.map((entity) => ({
    ...{ id, tenant, subscriptionId, entityId: entity.id, order: id },
    ...{ at: now, dueAt: now, attempts },
    change: {
      kind: 'updated',
      entity,
      before: entity,
      attributes: [],
      typesChanged: false,
      scopesChanged: false,
    },
  }));
}
