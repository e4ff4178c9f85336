import type { ChangeRecord } from '../outbox.ts';

/** Change records that this process committed and nobody folded yet, so that the relay need not read and parse them. */
export interface RecentRecords {
  /** All that wait, in commit order; undefined when the table may have more. */
  all(): Iterable<ChangeRecord> | undefined;
  get(stamp: string): ChangeRecord | undefined;
  /** `weight` is the length of what its row holds. Without room it is not kept: it is in the table. */
  add(record: ChangeRecord, weight: number): void;
  delete(stamp: string): void;
  /** The table may have more than is known here, as after a rollback. */
  doubt(): void;
  /** The table was seen empty. */
  clear(): void;
}

/** As much as a relay that keeps up leaves waiting. */
const MOST_RECORDS = 2000;
const MOST_WEIGHT = 8 * 1024 * 1024;

/** Knows nothing of what the table has, until it was seen empty. */
export function recentRecords(): RecentRecords {
  const records = new Map<string, ChangeRecord>();
  const weights = new Map<string, number>();
  let total = 0;
  let isComplete = false;
  return {
    all: () => (isComplete ? records.values() : undefined),
    get: (stamp) => records.get(stamp),
    add: (record, weight) => {
      if (records.size >= MOST_RECORDS || total + weight > MOST_WEIGHT) {
        isComplete = false;
        return;
      }
      records.set(record.stamp, record);
      weights.set(record.stamp, weight);
      total += weight;
    },
    delete: (stamp) => {
      total -= weights.get(stamp) ?? 0;
      records.delete(stamp);
      weights.delete(stamp);
    },
    doubt: () => {
      isComplete = false;
    },
    clear: () => {
      records.clear();
      weights.clear();
      total = 0;
      isComplete = true;
    },
  };
}
