import type { Entity } from '../../domain/entity.ts';
import type { Session } from './session.ts';
import { typeToken } from './tokens.ts';
import { EVERYTHING, undoable, type ValueIndex, type ValueIndexes } from './value-indexes.ts';
import type { ValuePoints } from './value-points.ts';

/** Makes value indexes ready and clears retired ones, in the background. */
export interface ValueBuilder {
  /** Goes on until nothing is left to do; no effect while it does. */
  start(): void;
}

export interface ValueBuilderParts {
  readonly session: Session;
  readonly indexes: ValueIndexes;
  readonly points: ValuePoints;
  /** Resolves when some more work may be done, so that requests come between. */
  readonly pause: () => Promise<void>;
}

/** What one transaction does: about a millisecond or two. */
const ENTITIES_AT_ONCE = 100;
const TEXT_AT_ONCE = 1024 * 1024;
const ROWS_CLEARED_AT_ONCE = 2000;

/**
 * Builds in chunks, each with the place it has come to in one transaction: after a crash it goes on from there. An
 * Entity that is changed meanwhile is written by its change when the index has come past its place, else by its chunk.
 */
export function valueBuilder(parts: ValueBuilderParts): ValueBuilder {
  const { session, indexes, pause } = parts;
  const buildChunk = chunkBuilder(parts);
  const clearChunk = chunkClearer(parts);
  const isDone = (): boolean => !buildChunk() && !clearChunk();
  let isRunning = false;
  const run = async (): Promise<void> => {
    // A store that is closed or away ends it; it is started again by what is asked next.
    while (!(await session.write(() => undoable(indexes, isDone)))) await pause();
  };
  return {
    start: () => {
      if (isRunning) return;
      isRunning = true;
      run()
        .catch(() => {})
        .finally(() => {
          isRunning = false;
        });
    },
  };
}

/** Works at the oldest index that is not ready; false when there is none. */
function chunkBuilder({ session: { database, iris }, indexes, points }: ValueBuilderParts): () => boolean {
  const ofType = database.prepare<[number]>(
    `SELECT seq FROM token WHERE tenant = ? AND token = ? AND seq > ? ORDER BY seq LIMIT ${ENTITIES_AT_ONCE}`,
  );
  const ofTenant = database.prepare<[number]>(
    `SELECT seq FROM entity INDEXED BY entity_tenant WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT ${ENTITIES_AT_ONCE}`,
  );
  const body = database.prepare<[string]>('SELECT body FROM entity WHERE seq = ?');
  const nextOf = ({ tenant, type, builtTo }: ValueIndex): readonly (readonly [number])[] =>
    type === undefined
      ? ofTenant.all(tenant, builtTo)
      : ofType.all(tenant, typeToken(iris.add(type)), builtTo);
  const addAll = (index: ValueIndex, seqs: readonly (readonly [number])[]): number => {
    let text = 0;
    let added = 0;
    for (const [seq] of seqs) {
      const found = body.get(seq)?.[0] as string;
      points.add(index, seq, JSON.parse(found) as Entity);
      added += 1;
      text += found.length;
      if (text > TEXT_AT_ONCE) break;
    }
    return added;
  };
  return () => {
    const index = indexes.all().find(({ builtTo }) => builtTo < EVERYTHING);
    if (index === undefined) return false;
    const next = nextOf(index);
    const added = addAll(index, next);
    const [last = EVERYTHING] = next[added - 1] ?? [];
    indexes.setBuiltTo(index.no, added < next.length || added === ENTITIES_AT_ONCE ? last : EVERYTHING);
    return true;
  };
}

/** Takes away rows of an index that is not used any more; false when there is none. */
function chunkClearer({ indexes, points }: ValueBuilderParts): () => boolean {
  return () => {
    const [no] = indexes.retired();
    if (no === undefined) return false;
    if (points.clear(no, ROWS_CLEARED_AT_ONCE)) indexes.remove(no);
    return true;
  };
}
