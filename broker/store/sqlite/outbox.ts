import type { Outbox } from '../outbox.ts';
import type { Deliveries } from './deliveries.ts';
import type { HistoryTables } from './history-tables.ts';
import type { RecordTable } from './record-table.ts';
import type { Session } from './session.ts';

export interface OutboxParts {
  readonly session: Session;
  readonly records: RecordTable;
  readonly history: HistoryTables;
  readonly deliveries: Deliveries;
  readonly onCommitted: (listener: () => void) => void;
}

/** What was committed and waits to be folded, and what waits to be delivered. */
export function outboxOf({ session, records, history, deliveries, onCommitted }: OutboxParts): Outbox {
  const { insert, ...rest } = deliveries;
  return {
    ...rest,
    onCommitted,
    pending: (limit, of) => session.read(() => records.oldest(limit, of)),
    fold: (folded, rows) =>
      session.write(() => {
        try {
          for (const { tenant, entity, instances } of rows.history) history.fold(tenant, entity, instances);
          insert(rows.deliveries, folded);
          for (const { stamp } of folded) records.remove(stamp);
        } catch (error) {
          records.doubt();
          throw error;
        }
      }),
  };
}
