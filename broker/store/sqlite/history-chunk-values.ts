import { type Mark, type Reach, reachOf } from '../../domain/query/value-reach.ts';
import type { HistoryInstance } from '../temporal-store.ts';

/** The columns of what spans the values of a chunk. Numbers are before texts in SQLite as they are among marks. */
export const valueColumns = ['low', 'high'] as const;

/** What those columns have for a chunk of these instances: null where that is not known. */
export function chunkValues(
  instances: readonly Pick<HistoryInstance, 'attributeInstance'>[],
): readonly [Mark | null, Mark | null] {
  const reach = reachOf(instances.map(({ attributeInstance }) => attributeInstance));
  return reach === undefined ? [null, null] : [reach.low, reach.high];
}

/** What is to be said of chunks besides, where values have to be within one of these. */
export function reaching(within: readonly Reach[] | undefined): string {
  if (within === undefined) return '';
  return ` AND (high IS NULL${' OR (high >= ? AND low <= ?)'.repeat(within.length)})`;
}

/** What stands for its question marks. */
export function reachValues(within: readonly Reach[] = []): readonly Mark[] {
  return within.flatMap(({ low, high }) => [low, high]);
}
