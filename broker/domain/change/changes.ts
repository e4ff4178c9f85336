import type { Attribute, Entity } from '../entity.ts';

/** One Attribute instance that a write touched. `before` is absent for created, `after` for deleted. */
export interface AttributeChange {
  /** IRI of the Attribute. */
  readonly attribute: string;
  readonly datasetId?: string;
  readonly kind: 'created' | 'updated' | 'deleted';
  readonly before?: Attribute;
  readonly after?: Attribute;
  /** Set where it was written and stayed equal in every member: notifies, where that is wanted, and is no history. */
  readonly unchanged?: true;
}

/**
 * What a write does to one Entity: drives history, notification triggers, showChanges and counters alike.
 * A write that leaves the Entity equal in every member makes no Change at all.
 */
export interface Change {
  readonly kind: 'created' | 'updated' | 'deleted';
  /** The Entity as it is after the change; absent when it was deleted. */
  readonly entity?: Entity;
  /** The Entity as it was; absent when it was created. */
  readonly before?: Entity;
  readonly attributes: readonly AttributeChange[];
  /** True when the type list or the scopes differ from before. */
  readonly typesChanged: boolean;
  readonly scopesChanged: boolean;
}
