import type { HeldDocument, PendingRecord } from './entity-document.ts';
import { bytesOf, DOCUMENT_BYTES, TOKEN_BYTES } from './limits.ts';

const MOST_RECORDS = 64;
const MOST_BYTES = 1024 * 1024;

/** `later`: when pending records are folded. `never`: not even then. */
export type Fit = 'fits' | 'later' | 'never';

/**
 * The room that a document has for change records: 64 of them or 1 MB, before the pending ones have to be folded; a
 * single one may be larger. Where nobody folds, what the document holds.
 */
export class RecordRoom {
  /** What was offered and fitted. */
  readonly records: PendingRecord[] = [];
  /** How many were pending before. */
  readonly waiting: number;
  readonly #canDrain: boolean;
  #bytes: number;

  constructor(held: HeldDocument | undefined, canDrain: boolean) {
    this.waiting = held?.pendingCount ?? 0;
    this.#bytes = held?.pendingBytes ?? 0;
    this.#canDrain = canDrain;
  }

  /** True when no further record fits. */
  isTaken(): boolean {
    return this.records.length + (this.#canDrain ? this.waiting : 0) >= MOST_RECORDS;
  }

  /** Takes the record of the change that made this state, if it fits. */
  offer(record: PendingRecord, state: { readonly body: string }): Fit {
    const isAlone = this.records.length + this.waiting === 0;
    const bytes = this.#bytes + record.bytes;
    if (this.#canDrain && !isAlone && bytes > MOST_BYTES) return 'later';
    if (bytes + bytesOf(state.body) + TOKEN_BYTES > DOCUMENT_BYTES) {
      return this.records.length === 0 ? 'never' : 'later';
    }
    this.#bytes = bytes;
    this.records.push(record);
    return 'fits';
  }
}
