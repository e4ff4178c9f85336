import type { ServerResponse } from 'node:http';
import { NgsiLdError } from '../domain/errors.ts';

/** Answers that are in memory until their readers have taken them, and how much that may be. */
export interface WaitingAnswers {
  /**
   * Ends the response with the text, a piece at a time, as it is taken. `weight` is what the text takes in memory, in
   * bytes.
   * @throws NgsiLdError Unavailable, with nothing written, where too much waits already and `isRefusable`
   */
  send(response: ServerResponse, answer: WaitingAnswer): void;
}

export interface WaitingAnswer {
  readonly text: string;
  readonly encoding: 'latin1' | 'utf8';
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

/** Characters that are written at once. */
const PIECE = 256 * 1024;
/** A reader that took nothing for so many milliseconds is cut, should there be no room for others. */
const STALLED = 20_000;

/** One of them: how much of it waits, and when some of it was taken last. */
interface Waiting {
  left: number;
  takenAt: number;
  readonly cut: () => void;
}

/**
 * Bounds what readers who take nothing, or little, keep in memory. Where there is no room for one more, those that took
 * nothing for the longest time are cut; a reader that is merely slow is not.
 */
export function waitingAnswers({ limit, now }: WaitingAnswersParts): WaitingAnswers {
  const waiting = new Set<Waiting>();
  let total = 0;
  const take = (one: Waiting, weight: number): void => {
    one.left -= weight;
    one.takenAt = now();
    total -= weight;
  };
  const leave = (one: Waiting): void => {
    if (waiting.delete(one)) total -= one.left;
  };
  const isRoomFor = (weight: number): boolean => total === 0 || total + weight <= limit;
  const makeRoom = (weight: number): boolean => {
    if (isRoomFor(weight)) return true;
    const stalledSince = now() - STALLED;
    const stalled = [...waiting].filter(({ takenAt }) => takenAt <= stalledSince);
    stalled.sort((one, other) => one.takenAt - other.takenAt);
    for (const one of stalled) {
      leave(one);
      one.cut();
      if (isRoomFor(weight)) return true;
    }
    return false;
  };
  return {
    send: (response, { text, encoding, writeHead, isRefusable }) => {
      const width = encoding === 'latin1' ? 1 : 2;
      const weight = text.length * width;
      if (!makeRoom(weight) && isRefusable) throw tooMuchWaits();
      writeHead();
      const one: Waiting = { left: weight, takenAt: now(), cut: () => void response.destroy() };
      waiting.add(one);
      total += weight;
      response.on('finish', () => leave(one)).on('close', () => leave(one));
      writePieces(response, text, encoding, (characters) => {
        if (waiting.has(one)) take(one, characters * width);
      });
    },
  };
}

/** Tells how many characters were taken, as they are. */
function writePieces(
  response: ServerResponse,
  text: string,
  encoding: 'latin1' | 'utf8',
  onTaken: (characters: number) => void,
): void {
  let at = 0;
  let written = 0;
  const next = (): void => {
    onTaken(written);
    for (;;) {
      const end = endOfPiece(text, at);
      const piece = text.slice(at, end);
      written = end - at;
      at = end;
      if (at === text.length) {
        response.end(piece, encoding);
        return;
      }
      if (!response.write(piece, encoding)) break;
      onTaken(written);
    }
    response.once('drain', next);
  };
  next();
}

/** Not between the two halves of a character. */
function endOfPiece(text: string, start: number): number {
  const end = start + PIECE;
  if (end >= text.length) return text.length;
  const isHalved = (text.charCodeAt(end) & 0xfc00) === 0xdc00;
  return isHalved ? end - 1 : end;
}

function tooMuchWaits(): NgsiLdError {
  return new NgsiLdError(
    'Unavailable',
    'So many large answers wait for their readers to take them that there is no room for one more: try again soon, or ask for less at once (limit, attrs, pick).',
  );
}
