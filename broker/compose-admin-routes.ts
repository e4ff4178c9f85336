import type { Route } from './http/route.ts';
import { deadLetterRoutes } from './http/routes/dead-letters.ts';
import { historyPolicyRoutes } from './http/routes/history-policies.ts';
import type { Notifications } from './notifications/start.ts';
import { createDeadLetterService } from './services/dead-letters.ts';
import { createHistoryPolicyService } from './services/retention/history-policies.ts';
import type { Store } from './store/store.ts';

/** What operators work on. */
export interface AdminParts {
  readonly store: Pick<Store, 'outbox' | 'documents'>;
  readonly notifications: Pick<Notifications, 'mirror' | 'notifier' | 'toRequest'>;
  /** Microseconds since 1970. */
  readonly now: () => number;
}

/** Every row of the route table below /admin. */
export function composeAdminRoutes({ store, notifications, now }: AdminParts): readonly Route[] {
  const { mirror, notifier, toRequest } = notifications;
  return [
    ...deadLetterRoutes(
      createDeadLetterService({ outbox: store.outbox, notifier, subscriptions: mirror, toRequest, now }),
    ),
    ...historyPolicyRoutes(createHistoryPolicyService(store.documents)),
  ];
}
