import type { Entity } from '../domain/entity.ts';
import { cellsOf } from '../domain/geo-cells.ts';
import type { Geometry } from '../domain/geometry/geometry.ts';
import { compilePoints } from '../domain/query/value-spans.ts';
import { scopeAndAbove } from '../domain/scope-levels.ts';
import { type FilterKey, pointText } from './filter-keys.ts';
import { SortedRanges } from './sorted-ranges.ts';

/** What stands under the keys of one kind that are about the same thing, such as the values of one Attribute. */
export interface Facet<T, Key extends FilterKey = FilterKey> {
  add(key: Key, item: T): void;
  remove(key: Key, item: T): void;
  /** How many stand there where this key would be found. */
  crowd(key: Key): number;
  /** How many there are in all. */
  size(): number;
  /** Calls back for each that stands under a key that the Entity has; for one of them more than once, perhaps. */
  visit(entity: Entity, visit: (item: T) => void): void;
}

/** The facet that a key belongs to, and the Attribute that an Entity must have to be found there; empty when none. */
export function facetName(key: FilterKey): { readonly attribute: string; readonly name: string } {
  switch (key.kind) {
    case 'point':
      return { attribute: key.path.names[0] ?? '', name: `point ${JSON.stringify(key.path)}` };
    case 'range':
      return { attribute: key.path.names[0] ?? '', name: `range ${key.of} ${JSON.stringify(key.path)}` };
    case 'cell':
    case 'present':
      return { attribute: key.attribute, name: key.kind };
    case 'scope':
    case 'idStart':
      return { attribute: '', name: key.kind };
  }
}

/** An empty facet for keys such as this one. */
export function createFacet<T>(key: FilterKey): Facet<T> {
  switch (key.kind) {
    case 'point':
      return pointFacet(key);
    case 'range':
      return rangeFacet(key);
    case 'cell':
      return cellFacet(key);
    case 'scope':
      return scopeFacet();
    case 'idStart':
      return idStartFacet();
    case 'present':
      return presentFacet();
  }
}

type KeyOf<Kind extends FilterKey['kind']> = Extract<FilterKey, { readonly kind: Kind }>;

/** Items by the text of their keys; `textsOf` gives the texts of an Entity, or undefined when it may have any. */
function mapFacet<T, Key extends FilterKey>(
  textOf: (key: Key) => string,
  textsOf: (entity: Entity) => Iterable<string> | undefined,
): Facet<T, Key> {
  const items = new Map<string, Set<T>>();
  let size = 0;
  return {
    add: (key, item) => {
      const text = textOf(key);
      const known = items.get(text) ?? new Set<T>();
      items.set(text, known);
      if (known.has(item)) return;
      known.add(item);
      size += 1;
    },
    remove: (key, item) => {
      const text = textOf(key);
      const known = items.get(text);
      if (!known?.delete(item)) return;
      if (known.size === 0) items.delete(text);
      size -= 1;
    },
    crowd: (key) => items.get(textOf(key))?.size ?? 0,
    size: () => size,
    visit: (entity, visit) => {
      const texts = textsOf(entity) ?? items.keys();
      for (const text of texts) for (const item of items.get(text) ?? []) visit(item);
    },
  };
}

function pointFacet<T>({ path }: KeyOf<'point'>): Facet<T, KeyOf<'point'>> {
  const pointsOf = compilePoints(path);
  return mapFacet(
    ({ text }) => text,
    (entity) => pointsOf(entity)?.map(pointText),
  );
}

function scopeFacet<T>(): Facet<T, KeyOf<'scope'>> {
  return mapFacet(
    ({ scope, below }) => (below ? `${scope}/#` : scope),
    ({ scopes }) => {
      const texts = new Set(scopes);
      for (const scope of scopes) for (const above of scopeAndAbove(scope)) texts.add(`${above}/#`);
      return texts;
    },
  );
}

/** Whoever looks here has the Attribute. */
function presentFacet<T>(): Facet<T, KeyOf<'present'>> {
  return mapFacet(
    () => '',
    () => [''],
  );
}

function cellFacet<T>({ attribute }: KeyOf<'cell'>): Facet<T, KeyOf<'cell'>> {
  return mapFacet(
    ({ cell }) => cell,
    ({ attributes }) => {
      const geometries = (attributes[attribute] ?? []).filter(({ kind }) => kind === 'GeoProperty');
      const found = geometries.map(({ value }) => cellsAbout(value as unknown as Geometry));
      return found.every((cells) => cells !== undefined) ? found.flat() : undefined;
    },
  );
}

/** A Point lies in the cells whose tokens its own begins with; undefined for what is larger, which may be in any. */
function cellsAbout(geometry: Geometry): readonly string[] | undefined {
  if (geometry.type !== 'Point') return undefined;
  const [cell = ''] = cellsOf(geometry);
  return Array.from({ length: cell.length + 1 }, (_, length) => cell.slice(0, length));
}

/** Looks up the beginnings of an id that are as long as some key. */
function idStartFacet<T>(): Facet<T, KeyOf<'idStart'>> {
  const lengths = new Map<number, number>();
  const count = ({ text }: KeyOf<'idStart'>, change: 1 | -1): void => {
    const left = (lengths.get(text.length) ?? 0) + change;
    if (left > 0) lengths.set(text.length, left);
    else lengths.delete(text.length);
  };
  const facet = mapFacet<T, KeyOf<'idStart'>>(
    ({ text }) => text,
    ({ id }) => [...lengths.keys()].map((length) => id.slice(0, length)),
  );
  return {
    ...facet,
    add: (key, item) => {
      count(key, 1);
      facet.add(key, item);
    },
    remove: (key, item) => {
      count(key, -1);
      facet.remove(key, item);
    },
  };
}

function rangeFacet<T>({ path, of }: KeyOf<'range'>): Facet<T, KeyOf<'range'>> {
  const pointsOf = compilePoints(path);
  const ranges = new SortedRanges<T>();
  return {
    add: (key, item) => ranges.add(key, item),
    remove: (key, item) => ranges.remove(key, item),
    crowd: () => ranges.size(),
    size: () => ranges.size(),
    visit: (entity, visit) => {
      const points = pointsOf(entity);
      if (points === undefined) return ranges.visitAll(visit);
      for (const { kind, at } of points) if (kind === of) ranges.visit(at, visit);
    },
  };
}
