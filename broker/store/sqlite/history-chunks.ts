import type { Micros } from '../../domain/entity.ts';
import type { Mark } from '../../domain/query/value-reach.ts';
import type { HistoryInstance, HistoryQuery, TimeProperty } from '../temporal-store.ts';
import { chunkValues, reaching, reachValues, valueColumns } from './history-chunk-values.ts';
import { decodeInstances, encodeGroups, encodeInstance, type InstanceLine } from './history-instances.ts';
import { earliestOf, isSurelyWithin, latestOf, NO_TIME, toBounds, toColumn } from './history-times.ts';
import { quickReach } from './line-reach.ts';
import type { Session } from './session.ts';
import { allOf, linesInTime, linesWithin } from './wanted-lines.ts';

/** An Entity of the history, by its number and its id. */
export interface HistoryKey {
  readonly no: number;
  readonly id: string;
}

/** The older part of the history: many instances of one Attribute in a row. */
export interface HistoryChunks {
  /** Adds instances of one Attribute, whose number is given; inside a transaction. */
  add(entity: number, attribute: number, instances: readonly InstanceLine[]): void;
  /** The Attributes that have any. */
  attributesOf(entity: number): readonly string[];
  /**
   * Groups of instances in the order of time, until the reader has enough: none of the later ones has a time before
   * `edge`, or behind it where the newest come first. Some that are not within the bounds are among them.
   * Only from the oldest on, chunks whose values are not `within` are passed over.
   */
  inOrder(entity: HistoryKey, attribute: string, bounds: Bounds, first: End): Iterable<ChunkRead>;
}

export type Bounds = Pick<HistoryQuery, 'timeproperty' | 'from' | 'to' | 'datasetIds' | 'within'>;

/** What a history is read from. */
export type End = 'oldest' | 'newest';

export interface ChunkRead {
  readonly edge: Micros;
  /** Where the newest come first by createdAt, which many share: of those none later was modified behind it. */
  readonly modified?: Micros;
  /** Of the text of the instances, in characters. */
  readonly size: number;
  readonly instances: readonly HistoryInstance[];
}

/**
 * Text of one chunk, in characters: some hundred instances, as many as a reader often asks for. What is more is read in
 * vain; with less, what stands beside the text takes up more of the disk. The row fills four pages of 4 KB, and
 * what is over is little enough to share its page with others.
 */
const LARGEST_CHUNK = 16_950;

const columns = {
  observedAt: 'observed',
  createdAt: 'created',
  modifiedAt: 'modified',
  deletedAt: 'deleted',
} as const satisfies Readonly<Record<TimeProperty, string>>;
const times = Object.keys(columns) as readonly TimeProperty[];

/** The columns of the earliest and the latest time of a chunk. */
export function endColumns(time: TimeProperty): readonly [earliest: string, latest: string] {
  return [`${columns[time]}_from`, `${columns[time]}_to`];
}

/** Those of all times, and of the values: what tells of a chunk. */
export const outlineColumns: readonly string[] = [...times.flatMap(endColumns), ...valueColumns];

/** What the outline of a chunk is made of. */
type Outlined = Pick<HistoryInstance, TimeProperty | 'attributeInstance'>;

/** What those columns have for a chunk of these instances. */
export function outlineOf(instances: readonly Outlined[]): readonly (Mark | null)[] {
  return [...times.flatMap((time) => rangeOf(instances, time)), ...chunkValues(instances)];
}

export function historyChunks(session: Session): HistoryChunks {
  const { database, iris } = session;
  const insert = chunkInserter(session);
  // One seek for each Attribute, however long its history is.
  const attributes = database.prepare<[number]>(`WITH RECURSIVE found (attribute) AS (
      SELECT min(attribute) FROM history_chunk WHERE entity = ?1
      UNION ALL
      SELECT (SELECT min(attribute) FROM history_chunk WHERE entity = ?1 AND attribute > found.attribute)
      FROM found WHERE found.attribute IS NOT NULL)
    SELECT attribute FROM found WHERE attribute IS NOT NULL`);
  return {
    add: (entity, attribute, instances) => {
      for (const chunk of chunksOf(attribute, instances, ({ line }) => line)) insert(entity, chunk);
    },
    attributesOf: (entity) => attributes.all(entity).map(([no]) => iris.nameOf(no)),
    inOrder: (entity, attribute, bounds, first) => inOrder(session, { entity, attribute, bounds, first }),
  };
}

/** A chunk as its row has it. */
export interface Chunk {
  /** The number of its Attribute. */
  readonly attribute: number;
  readonly outline: readonly (Mark | null)[];
  readonly text: string;
}

/** The chunks of these instances of one Attribute, which are made while they are taken; its name has to have a number. */
export function encodeChunks(
  attribute: string,
  instances: readonly HistoryInstance[],
  iris: Session['iris'],
): Generator<Chunk> {
  return chunksOf(iris.add(attribute), instances, (instance) => encodeInstance(instance, iris));
}

function* chunksOf<Instance extends Outlined>(
  attribute: number,
  instances: readonly Instance[],
  lineOf: (instance: Instance) => string,
): Generator<Chunk> {
  for (const { items, text } of encodeGroups(instances, lineOf, LARGEST_CHUNK))
    yield { attribute, outline: outlineOf(items), text };
}

/** Writes a chunk of an Entity; inside a transaction. */
export function chunkInserter({ database }: Session): (entity: number, chunk: Chunk) => void {
  const insert =
    database.prepare(`INSERT INTO history_chunk (entity, attribute, ${outlineColumns.join(', ')}, body)
    VALUES (?, ?, ${outlineColumns.map(() => '?').join(', ')}, ?)`);
  return (entity, { attribute, outline, text }) => void insert.run(entity, attribute, ...outline, text);
}

