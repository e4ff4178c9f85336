import type { Entity } from '../../domain/entity.ts';
import type { Geometry } from '../../domain/geometry/geometry.ts';
import { scopeAndAbove } from '../../domain/scope-levels.ts';

/** What a token is made with. */
export interface TokenParts {
  /** The number of an IRI. */
  readonly numberOf: (iri: string) => number;
  readonly cellsOf: (geometry: Geometry) => readonly string[];
}

/** The Entity has the type with this number. */
export function typeToken(type: number): string {
  return `t${type}`;
}

/** The Entity has exactly this scope. */
export function scopeToken(scope: string): string {
  return `s${scope}`;
}

/** The Entity has this scope or one beneath it. */
export function belowToken(scope: string): string {
  return `b${scope}`;
}

/** A geometry of the Attribute with this number lies in the cell; tokens of inner cells start with it. */
export function cellToken(attribute: number, cell: string): string {
  return `c${attribute}:${cell}`;
}

/** The tokens to take away and to add when `before` becomes `after`; what is the same object in both costs nothing. */
export function tokenChanges(
  before: Entity | undefined,
  after: Entity | undefined,
  parts: TokenParts,
): { readonly removed: Iterable<string>; readonly added: Iterable<string> } {
  const had = new Set<string>();
  const has = new Set<string>();
  if (before?.types !== after?.types) {
    addTypes(had, before, parts);
    addTypes(has, after, parts);
  }
  if (before?.scopes !== after?.scopes) {
    addScopes(had, before);
    addScopes(has, after);
  }
  addCells(had, before, after, parts);
  addCells(has, after, before, parts);
  for (const token of had) {
    if (has.delete(token)) had.delete(token);
  }
  return { removed: had, added: has };
}

function addTypes(tokens: Set<string>, entity: Entity | undefined, { numberOf }: TokenParts): void {
  for (const type of entity?.types ?? []) tokens.add(typeToken(numberOf(type)));
}

function addScopes(tokens: Set<string>, entity: Entity | undefined): void {
  for (const scope of entity?.scopes ?? []) {
    tokens.add(scopeToken(scope));
    for (const above of scopeAndAbove(scope)) tokens.add(belowToken(above));
  }
}

/** Cells of the GeoProperties of `entity` that are not the same object in `other`. */
function addCells(
  tokens: Set<string>,
  entity: Entity | undefined,
  other: Entity | undefined,
  { numberOf, cellsOf }: TokenParts,
): void {
  const attributes = entity?.attributes;
  for (const name in attributes) {
    const instances = attributes[name];
    if (instances === undefined || instances === other?.attributes[name]) continue;
    for (const { kind, value } of instances) {
      if (kind !== 'GeoProperty') continue;
      for (const cell of cellsOf(value as unknown as Geometry)) tokens.add(cellToken(numberOf(name), cell));
    }
  }
}
