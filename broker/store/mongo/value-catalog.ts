import type { Micros } from '../../domain/entity.ts';
import type { Subject } from './value-subject.ts';

/** An index of Entities of one type. */
export interface ValueIndex {
  readonly subject: Subject;
  /** The generation that it came with: its name. */
  readonly since: string;
  /** True when the Entities from before it have been brought to it: a hint that reading through it is worth while. */
  readonly isReady: boolean;
  /** About when a query last went through it, to the hour. */
  readonly usedAt: Micros;
}

/**
 * Which values of the Entities of a type are indexed. A generation says for good which indexes there were: each that
 * comes or goes makes another, a write stamp, so that no two processes ever mean different things by one.
 */
export interface ValueCatalog {
  /** Empty before the first index. */
  readonly generation: string;
  readonly indexes: readonly ValueIndex[];
  /** Until when one of the processes has taken the building upon itself. */
  readonly buildingUntil: Micros;
}

export const noCatalog: ValueCatalog = { generation: '', indexes: [], buildingUntil: 0 };

/** What makes a catalog of the one before it; `generation` is greater than any that was. */
export type CatalogChange = (catalog: ValueCatalog, generation: string) => ValueCatalog;

/** Adds an index, unless there is one or there are as many as there may be. */
export function adding(subject: Subject, most: number, usedAt: Micros): CatalogChange {
  return (catalog, generation) => {
    if (catalog.indexes.length >= most || indexOf(catalog, subject)) return catalog;
    const index: ValueIndex = { subject, since: generation, isReady: false, usedAt };
    return { ...catalog, generation, indexes: [...catalog.indexes, index] };
  };
}

/** Takes away the indexes that nobody has used since. */
export function droppingUnused(since: Micros): CatalogChange {
  return (catalog, generation) => {
    const indexes = catalog.indexes.filter(({ usedAt }) => usedAt >= since);
    return indexes.length === catalog.indexes.length ? catalog : { ...catalog, generation, indexes };
  };
}

/** Notes when indexes were used, by their names. */
export function noting(uses: ReadonlyMap<string, Micros>): CatalogChange {
  return (catalog) => ({
    ...catalog,
    indexes: catalog.indexes.map((index) => ({
      ...index,
      usedAt: Math.max(index.usedAt, uses.get(index.since) ?? 0),
    })),
  });
}

/** Takes the building, when nobody else has it; `ours` is the time until which the process that asks had it. */
export function claiming(ours: Micros, now: Micros, until: Micros): CatalogChange {
  return (catalog) =>
    catalog.buildingUntil > now && catalog.buildingUntil !== ours
      ? catalog
      : { ...catalog, buildingUntil: until };
}

/** Notes that the indexes up to a generation have been built. */
export function finishing(built: string): CatalogChange {
  return (catalog) => ({
    ...catalog,
    buildingUntil: 0,
    indexes: catalog.indexes.map((index) => (index.since <= built ? { ...index, isReady: true } : index)),
  });
}

/** The index, ready or not. */
export function indexOf({ indexes }: ValueCatalog, subject: Subject): ValueIndex | undefined {
  if (indexes.length === 0) return undefined;
  const name = nameOf(subject);
  return indexes.find((index) => nameOf(index.subject) === name);
}

/** The same text for the same subject. */
export function nameOf({ of, path }: Subject): string {
  return JSON.stringify([of, path]);
}
