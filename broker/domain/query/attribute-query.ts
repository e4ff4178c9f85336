/** A value in a q (clause 4.9). Times are micros: since 1970 for a dateTime or a date, since midnight for a time. */
export type Literal =
  | { readonly kind: 'number'; readonly value: number | string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'dateTime'; readonly text: string; readonly micros: number }
  | { readonly kind: 'date'; readonly text: string; readonly micros: number }
  | { readonly kind: 'time'; readonly text: string; readonly micros: number }
  /** `iri` is the text expanded by the @context, where `expandValues` names the Attribute. */
  | { readonly kind: 'string'; readonly text: string; readonly iri?: string };

/** What stands behind an operator. A pattern is a regular expression that has been checked. */
export type Operand =
  | { readonly kind: 'value'; readonly value: Literal }
  | { readonly kind: 'list'; readonly values: readonly Literal[] }
  | { readonly kind: 'range'; readonly from: Literal; readonly to: Literal }
  | { readonly kind: 'pattern'; readonly pattern: string };

/** The system-generated or reserved members that may end a path. */
export type SystemMember = 'createdAt' | 'modifiedAt' | 'observedAt' | 'expiresAt' | 'datasetId' | 'unitCode';

/** The target element of a query term, from the Entity on (clause 4.9, production rule Attribute). */
export interface AttributePath {
  /** IRIs of an Attribute, its sub-Attribute and so on; empty for a system member of the Entity itself. */
  readonly names: readonly string[];
  /** The member at the end of a path such as `temperature.observedAt`. */
  readonly system?: SystemMember;
  /** The trailing path in brackets, into the value: each member as written and as the IRI under which it may be kept. */
  readonly members?: readonly { readonly name: string; readonly iri?: string }[];
  /** The rest of the path holds on Entities that the Relationship at the end of `names` points to. */
  readonly linked?: { readonly types: readonly string[]; readonly path: AttributePath };
}

/** The symbols of the operators table. */
export type OperatorSymbol = '==' | '!=' | '>' | '>=' | '<' | '<=' | '~=' | '!~=';

/** A parsed q (clause 4.9). */
export type AttributeQuery =
  | { readonly kind: 'all'; readonly of: readonly AttributeQuery[] }
  | { readonly kind: 'any'; readonly of: readonly AttributeQuery[] }
  | { readonly kind: 'exists'; readonly path: AttributePath }
  | { readonly kind: 'absent'; readonly path: AttributePath }
  | {
      readonly kind: 'comparison';
      readonly path: AttributePath;
      readonly operator: OperatorSymbol;
      readonly operand: Operand;
    };
