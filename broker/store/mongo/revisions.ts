import { createHash } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import { momentOf, type StampSource } from './stamps.ts';
import type { StoredDocument } from './stored-document.ts';

/**
 * How much earlier than the newest write stamp one may be that becomes visible later: a process takes its stamp before
 * it writes, and its clock may be behind those of others whose writes it has not seen.
 */
export const SKEW: Micros = 60_000_000;

export interface RevisionParts {
  readonly collection: Collection<StoredDocument>;
  readonly stamps: StampSource;
  readonly now: () => Micros;
}

/**
 * The newest write stamp of a kind of documents, if there is any; the stamps of this process are greater from then on.
 * So who looks regularly writes behind what he has seen, however wrong his clock is.
 */
export async function newestStamp(
  { collection, stamps }: Pick<RevisionParts, 'collection' | 'stamps'>,
  kind: string,
): Promise<string | undefined> {
  const [newest] = await stampsOf(collection, { kind }, 1);
  if (newest !== undefined) stamps.witness(newest);
  return newest;
}

/** The write stamps of a kind that are not much earlier than that one, newest first. */
export function stampsAround(
  collection: Collection<StoredDocument>,
  kind: string,
  stamp: string,
): Promise<readonly string[]> {
  return stampsOf(collection, { kind, version: { $gt: earliestAround(stamp) } }, 0);
}

/** The text that sorts before all stamps that are not much earlier than that one; before all where there is none. */
export function earliestAround(stamp: string): string {
  if (stamp === '') return '';
  return Math.max(0, momentOf(stamp) - SKEW)
    .toString(16)
    .padStart(stamp.indexOf('-'), '0');
}

async function stampsOf(
  collection: Collection<StoredDocument>,
  filter: object,
  limit: number,
): Promise<readonly string[]> {
  const found = await collection
    .find(filter)
    .sort({ version: -1 })
    .limit(limit)
    .project<Pick<StoredDocument, 'version'>>({ _id: 0, version: 1 })
    .toArray();
  return found.map(({ version }) => version);
}

/**
 * The revision of a kind of documents, from the documents themselves, so that it moves with each write atomically: the
 * newest write stamp, and a digest of those shortly before.
 */
export class Revisions {
  readonly #parts: RevisionParts;
  /** By kind: revisions to which no write can be added any more that leaves the newest stamp as it is. */
  readonly #settled = new Map<string, { readonly newest: string; readonly revision: string }>();

  constructor(parts: RevisionParts) {
    this.#parts = parts;
  }

  async of(kind: string): Promise<string> {
    const newest = await newestStamp(this.#parts, kind);
    if (newest === undefined) return '';
    const settled = this.#settled.get(kind);
    if (settled?.newest === newest) return settled.revision;
    const recent = await stampsAround(this.#parts.collection, kind, newest);
    const digest = createHash('sha256').update(recent.join());
    const revision = `${newest}.${digest.digest('base64url')}`;
    if (this.#parts.now() > momentOf(newest) + 2 * SKEW) this.#settled.set(kind, { newest, revision });
    return revision;
  }
}
