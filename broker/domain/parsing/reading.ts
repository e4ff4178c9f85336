import type { AttributeFragment } from '../entity-input.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** What an operation allows in the Attributes that it takes (clauses 5.5.4, 5.5.8, 5.5.12). */
export interface ReadingMode {
  /**
   * Whether NGSI-LD Null may stand for an instance or a member, which it deletes, or in the place of a value alone, where
   * it records a deletion.
   */
  readonly nulls: 'refused' | 'delete' | 'record';
  /** Whether NGSI-LD Null may stand for a member inside an object value. */
  readonly valueNulls: 'refused' | 'delete';
  /** Whether an instance has to be complete, or may name some of its members. */
  readonly instances: 'complete' | 'partial';
  /** The mode of the sub-Attributes. */
  readonly subAttributes: ModeName;
}

export type ModeName = 'complete' | 'temporal' | 'update' | 'partial' | 'merge';

/** One entry for each way in which operations take Attributes. */
export const READING_MODES: Readonly<Record<ModeName, ReadingMode>> = {
  // Create, replace, append, upsert.
  complete: { nulls: 'refused', valueNulls: 'refused', instances: 'complete', subAttributes: 'complete' },
  // Temporal provision: instances of the past, those of deletions too (clauses 4.5.7, 5.5.4).
  temporal: { nulls: 'record', valueNulls: 'refused', instances: 'complete', subAttributes: 'complete' },
  // Update attributes: instances are replaced whole or deleted.
  update: { nulls: 'delete', valueNulls: 'refused', instances: 'complete', subAttributes: 'update' },
  // Partial attribute update: members of the first level are replaced or deleted.
  partial: { nulls: 'delete', valueNulls: 'refused', instances: 'partial', subAttributes: 'update' },
  // Merge: at every level.
  merge: { nulls: 'delete', valueNulls: 'delete', instances: 'partial', subAttributes: 'merge' },
};

/** What the readers of one body share. */
export interface Reading {
  readonly vocabulary: Vocabulary;
  readonly mode: ReadingMode;
  /** The simplified representation (clause 4.5.4) instead of normalized and concise. */
  readonly isSimplified?: boolean;
  /** The common language tag of a merge (clause 5.6.17). */
  readonly lang?: string;
}

/** An instance while its members are read. */
export type InstanceDraft = { -readonly [Member in keyof AttributeFragment]: AttributeFragment[Member] };
