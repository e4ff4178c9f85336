import type { Micros } from '../domain/entity.ts';
import type { StoredDelivery } from '../store/delivery.ts';

/**
 * Deliveries that go out one after the other: those of one Entity to one Subscription, or, where throttling makes
 * one notification of many changes, all those of a Subscription.
 */
export interface Lane {
  readonly key: string;
  readonly isThrottled: boolean;
  /** In commit order; the first ones are being sent while `state` is sending. */
  waiting: StoredDelivery[];
  state: 'idle' | 'timed' | 'queued' | 'sending';
  /** Calls off the timer while `state` is timed. */
  cancel: () => void;
}

/** A lane with nothing in it. */
export function createLane(key: string, isThrottled: boolean): Lane {
  return { key, isThrottled, waiting: [], state: 'idle', cancel: () => undefined };
}

/** Where the clock was set back behind the change, what was due by the old time is due now. */
export function asOf(now: Micros, delivery: StoredDelivery): StoredDelivery {
  return delivery.at > now ? { ...delivery, dueAt: now } : delivery;
}

/** Puts a delivery to its place; returns those that are superseded, which need not be sent any more. */
export function addTo(lane: Lane, delivery: StoredDelivery): readonly StoredDelivery[] {
  const { entityId, order } = delivery;
  let place = lane.waiting.length;
  // From the end: only what comes back from the dead letters is older than what waits of its Entity.
  for (let index = place - 1; index >= 0; index -= 1) {
    const other = lane.waiting[index];
    if (other?.entityId !== entityId) continue;
    if (other.order < order) break;
    place = index;
  }
  lane.waiting.splice(place, 0, delivery);
  return lane.isThrottled && lane.state !== 'sending' ? coalesce(lane) : [];
}

/**
 * What goes into the next notification. Under throttling the latest state of every Entity that changed, so that
 * nothing but intermediate values is lost; else one delivery.
 */
export function nextOf(lane: Lane): {
  readonly batch: readonly StoredDelivery[];
  readonly superseded: readonly StoredDelivery[];
} {
  const superseded = lane.isThrottled ? coalesce(lane) : [];
  return { batch: lane.isThrottled ? lane.waiting.slice() : lane.waiting.slice(0, 1), superseded };
}

/** Takes out what was settled for good. */
export function takeFrom(lane: Lane, batch: readonly StoredDelivery[]): void {
  const ids = new Set(batch.map(({ id }) => id));
  lane.waiting = lane.waiting.filter(({ id }) => !ids.has(id));
}

/** Puts the deliveries with a later due time in the place of what was sent in vain. */
export function postpone(
  lane: Lane,
  batch: readonly StoredDelivery[],
  { dueAt, error }: { readonly dueAt: Micros; readonly error: string },
): void {
  const ids = new Set(batch.map(({ id }) => id));
  lane.waiting = lane.waiting.map((delivery) =>
    ids.has(delivery.id)
      ? { ...delivery, attempts: delivery.attempts + 1, dueAt, lastError: error }
      : delivery,
  );
}

/** When the first of them may be sent; what was never tried at once, whatever the clock of its writer said. */
export function dueAt(lane: Lane): Micros | undefined {
  const [first] = lane.waiting;
  return first?.attempts === 0 ? 0 : first?.dueAt;
}

function coalesce(lane: Lane): readonly StoredDelivery[] {
  const latest = new Map(lane.waiting.map((delivery) => [delivery.entityId, delivery]));
  if (latest.size === lane.waiting.length) return [];
  const superseded = lane.waiting.filter((delivery) => latest.get(delivery.entityId) !== delivery);
  lane.waiting = lane.waiting.filter((delivery) => latest.get(delivery.entityId) === delivery);
  return superseded;
}
