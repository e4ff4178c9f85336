import type { Micros } from '../../domain/entity.ts';

/** What a change left: the text of its instances, and when it was. */
export interface TailRow {
  readonly no: number;
  readonly at: Micros;
  readonly text: string;
}

/**
 * How much may come together before it is handed on. A row counts once, and once more for each 512 characters of its
 * text, so that sizes bound the memory as well as the work.
 */
export interface TailSize {
  /** With so much it begins to hand on. */
  readonly all: number;
  /** So it does with so much of one Entity: all of that is read for each page of it. */
  readonly ofEntity: number;
  /** With what that Entity has alone, while Entities have less than so much each: that is rather handed on when it is more. */
  readonly ofOthers: number;
  /** While it hands on, so much is added before it goes on: a commit that writes a little does not write more than that. */
  readonly atLeast: number;
  /** Handed on in one commit, unless more was added. */
  readonly atOnce: number;
}

/** The rows of one Entity; the oldest first. */
interface EntityRows {
  readonly rows: readonly TailRow[];
  readonly size: number;
}

/** Rows up to one, which are handed on Entity after Entity; they leave the table when all of them are. */
export interface TailMove {
  readonly upTo: number;
  readonly entities: readonly number[];
  next: number;
}

/** What the table holds, but for rows that were handed on. */
export interface KnownTail {
  readonly entities: Map<number, { readonly rows: TailRow[]; size: number }>;
  size: number;
  /** What was added since the last time that some could have been handed on. */
  added: number;
  /** The number of the newest row. */
  last: number;
  /** Entities that have much of it. */
  readonly busy: Set<number>;
  move: TailMove | undefined;
}

export function emptyTail(last: number): KnownTail {
  return { entities: new Map(), size: 0, added: 0, last, busy: new Set(), move: undefined };
}

/** Tells how much that is. */
export function putRow(tail: KnownTail, entity: number, row: TailRow, { ofEntity }: TailSize): number {
  const known = tail.entities.get(entity) ?? { rows: [], size: 0 };
  const size = sizeOf(row);
  known.rows.push(row);
  known.size += size;
  tail.entities.set(entity, known);
  tail.size += size;
  // Rows of a move that are gone do not give their numbers to new ones, which are not of it.
  tail.last = Math.max(tail.last, row.no);
  // What is on its way is judged when it has arrived.
  if (tail.move === undefined && known.size >= ofEntity) tail.busy.add(entity);
  return size;
}

/** Takes out the rows of an Entity, those up to one where it is given. */
export function cutRows(
  tail: KnownTail,
  entity: number,
  upTo: number = Number.POSITIVE_INFINITY,
): EntityRows {
  const { rows, size } = tail.entities.get(entity) ?? { rows: [], size: 0 };
  const later = rows.filter(({ no }) => no > upTo);
  const left = later.reduce((sum, row) => sum + sizeOf(row), 0);
  if (later.length === 0) tail.entities.delete(entity);
  else tail.entities.set(entity, { rows: later, size: left });
  tail.size -= size - left;
  return { rows: rows.slice(0, rows.length - later.length), size: size - left };
}

/** True while Entities have little each. */
export function isSparse({ entities, size }: KnownTail, { ofOthers }: TailSize): boolean {
  return size < ofOthers * entities.size;
}

/** All that there is begins to move, in the order of Entities. */
export function beginMove(tail: KnownTail, upTo: number): TailMove {
  const entities = [...tail.entities.keys()].sort((one, other) => one - other);
  tail.busy.clear();
  tail.move = { upTo, entities, next: 0 };
  return tail.move;
}

function sizeOf({ text }: TailRow): number {
  return 1 + Math.floor(text.length / 512);
}
