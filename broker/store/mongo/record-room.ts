import type { HeldDocument, PendingRecord } from './entity-document.ts';
import { bytesOf, DOCUMENT_BYTES, INDEXED_BYTES } from './limits.ts';

const MOST_RECORDS = 64;
const MOST_BYTES = 1024 * 1024;

/** `later`: when pending records are folded. `never`: not even then. */
export type Fit = 'fits' | 'later' | 'never';

/** Whether pending records can be folded to make room, were just folded for this write, or nobody folds. */
export type Folding = 'possible' | 'done' | 'none';

/**
 * The room that a document has for change records: 64 of them or 1 MB, before the pending ones have to be folded; a
 * single one may be larger. Where nobody folds, what the document holds.
 */
export class RecordRoom {
  /** What was offered and fitted. */
  readonly records: PendingRecord[] = [];
  /** How many were pending before. */
  readonly waiting: number;
  readonly #folding: Folding;
  #bytes: number;

  constructor(held: HeldDocument | undefined, folding: Folding) {
    this.waiting = held?.pendingCount ?? 0;
    this.#bytes = held?.pendingBytes ?? 0;
    this.#folding = folding;
  }

  /** True when no further record fits. */
  isTaken(): boolean {
    return !this.#isFree() && this.#count() >= MOST_RECORDS;
  }

  /** Takes the record of the change that made this state, where it left one, if both fit. */
  offer(record: PendingRecord | undefined, state: { readonly body: string }): Fit {
    const bytes = this.#bytes + (record?.bytes ?? 0);
    const isBounded = record !== undefined && this.#folding !== 'none' && !this.#isFree();
    if (isBounded && bytes > MOST_BYTES) return 'later';
    if (bytes + bytesOf(state.body) + INDEXED_BYTES > DOCUMENT_BYTES) {
      return this.records.length === 0 ? 'never' : 'later';
    }
    this.#bytes = bytes;
    if (record !== undefined) this.records.push(record);
    return 'fits';
  }

  /** The first record has room whatever its size, in an empty document or when all was done to empty it. */
  #isFree(): boolean {
    return this.records.length === 0 && (this.waiting === 0 || this.#folding === 'done');
  }

  #count(): number {
    return this.records.length + (this.#folding === 'none' ? 0 : this.waiting);
  }
}
