/** A value in a q (clause 4.9). Times are micros: since 1970 for a dateTime or a date, since midnight for a time. */
export type Literal =
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'dateTime'; readonly text: string; readonly micros: number }
  | { readonly kind: 'date'; readonly text: string; readonly micros: number }
  | { readonly kind: 'time'; readonly text: string; readonly micros: number }
  /** `iri` is the text expanded by the @context, where `expandValues` names the Attribute or values keep it so. */
  | { readonly kind: 'string'; readonly text: string; readonly iri?: string };

/** What stands behind an operator. A pattern is a regular expression that has been checked. */
export type Operand =
  | { readonly kind: 'value'; readonly value: Literal }
  | { readonly kind: 'list'; readonly values: readonly Literal[] }
  | { readonly kind: 'range'; readonly from: Literal; readonly to: Literal }
  | { readonly kind: 'pattern'; readonly pattern: string };

/** The reserved members that may end a path; not Attributes, though they look like them. */
export const systemMembers = [
  'createdAt',
  'modifiedAt',
  'observedAt',
  'expiresAt',
  'datasetId',
  'unitCode',
] as const;
export type SystemMember = (typeof systemMembers)[number];

/** One step into a value: the member's name as written, and the IRI that a Property's value keeps it under. */
export interface MemberName {
  readonly name: string;
  /** Absent where `jsonKeys` says that the value is raw JSON. */
  readonly iri?: string;
}

/** The target element of a query term, from the Entity on (clause 4.9, production rule Attribute). */
export interface AttributePath {
  /** IRIs of an Attribute, its sub-Attribute and so on; empty for a system member of the Entity itself. */
  readonly names: readonly string[];
  /** The member at the end of a path such as `temperature.observedAt`. */
  readonly system?: SystemMember;
  /** The trailing path in brackets: into the value, or the language of a LanguageProperty (`*` for any). */
  readonly members?: readonly MemberName[];
  /** The rest of the path, on the Entities that the Relationship at the end of `names` points to. */
  readonly linked?: LinkedPath;
}

export interface LinkedPath {
  /** IRIs; when there are any, the linked Entity must have one of these types. */
  readonly types: readonly string[];
  readonly path: AttributePath;
}

/** The symbols of the operators table. */
export type OperatorSymbol = '==' | '!=' | '>' | '>=' | '<' | '<=' | '~=' | '!~=';

/** A parsed q (clause 4.9); plain data. */
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

/** The paths of all its terms. */
export function pathsOf(query: AttributeQuery): readonly AttributePath[] {
  return query.kind === 'all' || query.kind === 'any' ? query.of.flatMap(pathsOf) : [query.path];
}

/** True when some term is about an Attribute, not only about `createdAt` and its like (the rule against too wide queries). */
export function namesAttribute(query: AttributeQuery): boolean {
  if (query.kind === 'all' || query.kind === 'any') return query.of.some(namesAttribute);
  return query.path.names.length > 0;
}

/**
 * What an Entity alone can tell of a query: each term about linked Entities asks no more than that there is the
 * Relationship. Every Entity that meets the query meets this.
 */
export function withoutLinks(query: AttributeQuery): AttributeQuery {
  if (query.kind === 'all' || query.kind === 'any') return { ...query, of: query.of.map(withoutLinks) };
  if (query.path.linked === undefined) return query;
  return query.kind === 'absent'
    ? { kind: 'all', of: [] }
    : { kind: 'exists', path: { names: query.path.names } };
}

/** True when some term is about linked Entities (`rel{…}`), so that judging an Entity takes others. */
export function followsLinks(query: AttributeQuery): boolean {
  if (query.kind === 'all' || query.kind === 'any') return query.of.some(followsLinks);
  return query.path.linked !== undefined;
}
