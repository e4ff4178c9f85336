import type { JsonObject, Micros } from '../domain/entity.ts';
import type { SubscriptionDocument } from '../domain/subscription/subscription-document.ts';
import type { Documents } from '../store/documents.ts';
import type { NotificationLog } from './log.ts';
import type { NotificationStatuses } from './notification-status.ts';
import { SUBSCRIPTION_KIND } from './subscription-mirror.ts';
import { keyOf } from './tenant-key.ts';

/** What those who send need of the counters. */
export type Counters = Pick<NotificationStatuses, 'record' | 'read' | 'flush'>;

export interface FailurePauseParts {
  /** Failures in a row after which a Subscription is paused; 0 for never. */
  readonly after: number;
  readonly statuses: Counters;
  readonly documents: Pick<Documents, 'update'>;
  /** Called with a Subscription that was paused, as it is stored. */
  readonly onPaused: (tenant: string, document: SubscriptionDocument) => void;
  readonly now: () => Micros;
  readonly log: NotificationLog;
}

/**
 * The same counters, which pause a Subscription (isActive false) whose attempts fail too often in a row, and say so in
 * the reason that is shown. Counted by the process that delivers, anew after a restart.
 */
export function pausingFailing(parts: FailurePauseParts): Counters {
  const { after, statuses } = parts;
  if (after === 0) return statuses;
  const inARow = new Map<string, number>();
  return {
    read: (tenant, id) => statuses.read(tenant, id),
    flush: () => statuses.flush(),
    record: (tenant, id, attempt) => {
      const key = keyOf(tenant, id);
      const count = attempt.error === undefined ? 0 : (inARow.get(key) ?? 0) + 1;
      if (count === 0 || count === after) inARow.delete(key);
      else inARow.set(key, count);
      const isPaused = count === after;
      const error = isPaused
        ? `paused after ${after} failures in a row, isActive true resumes it; the last: ${attempt.error}`
        : attempt.error;
      statuses.record(tenant, id, { at: attempt.at, ...(error !== undefined && { error }) });
      if (isPaused) void pause(tenant, id, parts);
    },
  };
}

async function pause(
  tenant: string,
  id: string,
  { documents, onPaused, now, log }: FailurePauseParts,
): Promise<void> {
  const fields = { tenant, subscriptionId: id };
  try {
    const stored = await documents.update(SUBSCRIPTION_KIND, tenant, id, (body) =>
      paused(body as unknown as SubscriptionDocument, now()),
    );
    if (stored === undefined) return;
    onPaused(tenant, stored as unknown as SubscriptionDocument);
    log.warn(fields, 'a subscription was paused: its notifications failed too often in a row');
  } catch (error) {
    log.warn({ err: error, ...fields }, 'a subscription that fails could not be paused; trying again later');
  }
}

function paused(document: SubscriptionDocument, at: Micros): JsonObject {
  const changed: SubscriptionDocument = {
    ...document,
    members: { ...document.members, isActive: { given: false, names: [] } },
    modifiedAt: Math.max(at, document.modifiedAt + 1),
  };
  return changed as unknown as JsonObject;
}
