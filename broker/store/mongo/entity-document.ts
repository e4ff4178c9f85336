import type { Micros } from '../../domain/entity.ts';

/** A change record inside its Entity's document, until it is folded. */
export interface PendingRecord {
  readonly stamp: string;
  readonly bytes: number;
  readonly record: string;
}

/** An Entity and what was done to it lately; also the tombstone of a deleted one. */
export interface EntityDocument {
  /** Tenant and id: the shard key. */
  readonly _id: string;
  /** Stamp of the last write: with `oldest` what compare-and-set compares. */
  readonly version: string;
  /** See `withWriter`. */
  readonly writers: readonly string[];
  /** When the Entity expires; Infinity when it does not, 0 on a tombstone. All reads ask for a time after theirs. */
  readonly visibleUntil: Micros;
  /** The same where it does expire: what finds those that have, to take them away. */
  readonly expiresAt?: Micros;
  /** Absent on a tombstone, as are `tokens`, `values`, `shape` and `sequence`. */
  readonly body?: string;
  readonly tokens?: readonly string[];
  /** Marks and keys of the value indexes: see value-keys.ts. */
  readonly values?: readonly string[];
  /** Key of the types and Attributes that it has: see `Shape`. */
  readonly shape?: string;
  /** Place in the creation order. */
  readonly sequence?: string;
  /** When it was deleted; only on a tombstone. */
  readonly deletedAt?: Micros;
  /** Stamp of the first pending record; absent when there is none, as are the next three. */
  readonly oldest?: string;
  readonly pending?: readonly PendingRecord[];
  readonly pendingCount?: number;
  readonly pendingBytes?: number;
}

/** The document as it is read to be changed: without the pending records, which are only ever appended to. */
export type HeldDocument = Omit<EntityDocument, 'pending' | 'tokens' | 'values' | 'shape'>;

export const heldProjection = { pending: 0, tokens: 0, values: 0, shape: 0 } as const;
