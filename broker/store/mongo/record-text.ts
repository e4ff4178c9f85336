import type { Micros } from '../../domain/entity.ts';
import type { KeyValuePair } from '../../domain/subscription/subscription.ts';
import type { ChangeRecord, HistoryPart } from '../outbox.ts';
import type { Decision } from '../store.ts';
import { parseChangeText, toChangeText, withoutBulk } from './change-text.ts';
import type { PendingRecord } from './entity-document.ts';
import { bytesOf } from './limits.ts';
import { momentOf } from './stamps.ts';

/** What stands before the change in the text of a record: a line of JSON. */
interface Heading extends HistoryPart {
  readonly notify: readonly string[];
  readonly correlationId?: string;
  readonly requestHeaders?: readonly KeyValuePair[];
  /** Where it is not the moment of the stamp. */
  readonly at?: Micros;
}

/** The change record that a decision leaves; `at` where it is not of the moment of the stamp. */
export function toPendingRecord(
  decision: Required<Pick<Decision<unknown>, 'change'>> & Decision<unknown>,
  stamp: string,
  at?: Micros,
): PendingRecord {
  const { change, notify = [], correlationId, requestHeaders, isHistory, endsOnly } = decision;
  const heading: Heading = {
    notify,
    ...(correlationId !== undefined && { correlationId }),
    ...(requestHeaders !== undefined && { requestHeaders }),
    ...(isHistory !== undefined && { isHistory }),
    ...(endsOnly !== undefined && { endsOnly }),
    ...(at !== undefined && { at }),
  };
  const text = toChangeText(notify.length > 0 ? change : withoutBulk(change));
  const record = `${JSON.stringify(heading)}\n${text}`;
  return { stamp, bytes: bytesOf(record), record };
}

/** The record of a text that `toPendingRecord` made. */
export function toChangeRecord(tenant: string, { stamp, record }: PendingRecord): ChangeRecord {
  const end = record.indexOf('\n');
  const heading = JSON.parse(record.slice(0, end)) as Heading;
  const at: Micros = momentOf(stamp);
  return { tenant, stamp, change: parseChangeText(record.slice(end + 1)), at, ...heading };
}
