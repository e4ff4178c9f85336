import type { Micros } from '../../domain/entity.ts';
import type { HistoryEntity } from '../temporal-store.ts';
import {
  beginMove,
  cutRows,
  emptyTail,
  isSparse,
  type KnownTail,
  putRow,
  type TailMove,
  type TailRow,
  type TailSize,
} from './known-tail.ts';
import type { Session } from './session.ts';

/** What the tail has of one Entity. */
export interface TailPart {
  /** Of each change the text of its instances, as `encodeInstances` makes it; the oldest first. */
  readonly texts: readonly string[];
  /** When the last of them was. */
  readonly at: Micros;
}

/** What the row of an Entity says, with the changes of the tail, of which it tells nothing yet. */
export function withChangesOf(part: TailPart | undefined, entity: HistoryEntity): HistoryEntity {
  const known = Math.max(entity.modifiedAt, entity.deletedAt ?? entity.modifiedAt);
  return part === undefined || part.at <= known ? entity : { ...entity, modifiedAt: part.at };
}

/**
 * The newest part of the history: one row for each change, written in the commit of the change, those of all Entities
 * behind each other. Readers find it in memory, so it has no index: a change is text at the end of one table.
 */
export interface HistoryTail {
  of(entity: number): TailPart | undefined;
  /** Adds what a change left. It and all that follow but `settle` run inside a transaction. */
  add(entity: number, text: string, at: Micros): void;
  /** Takes away all of an Entity. */
  take(entity: number): TailPart | undefined;
  /**
   * Before a commit: hands on old rows once there are many, about two for each that was added, and many at once. They go
   * in the order of Entities, so that rows of the other tables that stand together are written together. Where few
   * Entities have many of the rows, theirs go alone.
   */
  advance(move: Move): void;
  /** After a commit. */
  settle(): void;
  /** When something that a transaction did was undone, though not all of it. */
  undone(): void;
  /** When a transaction was rolled back. */
  doubt(): void;
}

/**
 * So much that what is handed on together has several changes of an Entity, or meets many rows on each page of the tables
 * that it goes to: 8 MB at most.
 */
const LARGE: TailSize = { all: 16_000, ofEntity: 128, ofOthers: 16, atLeast: 64, atOnce: 512 };

export function historyTail({ database }: Pick<Session, 'database'>, size: TailSize = LARGE): HistoryTail {
  const insert = database.prepare('INSERT INTO history_tail (no, entity, at, body) VALUES (?, ?, ?, ?)');
  const remove = rowRemover(database);
  const advance = tailAdvancer(database, size);
  const load = tailLoader(database, size);
  let known: KnownTail | undefined;
  let isTaken = false;
  const tail = (): KnownTail => {
    known ??= load();
    return known;
  };
  return {
    of: (entity) => partOf(tail().entities.get(entity)?.rows),
    add: (entity, text, at) => {
      const all = tail();
      const row = { no: all.last + 1, at, text };
      insert.run(row.no, entity, at, text);
      all.added += putRow(all, entity, row, size);
    },
    take: (entity) => {
      const { rows } = cutRows(tail(), entity);
      remove(rows);
      isTaken ||= rows.length > 0;
      return partOf(rows);
    },
    advance: (move) => {
      const all = tail();
      if (all.move !== undefined && all.added < size.atLeast) return;
      if (all.added > 0) advance(all, move);
      all.added = 0;
    },
    settle: () => {
      isTaken = false;
    },
    undone: () => {
      if (isTaken) known = undefined;
    },
    doubt: () => {
      known = undefined;
      isTaken = false;
    },
  };
}

type Move = (entity: number, part: TailPart) => void;

function tailAdvancer(database: Session['database'], size: TailSize): (tail: KnownTail, move: Move) => void {
  const removeUpTo = database.prepare('DELETE FROM history_tail WHERE no <= ?');
  const setMove = database.prepare('REPLACE INTO history_move (one, up_to, entity) VALUES (1, ?, ?)');
  const removeMove = database.prepare('DELETE FROM history_move');
  const handOnBusy = busyHandler(database, size);
  return (tail, move) => {
    const moving = dueMove(tail, size);
    if (moving === undefined) {
      handOnBusy(tail, move);
      return;
    }
    const most = Math.max(tail.added, Math.min(2 * tail.added, size.atOnce));
    const last = handOn(tail, moving, { most, move });
    if (moving.next < moving.entities.length) setMove.run(moving.upTo, last);
    else {
      removeUpTo.run(moving.upTo);
      removeMove.run();
      tail.move = undefined;
    }
  };
}

/** The move that is under way, or one that is to begin. */
function dueMove(tail: KnownTail, size: TailSize): TailMove | undefined {
  if (tail.move !== undefined) return tail.move;
  const isDue = tail.size >= size.all || (tail.busy.size > 0 && !isSparse(tail, size));
  return isDue ? beginMove(tail, tail.last) : undefined;
}

/** Hands on all rows of busy Entities, some of these in one commit. */
function busyHandler(database: Session['database'], size: TailSize): (tail: KnownTail, move: Move) => void {
  const remove = rowRemover(database);
  return (tail, move) => {
    let room = size.atOnce;
    for (const entity of tail.busy) {
      if (room <= 0) return;
      tail.busy.delete(entity);
      const { rows, size: taken } = cutRows(tail, entity);
      remove(rows);
      const part = partOf(rows);
      if (part !== undefined) move(entity, part);
      room -= taken;
    }
  };
}

function rowRemover(database: Session['database']): (rows: readonly TailRow[]) => void {
  const remove = database.prepare('DELETE FROM history_tail WHERE no = ?');
  return (rows) => {
    for (const { no } of rows) remove.run(no);
  };
}

/** Hands on the next Entities until that was so much; gives back the last of them. */
function handOn(
  tail: KnownTail,
  moving: TailMove,
  { most, move }: { readonly most: number; readonly move: Move },
): number {
  let last = 0;
  for (let room = most; room > 0 && moving.next < moving.entities.length; ) {
    last = moving.entities[moving.next++] as number;
    const { rows, size } = cutRows(tail, last, moving.upTo);
    const part = partOf(rows);
    if (part !== undefined) move(last, part);
    room -= size;
  }
  return last;
}

function partOf(rows: readonly TailRow[] | undefined): TailPart | undefined {
  const last = rows?.at(-1);
  if (rows === undefined || last === undefined) return undefined;
  return { texts: rows.map(({ text }) => text), at: last.at };
}

/** Rows of Entities up to the one in history_move, and up to its row, stand in the log already. */
function tailLoader(database: Session['database'], size: TailSize): () => KnownTail {
  const select = database.prepare<[number, number, number, string]>(
    'SELECT no, entity, at, body FROM history_tail ORDER BY no',
  );
  const selectMove = database.prepare<[number, number]>('SELECT up_to, entity FROM history_move');
  return () => {
    const [upTo, moved] = selectMove.get() ?? [];
    const tail = emptyTail(upTo ?? 0);
    for (const [no, entity, at, text] of select.all()) {
      const isMoved = upTo !== undefined && moved !== undefined && no <= upTo && entity <= moved;
      if (!isMoved) putRow(tail, entity, { no, at, text }, size);
    }
    if (upTo !== undefined) beginMove(tail, upTo);
    return tail;
  };
}
