import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { AsideRow, AsideTable } from './aside.ts';
import type { AsideCounts } from './aside-counts.ts';
import type { CauseName } from './causes.ts';

/** How much is kept aside. */
export interface AsideLimits {
  /** Most items of one sender and cause; the oldest go first. */
  readonly asideLimit: number;
  /** Most items of one cause, whoever sent them: strangers can take any number of names. */
  readonly asideTotal: number;
  /** Told how many items went that way. */
  readonly onDropped: (cause: CauseName, items: number) => void;
}

interface Parts extends AsideLimits {
  readonly group: GroupCommit;
  readonly aside: AsideTable;
  readonly counts: AsideCounts;
}

/** A tenth more than the limit, so that a flood does not trim at every item. */
const slack = 1.1;

/** Counts rows that were put aside, and drops the oldest where there are too many. */
export async function countAside(parts: Parts, rows: readonly AsideRow[]): Promise<void> {
  const { counts, asideLimit, asideTotal } = parts;
  for (const { key, cause } of rows) counts.add(key, cause, 1);
  for (const { key, cause } of rows)
    if (counts.of(key, cause) > asideLimit * slack) await trimSender(parts, key, cause);
  for (const cause of new Set(rows.map((row) => row.cause)))
    if ((counts.totals().get(cause) ?? 0) > asideTotal * slack) await trimCause(parts, cause);
}

async function trimSender(parts: Parts, key: string, cause: CauseName): Promise<void> {
  const { group, aside, counts, asideLimit, onDropped } = parts;
  const dropped = await group.run(() => aside.trim(key, cause, asideLimit));
  counts.add(key, cause, -dropped);
  onDropped(cause, dropped);
}

async function trimCause(parts: Parts, cause: CauseName): Promise<void> {
  const { group, aside, counts, asideTotal, onDropped } = parts;
  const dropped = await group.run(() => aside.trimCause(cause, asideTotal));
  for (const key of dropped) counts.add(key, cause, -1);
  onDropped(cause, dropped.length);
}
