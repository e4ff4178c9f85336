import type { Collection } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { DocumentChanges, DocumentFeed, DocumentRow } from '../documents.ts';
import { toRow } from './document-row.ts';
import { earliestAround, newestStamp, type RevisionParts, SKEW, stampsAround } from './revisions.ts';
import type { StoredDocument } from './stored-document.ts';

/**
 * How long one look is trusted to lead to the next. Far less than tombstones are kept, which tell of removals; and a
 * write that came far too late, by a process that was held up in its midst, is seen after this at last.
 */
const TRUSTED: Micros = 600_000_000;
/** Documents read at a time: what they hold is parsed between two turns of the event loop. */
const BATCH = 500;

const nothing: DocumentChanges = { present: [], gone: [], isWhole: false };

/**
 * Follows a kind by its write stamps. They are unique, so whatever was not met among those around the newest is a write
 * not told of yet; a removal leaves a tombstone with one. A look at rest reads one entry of the index.
 */
export class MongoDocumentFeed implements DocumentFeed {
  readonly #parts: RevisionParts;
  readonly #kind: string;
  /** The stamps around the newest that were told of; undefined before the first look. */
  #told: ReadonlySet<string> | undefined;
  #newest = '';
  /** When the newest was first met, and when everything was last read, by this process's clock. */
  #newestSince: Micros = 0;
  #wholeAt: Micros = 0;

  constructor(kind: string, parts: RevisionParts) {
    this.#kind = kind;
    this.#parts = parts;
  }

  async next(): Promise<DocumentChanges> {
    const now = this.#parts.now();
    const newest = (await newestStamp(this.#parts, this.#kind)) ?? '';
    if (!this.#told || now - this.#wholeAt > TRUSTED) return this.#whole(newest, now);
    // Nothing can come in any more around a newest stamp that is old.
    if (newest === this.#newest && now - this.#newestSince > 2 * SKEW) return nothing;
    const told = this.#told;
    const around = await this.#around(this.#newest);
    const unseen = around.filter((stamp) => !told.has(stamp));
    const changes = unseen.length === 0 ? nothing : await this.#read(unseen);
    this.#remember(newest, around, now);
    return changes;
  }

  /** What is written while the list is read has a stamp that was not among these. */
  async #whole(newest: string, now: Micros): Promise<DocumentChanges> {
    const around = await this.#around(newest);
    const present = await readAll(this.#parts.collection, this.#kind);
    this.#remember(newest, around, now);
    this.#wholeAt = now;
    return { present, gone: [], isWhole: true };
  }

  #around(stamp: string): Promise<readonly string[]> {
    return stampsAround(this.#parts.collection, this.#kind, stamp);
  }

  /** A document that was written again meanwhile is not found by its stamp: the next look meets the newer one. */
  async #read(stamps: readonly string[]): Promise<DocumentChanges> {
    const present: DocumentRow[] = [];
    const gone: { tenant: string; id: string }[] = [];
    for (let start = 0; start < stamps.length; start += BATCH) {
      const version = { $in: stamps.slice(start, start + BATCH) };
      for (const found of await this.#parts.collection.find({ kind: this.#kind, version }).toArray()) {
        const row = toRow(found);
        if (found.body === undefined) gone.push({ tenant: row.tenant, id: row.id });
        else present.push(row);
      }
    }
    return { present, gone, isWhole: false };
  }

  #remember(newest: string, around: readonly string[], now: Micros): void {
    if (newest !== this.#newest) this.#newestSince = now;
    this.#newest = newest;
    const earliest = earliestAround(newest);
    this.#told = new Set(around.filter((stamp) => stamp > earliest));
  }
}

async function readAll(
  collection: Collection<StoredDocument>,
  kind: string,
): Promise<readonly DocumentRow[]> {
  const rows: DocumentRow[] = [];
  const cursor = collection.find({ kind, body: { $exists: true } }).sort({ created: 1 });
  for await (const found of cursor.batchSize(BATCH)) rows.push(toRow(found));
  return rows;
}
