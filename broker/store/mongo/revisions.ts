import { createHash } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import { momentOf } from './stamps.ts';
import type { StoredDocument } from './stored-document.ts';

type Version = Pick<StoredDocument, 'version'>;

/** How far the clocks of processes may be apart. */
const SKEW: Micros = 60_000_000;

/**
 * The revision of a kind of documents, from the documents themselves, so that it moves with each write atomically: the
 * newest write stamp, and a digest of those shortly before, because a process whose clock is behind may write after
 * one whose clock is ahead.
 */
export class Revisions {
  readonly #collection: Collection<StoredDocument>;
  readonly #now: () => Micros;
  /** By kind: revisions to which no write can be added any more that leaves the newest stamp as it is. */
  readonly #settled = new Map<string, { readonly newest: string; readonly revision: string }>();

  constructor(collection: Collection<StoredDocument>, now: () => Micros) {
    this.#collection = collection;
    this.#now = now;
  }

  async of(kind: string): Promise<string> {
    const [last] = await this.#versions({ kind }, 1);
    if (!last) return '';
    const newest = last.version;
    const settled = this.#settled.get(kind);
    if (settled?.newest === newest) return settled.revision;
    const earliest = (momentOf(newest) - SKEW).toString(16).padStart(newest.indexOf('-'), '0');
    const recent = await this.#versions({ kind, version: { $gt: earliest } }, 0);
    const digest = createHash('sha256').update(recent.map(({ version }) => version).join());
    const revision = `${newest}.${digest.digest('base64url')}`;
    if (this.#now() > momentOf(newest) + 2 * SKEW) this.#settled.set(kind, { newest, revision });
    return revision;
  }

  #versions(filter: object, limit: number): Promise<readonly Version[]> {
    return this.#collection
      .find(filter)
      .sort({ version: -1 })
      .limit(limit)
      .project<Version>({ _id: 0, version: 1 })
      .toArray();
  }
}
