import type { Entity } from '../../domain/entity.ts';
import type { Geometry } from '../../domain/geometry/geometry.ts';
import { scopeAndAbove } from '../../domain/scope-levels.ts';
import { keyOf, partsOf, prefixOf } from './keys.ts';

/** The cell tokens of a geometry, as broker/domain/query/condition.ts describes them. */
export type CellsOf = (geometry: Geometry) => readonly string[];

/** What an Entity can be found by, as values of its one indexed array. Each starts with the tenant. */
export const token = {
  /** Every Entity of the tenant. */
  any: (tenant: string) => keyOf(tenant, '*'),
  type: (tenant: string, type: string) => keyOf(tenant, 't', type),
  scope: (tenant: string, scope: string) => keyOf(tenant, 's', scope),
  /** This scope or one beneath it. */
  below: (tenant: string, scope: string) => keyOf(tenant, 'b', scope),
} as const;

/** The type that a token of the kind `any` or `type` tells; undefined for the former. */
export function typeOf(found: string): string | undefined {
  const [, kind, type] = partsOf(found, 3);
  return kind === 't' ? type : undefined;
}

/** What the tokens of all cells of this GeoProperty start with; the cell's own token follows. */
export function cellPrefix(tenant: string, attribute: string): string {
  return prefixOf(tenant, 'g', attribute);
}

/** All tokens of an Entity, each once. */
export function tokensOf(tenant: string, entity: Entity, cellsOf: CellsOf): readonly string[] {
  const tokens = new Set([token.any(tenant)]);
  for (const type of entity.types) tokens.add(token.type(tenant, type));
  for (const scope of entity.scopes) {
    tokens.add(token.scope(tenant, scope));
    for (const above of scopeAndAbove(scope)) tokens.add(token.below(tenant, above));
  }
  addCells(tokens, tenant, entity, cellsOf);
  return [...tokens];
}

function addCells(tokens: Set<string>, tenant: string, entity: Entity, cellsOf: CellsOf): void {
  for (const attribute of Object.keys(entity.attributes)) {
    for (const { kind, value } of entity.attributes[attribute] ?? []) {
      if (kind !== 'GeoProperty') continue;
      const prefix = cellPrefix(tenant, attribute);
      for (const cell of cellsOf(value as unknown as Geometry)) tokens.add(prefix + cell);
    }
  }
}
