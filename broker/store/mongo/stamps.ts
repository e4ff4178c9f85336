import { randomBytes } from 'node:crypto';
import type { Micros } from '../../domain/entity.ts';

/** A moment that no other write has, of this process or another, and its text, which sorts like the moment. */
export interface Stamp {
  readonly text: string;
  readonly at: Micros;
}

/** Hexadecimal digits of microseconds: they suffice until the year 4253. */
const DIGITS = 14;

/**
 * Gives stamps that grow within this process though its clock stands still or goes back, and that differ between
 * processes by the writer's name at their end.
 */
export class StampSource {
  readonly #now: () => Micros;
  readonly #writer: string;
  #last = 0;

  constructor(now: () => Micros, writer = randomBytes(5).toString('hex')) {
    this.#now = now;
    this.#writer = writer;
  }

  /** A stamp greater than all before it and than `after`. */
  next(after: Micros = 0): Stamp {
    this.#last = Math.max(this.#now(), this.#last + 1, after + 1);
    return { text: `${textOf(this.#last)}-${this.#writer}`, at: this.#last };
  }

  /** Makes the stamps to come greater than one of another process. */
  witness(stamp: string): void {
    this.#last = Math.max(this.#last, momentOf(stamp));
  }
}

/** What sorts before all stamps of this moment and behind those of earlier ones. */
export function textOf(moment: Micros): string {
  return moment.toString(16).padStart(DIGITS, '0');
}

/** When the stamp was given. */
export function momentOf(stamp: string): Micros {
  return Number.parseInt(stamp.slice(0, DIGITS), 16);
}

/** Which process gave it. */
function writerOf(stamp: string): string {
  return stamp.slice(DIGITS + 1);
}

const MOST_WRITERS = 16;
const REMEMBERED: Micros = 3_600_000_000;

/**
 * The latest stamp of each of the processes that lately wrote a document, kept in the document. A process has one
 * write of a document under way at a time; so its stamp is here exactly when that write was applied, whatever others
 * wrote since: this is how a write whose reply was lost is told from one that was never applied.
 */
export function withWriter(writers: readonly string[], stamp: string): readonly string[] {
  const writer = writerOf(stamp);
  const oldest = momentOf(stamp) - REMEMBERED;
  const others = writers.filter((other) => writerOf(other) !== writer && momentOf(other) > oldest);
  return [...others.slice(1 - MOST_WRITERS), stamp];
}
