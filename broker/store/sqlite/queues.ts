import { someRemover } from './remove-deliveries.ts';
import type { Session } from './session.ts';

/** The Subscriptions that have deliveries, by number. */
export interface Queues {
  find(tenant: string, subscriptionId: string): number | undefined;
  /** Inside a transaction. */
  add(tenant: string, subscriptionId: string): number;
  withState(state: number): readonly { readonly tenant: string; readonly subscriptionId: string }[];
  /** Takes away some of what is in the queue, and the empty queue; false when it is gone. Inside a transaction. */
  dropSome(tenant: string, subscriptionId: string): boolean;
}

export function queuesOf({ database }: Session): Queues {
  const select = database.prepare<[number]>('SELECT no FROM queue WHERE tenant = ? AND subscription = ?');
  const insert = database.prepare<[number]>(
    'INSERT INTO queue (tenant, subscription) VALUES (?, ?) RETURNING no',
  );
  const some = database.prepare<[string, string]>(`SELECT tenant, subscription FROM queue
    WHERE EXISTS (SELECT 1 FROM delivery WHERE delivery.queue = queue.no AND state = ?) ORDER BY no`);
  const removeSome = someRemover(database, 'queue = ?');
  const remove = database.prepare('DELETE FROM queue WHERE no = ?');
  const find = (tenant: string, subscriptionId: string) => select.get(tenant, subscriptionId)?.[0];
  return {
    find,
    add: (tenant, subscriptionId) =>
      find(tenant, subscriptionId) ?? (insert.get(tenant, subscriptionId)?.[0] as number),
    withState: (state) => some.all(state).map(([tenant, subscriptionId]) => ({ tenant, subscriptionId })),
    dropSome: (tenant, subscriptionId) => {
      const queue = find(tenant, subscriptionId);
      if (queue === undefined) return false;
      const isSomeLeft = removeSome(queue);
      if (!isSomeLeft) remove.run(queue);
      return isSomeLeft;
    },
  };
}
