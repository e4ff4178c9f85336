import type { Session } from './session.ts';

/** The Subscriptions that have deliveries, by number. */
export interface Queues {
  find(tenant: string, subscriptionId: string): number | undefined;
  /** Inside a transaction. */
  add(tenant: string, subscriptionId: string): number;
  withState(state: number): readonly { readonly tenant: string; readonly subscriptionId: string }[];
  /** Takes away the queue with everything in it; inside a transaction. */
  drop(tenant: string, subscriptionId: string): void;
}

export function queuesOf({ database }: Session): Queues {
  const select = database.prepare<[number]>('SELECT no FROM queue WHERE tenant = ? AND subscription = ?');
  const insert = database.prepare<[number]>(
    'INSERT INTO queue (tenant, subscription) VALUES (?, ?) RETURNING no',
  );
  const some = database.prepare<[string, string]>(`SELECT tenant, subscription FROM queue
    WHERE EXISTS (SELECT 1 FROM delivery WHERE delivery.queue = queue.no AND state = ?) ORDER BY no`);
  const empty = database.prepare<[number]>('DELETE FROM delivery WHERE queue = ? RETURNING notified');
  const removeChange = database.prepare(
    'DELETE FROM notified WHERE no = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE notified = ?1)',
  );
  const remove = database.prepare('DELETE FROM queue WHERE no = ?');
  const find = (tenant: string, subscriptionId: string) => select.get(tenant, subscriptionId)?.[0];
  return {
    find,
    add: (tenant, subscriptionId) =>
      find(tenant, subscriptionId) ?? (insert.get(tenant, subscriptionId)?.[0] as number),
    withState: (state) => some.all(state).map(([tenant, subscriptionId]) => ({ tenant, subscriptionId })),
    drop: (tenant, subscriptionId) => {
      const queue = find(tenant, subscriptionId);
      if (queue === undefined) return;
      for (const [notified] of empty.all(queue)) removeChange.run(notified);
      remove.run(queue);
    },
  };
}
