import type { Micros } from '../../domain/entity.ts';
import type { HistoryEntity } from '../store.ts';
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
   * After so many rows were added: hands on old ones once there are many, about two for each of the added ones. They go
   * in the order of Entities, so that rows of the other tables that stand together are written together.
   */
  advance(added: number, move: Move): void;
  /** After a commit. */
  settle(): void;
  /** When something that a transaction did was undone, though not all of it. */
  undone(): void;
  /** When a transaction was rolled back. */
  doubt(): void;
}

export interface TailSize {
  /** With so many rows, or so many characters of their text, it begins to hand on. */
  readonly rows: number;
  readonly characters: number;
  /** Rows handed on in one commit, unless more were added. */
  readonly atOnce: number;
}

/** So much that what is handed on together meets many rows on each page of the tables that it goes to. */
const LARGE: TailSize = { rows: 4000, characters: 4 * 1024 * 1024, atOnce: 256 };

export function historyTail({ database }: Pick<Session, 'database'>, size: TailSize = LARGE): HistoryTail {
  const insert = database.prepare('INSERT INTO history_tail (no, entity, at, body) VALUES (?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM history_tail WHERE no = ?');
  const advance = tailAdvancer(database, size);
  const load = tailLoader(database);
  let known: KnownTail | undefined;
  let isTaken = false;
  const tail = (): KnownTail => {
    known ??= load();
    return known;
  };
  return {
    of: (entity) => partOf(tail().rows.get(entity)),
    add: (entity, text, at) => {
      const all = tail();
      const row = { no: ++all.last, at, text };
      insert.run(row.no, entity, at, text);
      put(all, entity, row);
    },
    take: (entity) => {
      const taken = cut(tail(), entity, Number.POSITIVE_INFINITY);
      for (const { no } of taken) remove.run(no);
      isTaken = true;
      return partOf(taken);
    },
    advance: (added, move) => {
      if (added > 0) advance(tail(), added, move);
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

function tailAdvancer(
  database: Session['database'],
  size: TailSize,
): (tail: KnownTail, added: number, move: Move) => void {
  const removeUpTo = database.prepare('DELETE FROM history_tail WHERE no <= ?');
  const setMove = database.prepare('REPLACE INTO history_move (one, up_to, entity) VALUES (1, ?, ?)');
  const removeMove = database.prepare('DELETE FROM history_move');
  return (tail, added, move) => {
    const moving = moveOf(tail, size);
    if (moving === undefined) return;
    const last = handOn(tail, moving, { most: Math.max(added, Math.min(2 * added, size.atOnce)), move });
    if (moving.next < moving.entities.length) setMove.run(moving.upTo, last);
    else {
      removeUpTo.run(moving.upTo);
      removeMove.run();
      tail.moving = undefined;
    }
  };
}

/** Hands on the next Entities until that were so many rows; gives back the last of them. */
function handOn(
  tail: KnownTail,
  moving: Moving,
  { most, move }: { readonly most: number; readonly move: Move },
): number {
  let last = 0;
  for (let room = most; room > 0 && moving.next < moving.entities.length; ) {
    last = moving.entities[moving.next++] as number;
    const rows = cut(tail, last, moving.upTo);
    const part = partOf(rows);
    if (part !== undefined) move(last, part);
    room -= rows.length;
  }
  return last;
}

interface Row {
  readonly no: number;
  readonly at: Micros;
  readonly text: string;
}

/** Rows up to one, which are handed on Entity after Entity; they leave the table when all of them are. */
interface Moving {
  readonly upTo: number;
  readonly entities: readonly number[];
  next: number;
}

/** What the tables hold, but for rows that were handed on. */
interface KnownTail {
  readonly rows: Map<number, Row[]>;
  count: number;
  characters: number;
  last: number;
  moving: Moving | undefined;
}

function put(tail: KnownTail, entity: number, row: Row): void {
  const rows = tail.rows.get(entity);
  if (rows === undefined) tail.rows.set(entity, [row]);
  else rows.push(row);
  tail.count += 1;
  tail.characters += row.text.length;
}

/** Takes the rows of an Entity up to one out of what is known. */
function cut(tail: KnownTail, entity: number, upTo: number): readonly Row[] {
  const rows = tail.rows.get(entity) ?? [];
  const later = rows.filter(({ no }) => no > upTo);
  const taken = later.length === 0 ? rows : rows.filter(({ no }) => no <= upTo);
  if (later.length === 0) tail.rows.delete(entity);
  else tail.rows.set(entity, later);
  tail.count -= taken.length;
  for (const { text } of taken) tail.characters -= text.length;
  return taken;
}

function partOf(rows: readonly Row[] | undefined): TailPart | undefined {
  const last = rows?.at(-1);
  if (rows === undefined || last === undefined) return undefined;
  return { texts: rows.map(({ text }) => text), at: last.at };
}

/** The move under way, or a new one when there is much. */
function moveOf(tail: KnownTail, size: TailSize): Moving | undefined {
  if (tail.count >= size.rows || tail.characters >= size.characters) {
    tail.moving ??= moving(tail, tail.last);
  }
  return tail.moving;
}

function moving({ rows }: KnownTail, upTo: number): Moving {
  const entities = [...rows.keys()].sort((one, other) => one - other);
  return { upTo, entities, next: 0 };
}

/** Rows of Entities up to the one in history_move, and up to its row, stand in the log already. */
function tailLoader(database: Session['database']): () => KnownTail {
  const select = database.prepare<[number, number, number, string]>(
    'SELECT no, entity, at, body FROM history_tail ORDER BY no',
  );
  const selectMove = database.prepare<[number, number]>('SELECT up_to, entity FROM history_move');
  return () => {
    const [upTo, moved] = selectMove.get() ?? [];
    const tail: KnownTail = {
      rows: new Map(),
      count: 0,
      characters: 0,
      last: upTo ?? 0,
      moving: undefined,
    };
    for (const [no, entity, at, text] of select.all()) {
      tail.last = no;
      const isMoved = upTo !== undefined && moved !== undefined && no <= upTo && entity <= moved;
      if (!isMoved) put(tail, entity, { no, at, text });
    }
    if (upTo !== undefined) tail.moving = moving(tail, upTo);
    return tail;
  };
}
