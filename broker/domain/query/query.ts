import type { AttributeQuery } from './attribute-query.ts';
import type { GeoQuery } from './geo-query.ts';
import type { Pattern } from './pattern.ts';
import type { ScopeQuery } from './scope-query.ts';
import type { TypeSelection } from './type-selection.ts';

/** Which Entities are meant, by id and type (clause 5.2.33 EntitySelector, and `id`, `idPattern`, `type` of a GET). */
export interface EntitySelector {
  /** URIs, at least one. Together with `idPattern` both must hold. */
  readonly ids?: readonly string[];
  readonly idPattern?: Pattern;
  readonly types?: TypeSelection;
}

/**
 * The one query (clause 5.7.2): what Entities must meet, all names expanded, all texts parsed. An absent member
 * demands nothing. Plain data: it can be stored as JSON and compiled again.
 */
export interface EntityQuery {
  /** At least one of them must hold. */
  readonly selectors?: readonly EntitySelector[];
  /** IRIs; the Entity must have at least one of these Attributes. */
  readonly attributes?: readonly string[];
  readonly q?: AttributeQuery;
  readonly geoQ?: GeoQuery;
  readonly scopeQ?: ScopeQuery;
}
