import type { Collection, Filter } from 'mongodb';
import type { Entity, Micros } from '../../domain/entity.ts';
import type { FindPage } from '../store.ts';
import type { EntityDocument } from './entity-document.ts';

type Row = Required<Pick<EntityDocument, 'body' | 'sequence'>>;

const SMALLEST_PAGE = 16;
const LARGEST_PAGE = 1000;
const PAGE_BYTES = 4 * 1024 * 1024;

export interface FindPagesParts {
  readonly entities: Collection<EntityDocument>;
  readonly now: () => Micros;
  /** Guards each read. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * What the filter finds of living Entities, in creation order. Each page is a query of its own behind the place of the
 * last Entity, so that nothing stays open between pages; pages grow while the reader goes on.
 */
export async function* findPages(
  filter: Filter<EntityDocument>,
  { offset = 0, limit = LARGEST_PAGE }: FindPage,
  { entities, now, run }: FindPagesParts,
): AsyncIterable<readonly Entity[]> {
  let size = Math.min(Math.max(limit, SMALLEST_PAGE), LARGEST_PAGE);
  let skip = offset;
  let after = '';
  for (;;) {
    const behind: Filter<EntityDocument> = {
      $and: [filter],
      visibleUntil: { $gt: now() },
      sequence: { $gt: after },
    };
    const { rows, isLast } = await run(() => readPage(entities, behind, { skip, size }));
    if (rows.length > 0) yield rows.map(({ body }) => JSON.parse(body) as Entity);
    if (isLast) return;
    after = rows.at(-1)?.sequence ?? after;
    skip = 0;
    size = Math.min(size * 2, LARGEST_PAGE);
  }
}

/** At most `size` rows, fewer where they are large. */
async function readPage(
  entities: Collection<EntityDocument>,
  filter: Filter<EntityDocument>,
  { skip, size }: { readonly skip: number; readonly size: number },
): Promise<{ readonly rows: readonly Row[]; readonly isLast: boolean }> {
  const cursor = entities
    .find(filter, { allowDiskUse: true })
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