/** From NO_TIME where one lacks the time, to NO_TIME where all do. */
function rangeOf(instances: readonly Outlined[], time: TimeProperty): [from: number, to: number] {
  let from = Number.MAX_SAFE_INTEGER;
  let to = NO_TIME;
  for (const instance of instances) {
    const at = toColumn(instance[time]);
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return [from, to];
}

function overlap({ timeproperty, from, to }: Bounds): string {
  const column = columns[timeproperty];
  if (from === undefined && to === undefined) return '';
  // Deletions are rare: their index has only chunks that have some, which is to be said in its words.
  const some = timeproperty === 'deletedAt' ? ` AND deleted_to > ${NO_TIME}` : '';
  return `${some} AND ${column}_to >= ?${to === undefined ? '' : ` AND ${column}_from < ?`}`;
}

/** What lacks the time is within no bounds. */
function valuesOf({ from, to }: Bounds): readonly number[] {
  return from === undefined && to === undefined ? [] : toBounds(from, to);
}

/** Datasets whose names are looked for in the text of chunks; of more all chunks are read. */
const MOST_NAMED = 16;

/** Where only some datasets are asked for by name: what the text of a chunk has that has an instance of theirs. */
function datasetTexts({ datasetIds }: Bounds): readonly string[] {
  if (datasetIds === undefined || datasetIds.length > MOST_NAMED || datasetIds.includes(undefined)) return [];
  return datasetIds.map((id) => `"datasetId":${JSON.stringify(id)}`);
}

function mentioning(texts: readonly string[]): string {
  return texts.length === 0 ? '' : ` AND (${texts.map(() => 'instr(body, ?) > 0').join(' OR ')})`;
}

interface ChunkQuery {
  readonly entity: HistoryKey;
  readonly attribute: string;
  readonly bounds: Bounds;
  readonly first: End;
}

/** How chunks follow each other from either end; the index of an end has the other one in it. */
const walks = {
  oldest: { ends: ['from', 'to'], isBehind: '>', direction: 'ASC', start: NO_TIME, timeOf: earliestOf },
  newest: {
    ends: ['to', 'from'],
    isBehind: '<',
    direction: 'DESC',
    start: Number.MAX_SAFE_INTEGER,
    timeOf: latestOf,
  },
} as const satisfies Readonly<Record<End, object>>;

/** Chunks that are looked up at once, before the first of them is read. */
const LOOKED_UP = 64;

/** Where a chunk stands in the walk. */
type ChunkPlace = readonly [edge: number, next: number, no: number];
/** The same, with its other end. */
type FoundChunk = readonly [...ChunkPlace, other: number];

/** Instances of an Attribute that was never deleted have one createdAt: the newest of them were modified last. */
function isByModified({ first, bounds: { timeproperty } }: ChunkQuery): boolean {
  return first === 'newest' && timeproperty === 'createdAt';
}

function edgeOf([edge, next]: FoundChunk, query: ChunkQuery): Pick<ChunkRead, 'edge' | 'modified'> {
  const { timeOf } = walks[query.first];
  return { edge: timeOf(edge), ...(isByModified(query) && { modified: latestOf(next) }) };
}

function* inOrder(session: Session, query: ChunkQuery): Generator<ChunkRead> {
  const { database, iris } = session;
  const { entity, bounds, first } = query;
  const { start } = walks[first];
  const lookUp = chunkFinder(session, query);
  const read = database.cached<[string]>('SELECT body FROM history_chunk WHERE no = ?');
  const isWithin = bounds.within && linesWithin(bounds.within, quickReach);
  const isWanted = allOf([linesInTime(bounds), isWithin]);
  let last: ChunkPlace = [start, start, start];
  for (;;) {
    const chunks = lookUp(last);
    for (const chunk of chunks) {
      const [edge, next, no, other] = chunk;
      last = [edge, next, no];
      const body = read.get(no)?.[0];
      if (body === undefined) continue;
      const isWhole = [edge, other].every((column) => isSurelyWithin(column, bounds));
      const instances = decodeInstances(body, entity.id, iris, isWhole ? isWithin : isWanted);
      yield { ...edgeOf(chunk, query), size: body.length, instances };
    }
    if (chunks.length < LOOKED_UP) return;
  }
}

/** Finds the first chunks behind a place. */
function chunkFinder(
  { database, iris }: Session,
  query: ChunkQuery,
): (last: ChunkPlace) => readonly FoundChunk[] {
  const { entity, attribute, bounds, first } = query;
  const { ends, isBehind, direction } = walks[first];
  const [edge, other] = ends.map((end) => `${columns[bounds.timeproperty]}_${end}`);
  const next = isByModified(query) ? `${columns.modifiedAt}_to` : other;
  const texts = datasetTexts(bounds);
  // The indexes of the other end tell nothing of values.
  const within = first === 'oldest' && bounds.timeproperty !== 'deletedAt' ? bounds.within : undefined;
  const lookUp = database.cached<
    [number, number, number, number]
  >(`SELECT ${edge}, ${next}, no, ${other} FROM history_chunk
    WHERE entity = ? AND attribute = ? AND (${edge}, ${next}, no) ${isBehind} (?, ?, ?)${overlap(bounds)}${mentioning(texts)}${reaching(within)}
    ORDER BY ${edge} ${direction}, ${next} ${direction}, no ${direction} LIMIT ${LOOKED_UP}`);
  const values = [...valuesOf(bounds), ...texts, ...reachValues(within)];
  return (last) => lookUp.all(entity.no, iris.find(attribute) ?? null, ...last, ...values);
}
