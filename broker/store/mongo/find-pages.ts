import type { Collection, Filter, FindOptions } from 'mongodb';
import type { Entity, Micros } from '../../domain/entity.ts';
import type { FindPage } from '../store.ts';
import type { EntityDocument } from './entity-document.ts';
import type { MomentReads } from './moment-reads.ts';

type Row = Required<Pick<EntityDocument, 'body' | 'sequence'>>;

const SMALLEST_PAGE = 16;
const LARGEST_PAGE = 1000;
const PAGE_BYTES = 4 * 1024 * 1024;
/** Finding one in so many soon is as good as an index. */
const FOUND_SOON = 10;

export interface FindPagesParts {
  readonly entities: Collection<EntityDocument>;
  readonly now: () => Micros;
  readonly reads: MomentReads;
  /** Guards each read. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What is to be found. */
export interface Search {
  readonly filter: Filter<EntityDocument>;
  /** True when an Entity that meets the filter all the time may move within the index that it is found by. */
  readonly isMoving: boolean;
  /** Told at the end how many Entities were gone through beyond what was wanted. */
  readonly onEnd?: (inVain: number) => void;
}

/**
 * What the filter finds of living Entities, in creation order. Each page is a query of its own behind the place of the
 * last Entity, so that nothing stays open between pages; pages grow while the reader goes on.
 */
export async function* findPages(
  { filter, isMoving, onEnd }: Search,
  { offset = 0, limit = LARGEST_PAGE }: FindPage,
  { entities, now, reads, run }: FindPagesParts,
): AsyncIterable<readonly Entity[]> {
  let size = Math.min(Math.max(limit, SMALLEST_PAGE), LARGEST_PAGE);
  let skip = offset;
  let after = '';
  let looked = 0;
  try {
    for (;;) {
      const behind: Filter<EntityDocument> = {
        $and: [filter],
        visibleUntil: { $gt: now() },
        sequence: { $gt: after },
      };
      const page = { skip, size };
      const read = (options: FindOptions) => readPage(entities, behind, page, options);
      const { rows, isLast } = await run(() => (isMoving ? reads.read(read) : read({})));
      looked += rows.length;
      if (rows.length > 0) yield rows.map(({ body }) => JSON.parse(body) as Entity);
      if (isLast) return;
      after = rows.at(-1)?.sequence ?? after;
      skip = 0;
      size = Math.min(size * 2, LARGEST_PAGE);
    }
  } finally {
    onEnd?.(looked - FOUND_SOON * limit);
  }
}

/** At most `size` rows, fewer where they are large. */
async function readPage(
  entities: Collection<EntityDocument>,
  filter: Filter<EntityDocument>,
  { skip, size }: { readonly skip: number; readonly size: number },
  options: FindOptions,
): Promise<{ readonly rows: readonly Row[]; readonly isLast: boolean }> {
  const cursor = entities
    .find(filter, { allowDiskUse: true, ...options })
    .sort({ sequence: 1 })
    .skip(skip)
    .limit(size)
    .batchSize(size)
    .project<Row>({ _id: 0, body: 1, sequence: 1 });
  const rows: Row[] = [];
  let length = 0;
  for await (const row of cursor) {
    rows.push(row);
    length += row.body.length;
    if (length > PAGE_BYTES) break;
  }
  await cursor.close();
  return { rows, isLast: rows.length < size && length <= PAGE_BYTES };
}
