import { AFTER_ALL, BEFORE_ALL, formatDateTime } from '../date-time.ts';
import type { Attribute, Micros } from '../entity.ts';
import { isBound, type TemporalQuery } from '../query/temporal-query.ts';

/** The time range of an answer that is a page of a longer Temporal Evolution (clause 6.3.10). */
export interface TemporalRange {
  /** DateTimes: from where the page is read on, and up to where; the later one first where it is read backwards. */
  readonly start: string;
  readonly end: string;
  /** The requested lastN, or `*`. */
  readonly size: string;
}

/** The times of an instance. */
interface Timed {
  readonly attributeInstance: Attribute;
  readonly deletedAt?: Micros;
}

/** The range of a page that has these instances; there is one at least. With lastN pages are read backwards. */
export function temporalRange(
  instances: Iterable<readonly Timed[]>,
  query: TemporalQuery,
  lastN: number | undefined,
): TemporalRange {
  const [oldest, newest] = extremes([...instances].flat(), query);
  const [start, end] =
    lastN === undefined
      ? [isBound(query.from) ? query.from : oldest, newest]
      : [isBound(query.to) ? query.to : newest, oldest];
  return { start: formatDateTime(start), end: formatDateTime(end), size: String(lastN ?? '*') };
}

/** Where none of them has the time that the query is about, what puts them in order: when they were modified. */
function extremes(instances: readonly Timed[], { timeproperty }: TemporalQuery): [Micros, Micros] {
  const times = instances
    .map(({ attributeInstance, deletedAt }) =>
      timeproperty === 'deletedAt' ? deletedAt : attributeInstance[timeproperty],
    )
    .filter((time) => time !== undefined);
  const known =
    times.length > 0 ? times : instances.map(({ attributeInstance }) => attributeInstance.modifiedAt);
  let [oldest, newest] = [AFTER_ALL, BEFORE_ALL];
  for (const time of known) {
    oldest = Math.min(oldest, time);
    newest = Math.max(newest, time);
  }
  return [oldest, newest];
}
