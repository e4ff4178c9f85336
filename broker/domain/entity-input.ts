import type { Attribute, AttributeKind, Json, Micros } from './entity.ts';

/** One complete Attribute instance as a client gave it, expanded and checked; the system times come with the change. */
export interface AttributeInput extends Omit<Attribute, 'createdAt' | 'modifiedAt' | 'subAttributes'> {
  readonly subAttributes?: AttributesInput;
}

/** Attribute IRI → its instances: at least one, datasetIds distinct. */
export interface AttributesInput {
  readonly [name: string]: readonly AttributeInput[];
}

/** A whole Entity for create, replace and upsert (clauses 5.6.1, 5.6.18, 5.6.8). */
export interface EntityInput {
  readonly id: string;
  readonly types: readonly string[];
  /** Absent when the body names none. */
  readonly scopes?: readonly string[];
  readonly expiresAt?: Micros;
  readonly attributes: AttributesInput;
}

/** What append attributes takes (clause 5.6.3); every EntityInput is one as well. */
export interface AppendFragment {
  readonly types?: readonly string[];
  readonly scopes?: readonly string[];
  readonly expiresAt?: Micros;
  readonly attributes: AttributesInput;
}

/** NGSI-LD Null in the place of an instance (clause 4.5.0): remove the one with this datasetId. */
export interface AttributeDeletion {
  readonly deleted: true;
  /** Absent for the default instance. */
  readonly datasetId?: string;
}

/** What update attributes takes (clause 5.6.2): complete instances and deletions. `null` removes a member. */
export interface UpdateFragment {
  readonly types?: readonly string[];
  readonly scopes?: readonly string[] | null;
  readonly expiresAt?: Micros | null;
  readonly attributes: { readonly [name: string]: readonly (AttributeInput | AttributeDeletion)[] };
}

/**
 * Some members of an Attribute instance, for partial update and merge (clauses 5.5.8, 5.5.12). A member that is absent
 * stays as it is, `null` removes it.
 */
export interface AttributeFragment {
  readonly deleted?: undefined;
  /** Absent when the fragment does not tell it. */
  readonly kind?: AttributeKind;
  /** As in `Attribute`; inside objects NGSI-LD Null removes a member when it is merged. */
  readonly value?: Json;
  /**
   * Instead of `kind` and `value` in a simplified representation: reads the value as the kind that the Attribute has.
   * @throws NgsiLdError BadRequestData when it is no value of that kind.
   */
  readonly valueAs?: (kind: AttributeKind) => Json;
  readonly datasetId?: string;
  readonly observedAt?: Micros | null;
  readonly unitCode?: string | null;
  readonly valueType?: string | null;
  readonly objectType?: string | readonly string[] | null;
  readonly expiresAt?: Micros | null;
  readonly ngsildproof?: Json;
  readonly entityIdSealed?: string | null;
  readonly entityTypeSealed?: string | null;
  readonly subAttributes?: AttributesFragment;
  /**
   * Beside a `value` of nothing but removals, in the concise representation: the same as sub-Attributes. Which of the
   * two a name means, only the Attribute can tell.
   */
  readonly removals?: AttributesFragment;
}

/** Attribute IRI → what to do to its instances. */
export interface AttributesFragment {
  readonly [name: string]: readonly (AttributeFragment | AttributeDeletion)[];
}

/** What merge takes (clause 5.6.17). */
export interface MergeFragment {
  readonly types?: readonly string[];
  readonly scopes?: readonly string[] | null;
  readonly expiresAt?: Micros | null;
  readonly attributes: AttributesFragment;
}
