import type { ChangeRecord, Haste } from '../outbox.ts';
import type { HeldDocument, PendingRecord } from './entity-document.ts';
import { notifiesSomebody, toChangeRecord } from './record-text.ts';

/** As much as a relay that keeps up leaves waiting. */
const MOST_RECORDS = 2000;
const MOST_BYTES = 8 * 1024 * 1024;
/** Enough for a step of the relay. */
const MANY = 100;
/** Half of what has room in a document. */
const MANY_OF_ONE = 32;

/** A write that left change records. */
export interface RecordedWrite {
  readonly tenant: string;
  readonly key: string;
  /** The document that it was made of. */
  readonly held: Pick<HeldDocument, 'oldest' | 'pendingCount'> | undefined;
  readonly records: readonly PendingRecord[];
}

/**
 * The change records that this process committed and did not fold yet, so that it need not read them: they stand in their
 * documents as well, until they were folded. Where these may have more that this process has to fold, it says so.
 */
export class RecentRecords {
  readonly #records = new Map<string, { readonly write: RecordedWrite; readonly record: PendingRecord }>();
  /** How many there are of an Entity. */
  readonly #counts = new Map<string, number>();
  #bytes = 0;
  #isWhole = true;
  /** Stamps of those that were found in their documents, and folded, before it was known here that they are committed. */
  readonly #early = new Set<string>();

  /** Remembers what was committed, as far as there is room. */
  add(write: RecordedWrite): void {
    if (!this.#isAllKnown(write)) this.#isWhole = false;
    for (const record of write.records) {
      if (this.#early.delete(record.stamp)) continue;
      if (this.#records.size >= MOST_RECORDS || this.#bytes + record.bytes > MOST_BYTES) {
        this.#isWhole = false;
        return;
      }
      this.#records.set(record.stamp, { write, record });
      this.#bytes += record.bytes;
      this.#count(write.key, 1);
    }
  }

  /** Forgets what was folded. */
  remove(records: readonly ChangeRecord[]): void {
    for (const { stamp } of records) {
      const known = this.#records.get(stamp);
      if (known === undefined) {
        this.#noteEarly(stamp);
        continue;
      }
      this.#records.delete(stamp);
      this.#bytes -= known.record.bytes;
      this.#count(known.write.key, -1);
    }
  }

  /** The first of them; undefined where the documents may have more. */
  first(limit: number): readonly ChangeRecord[] | undefined {
    if (!this.#isWhole) return undefined;
    const found: ChangeRecord[] = [];
    for (const { write, record } of this.#records.values()) {
      if (found.length === limit) break;
      found.push(toChangeRecord(write.tenant, record));
    }
    return found;
  }

  /** Whether it is better not to wait for more: somebody is to be notified, or there is much. */
  hasteOf(writes: readonly RecordedWrite[]): Haste {
    const isUrgent =
      this.#records.size >= MANY ||
      writes.some(({ key, records }) => this.#countOf(key) >= MANY_OF_ONE || records.some(notifiesSomebody));
    return isUrgent ? 'now' : 'soon';
  }

  /** There may be records in the documents that are not known here. */
  doubt(): void {
    this.#isWhole = false;
  }

  /** To be called before the documents are read: what they have then need not be known here. */
  trust(): void {
    this.#isWhole = true;
  }

  /** False where others' records stand before those of the write: they are folded first. */
  #isAllKnown({ key, held }: RecordedWrite): boolean {
    if (held?.oldest === undefined) return true;
    return this.#records.has(held.oldest) && (held.pendingCount ?? 0) <= this.#countOf(key);
  }

  #noteEarly(stamp: string): void {
    this.#early.add(stamp);
    if (this.#early.size <= MOST_RECORDS) return;
    for (const oldest of this.#early) {
      this.#early.delete(oldest);
      return;
    }
  }

  #countOf(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #count(key: string, more: number): void {
    const count = this.#countOf(key) + more;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}
