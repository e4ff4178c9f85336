import type { ServerResponse } from 'node:http';
import { NgsiLdError } from '../domain/errors.ts';

/** Answers that are in memory until their readers have taken them, and how much that may be. */
export interface WaitingAnswers {
  /**
   * Ends the response with the text, a piece at a time, as it is taken; does nothing where nobody is there any more.
   * @throws NgsiLdError TooBusy, with nothing written, where too much waits already and `isRefusable`
   */
  send(response: ServerResponse, answer: WaitingAnswer): void;
}

export interface WaitingAnswer {
  readonly text: string;
  readonly encoding: 'latin1' | 'utf8';
  /** Bytes of the text, so encoded. */
  readonly length: number;
  /** Called before the first piece. */
  readonly writeHead: () => void;
  /** False for the answer to a write, which was done. */
  readonly isRefusable: boolean;
}

export interface WaitingAnswersParts {
  /** Bytes that may wait for all readers together; one answer may always. */
  readonly limit: number;
  /** Milliseconds, of a clock that only goes forward. */
  readonly now: () => number;
}

/** Characters that are written at once: a reader is seen to take something when it took so much. */
const PIECE = 64 * 1024;
/** A reader that took nothing for so many milliseconds is cut, should there be no room for others. */
const STALLED = 20_000;

type Connection = ServerResponse['req']['socket'];

/** One of them: how much of it waits, and when some of it was taken last. */
interface Waiting {
  readonly response: ServerResponse;
  readonly connection: Connection;
  left: number;
  takenAt: number;
}

/**
 * Bounds what readers who take nothing, or little, keep in memory. Where there is no room for one more, those that took
 * nothing for the longest time are cut; a reader that is merely slow is not.
 */
export function waitingAnswers({ limit, now }: WaitingAnswersParts): WaitingAnswers {
  const waiting = new Set<Waiting>();
  let total = 0;
  const take = (one: Waiting, bytes: number): void => {
    if (!waiting.has(one)) return;
    one.left -= bytes;
    one.takenAt = now();
    total -= bytes;
  };
  const leave = (one: Waiting): void => {
    if (waiting.delete(one)) total -= one.left;
  };
  /** Others that stand behind it go with it. */
  const cut = (connection: Connection): void => {
    for (const one of waiting) if (one.connection === connection) leave(one);
    connection.destroy();
  };
  const isRoomFor = (bytes: number): boolean => total === 0 || total + bytes <= limit;
  const makeRoom = (bytes: number): boolean => {
    if (isRoomFor(bytes)) return true;
    for (const { connection } of stalledOf(waiting, now())) {
      cut(connection);
      if (isRoomFor(bytes)) return true;
    }
    return false;
  };
  return {
    send: (response, { text, encoding, length, writeHead, isRefusable }) => {
      const { socket: connection } = response.req;
      if (connection.destroyed) return;
      if (!makeRoom(length) && isRefusable) throw tooMuchWaits();
      writeHead();
      const one: Waiting = { response, connection, left: length, takenAt: now() };
      waiting.add(one);
      total += length;
      const end = (): void => {
        leave(one);
        connection.off('close', end);
      };
      response.on('finish', end);
      // A response that still stands behind another of its connection is not told that this has closed.
      connection.on('close', end);
      response.on('socket', () => take(one, 0));
      writePieces(response, piecesOf(text, encoding), (bytes) => take(one, bytes));
    },
  };
}

/** Those of which nothing was taken for a while, the longest one first; not those that stand behind another. */
function stalledOf(waiting: Iterable<Waiting>, now: number): readonly Waiting[] {
  const stalled = [...waiting].filter(
    ({ response, takenAt }) => response.socket !== null && now - takenAt >= STALLED,
  );
  return stalled.sort((one, other) => one.takenAt - other.takenAt);
}

/** The pieces as they are sent, each with memory of its own, the last one first; never parted within a character. */
function piecesOf(text: string, encoding: 'latin1' | 'utf8'): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < text.length; ) {
    const end = endOfPiece(text, at);
    pieces.push(Buffer.from(text.slice(at, end), encoding));
    at = end;
  }
  return pieces.reverse();
}

function endOfPiece(text: string, start: number): number {
  const end = start + PIECE;
  if (end >= text.length) return text.length;
  const [before, behind] = [text.charCodeAt(end - 1), text.charCodeAt(end)];
  const isHalved = (before & 0xfc00) === 0xd800 && (behind & 0xfc00) === 0xdc00;
  return isHalved ? end - 1 : end;
}

/** Takes the pieces off the end, and tells how many bytes were taken. What is written is let go. */
function writePieces(response: ServerResponse, pieces: Buffer[], onTaken: (bytes: number) => void): void {
  let written = 0;
  const next = (): void => {
    for (;;) {
      onTaken(written);
      const piece = pieces.pop();
      if (piece === undefined || pieces.length === 0) {
        response.end(piece);
        return;
      }
      written = piece.length;
      if (!response.write(piece)) break;
    }
    response.once('drain', next);
  };
  next();
}

function tooMuchWaits(): NgsiLdError {
  return new NgsiLdError(
    'TooBusy',
    'So many large answers wait for their readers to take them that there is no room for one more: try again soon, or ask for less at once (limit, attrs, pick).',
  );
}
