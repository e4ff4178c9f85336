import type { AnyBulkWriteOperation, Collection, FindCursor, WithId } from 'mongodb';
import type { Entity, Micros } from '../../domain/entity.ts';
import type { EntityDocument } from './entity-document.ts';
import type { Gate } from './gate.ts';
import { claiming, finishing } from './value-catalog.ts';
import type { TypeCatalog, ValueIndexes } from './value-indexes.ts';
import { writtenBefore } from './value-keys.ts';

/** Brings documents from before an index to it, in the background. */
export interface ValueBuilder {
  /** Goes through all catalogs, once more where it does already. What was built before costs a glance. */
  start(): void;
}

export interface ValueBuilderParts {
  readonly entities: Collection<EntityDocument>;
  readonly indexes: ValueIndexes;
  readonly gate: Gate;
  readonly now: () => Micros;
  /** Resolves when some more work may be done, so that requests come between. */
  readonly pause: () => Promise<void>;
}

type Row = Required<Pick<EntityDocument, '_id' | 'version' | 'body'>>;

const AT_ONCE = 200;
const MOST_TEXT = 4 * 1024 * 1024;
/** How long one process has the building to itself without having come on. */
const CLAIM: Micros = 60_000_000;

/**
 * Each document is written with the state that it was read in, or not at all: then it was written by somebody who knew
 * of the index, or is met again. Nothing is wrong where two processes build at once; a claim spares the double work.
 */
export function valueBuilder(parts: ValueBuilderParts): ValueBuilder {
  let isRunning = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      for (const { tenant, type } of parts.indexes.all()) await bring(parts, tenant, type);
    }
  };
  return {
    start: () => {
      isWanted = true;
      if (isRunning) return;
      isRunning = true;
      // A store that is closed or away ends it; it is started again by what is asked next.
      run()
        .catch(() => {})
        .finally(() => {
          isRunning = false;
        });
    },
  };
}

/** Brings all documents of the type to its newest index, also where none was missing any more but somebody wrote late. */
async function bring(parts: ValueBuilderParts, tenant: string, type: string): Promise<void> {
  const { indexes, pause } = parts;
  const mayBuild = claimant(parts);
  for (;;) {
    const catalog = indexes.of(tenant, type);
    const newest = catalog.indexes.at(-1)?.since;
    const isBuilding = catalog.indexes.some(({ isReady }) => !isReady);
    if (newest === undefined || (isBuilding && !(await mayBuild(catalog)))) return;
    if ((await bringSome(parts, catalog, newest)) > 0) await pause();
    else if (isBuilding) await indexes.change(tenant, type, finishing(newest));
    else return;
  }
}

/** Claims the building, for a while from each time that half of one is over; false when another process has it. */
function claimant({ indexes, now }: ValueBuilderParts): (catalog: TypeCatalog) => Promise<boolean> {
  let ours: Micros = 0;
  return async ({ tenant, type }) => {
    const at = now();
    if (at < ours - CLAIM / 2) return true;
    const until = at + CLAIM;
    const { buildingUntil } = await indexes.change(tenant, type, claiming(ours, at, until));
    ours = until;
    return buildingUntil === until;
  };
}

/** Writes some of the documents that are older than the index; the number of those that were looked at. */
function bringSome(
  { entities, indexes, gate }: ValueBuilderParts,
  { tenant, type }: TypeCatalog,
  newest: string,
): Promise<number> {
  return gate.run(async () => {
    const rows = await someOf(entities.find(writtenBefore(tenant, type, newest)).limit(AT_ONCE));
    const operations = rows.map(({ _id, version, body }): AnyBulkWriteOperation<EntityDocument> => {
      const values = indexes.valuesOf(tenant, JSON.parse(body) as Entity);
      return { updateOne: { filter: { _id, version }, update: { $set: { values } } } };
    });
    if (operations.length > 0) await entities.bulkWrite(operations, { ordered: false });
    return rows.length;
  });
}

/** The first documents, fewer where they are large. */
async function someOf(found: FindCursor<WithId<EntityDocument>>): Promise<readonly Row[]> {
  const cursor = found.project<Row>({ version: 1, body: 1 });
  const rows: Row[] = [];
  let length = 0;
  for await (const row of cursor) {
    rows.push(row);
    length += row.body.length;
    if (length > MOST_TEXT) break;
  }
  await cursor.close();
  return rows;
}
