import type { Entity } from '../domain/entity.ts';
import { createFacet, type Facet, facetName } from './filter-facets.ts';
import type { FilterChoice, FilterKey } from './filter-keys.ts';

const NOWHERE: FilterChoice = [];

/**
 * A set whose items say what an Entity must have, so that one Entity is shown to those alone that it may concern. Each
 * item stands under the one of its choices that has least company.
 */
export class FilteredSet<T> {
  /** Every item, and the keys under which it stands; none when it is to be shown every Entity. */
  readonly #keys = new Map<T, FilterChoice>();
  readonly #everything = new Set<T>();
  /** Facets by the Attribute that an Entity must have, then by name. */
  readonly #facets = new Map<string, Map<string, Facet<T>>>();

  add(item: T, choices: readonly FilterChoice[]): void {
    if (this.#keys.has(item)) return;
    const keys = this.#leastCrowded(choices);
    this.#keys.set(item, keys);
    if (keys.length === 0) this.#everything.add(item);
    for (const key of keys) this.#facetOf(key).add(key, item);
  }

  delete(item: T): void {
    for (const key of this.#keys.get(item) ?? []) this.#takeOut(key, item);
    this.#keys.delete(item);
    this.#everything.delete(item);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Calls back for every item that the Entity may concern, for one of them perhaps more than once. */
  visit(entity: Entity, visit: (item: T) => void): void {
    for (const item of this.#everything) visit(item);
    if (this.#facets.size === 0) return;
    this.#visitFacets('', entity, visit);
    for (const attribute in entity.attributes) this.#visitFacets(attribute, entity, visit);
  }

  #visitFacets(attribute: string, entity: Entity, visit: (item: T) => void): void {
    const facets = this.#facets.get(attribute);
    if (facets) for (const facet of facets.values()) facet.visit(entity, visit);
  }

  #leastCrowded(choices: readonly FilterChoice[]): FilterChoice {
    let best = NOWHERE;
    let least = Number.POSITIVE_INFINITY;
    for (const choice of choices) {
      const crowd = choice.reduce((sum, key) => sum + (this.#find(key)?.crowd(key) ?? 0), 0);
      if (crowd >= least) continue;
      best = choice;
      least = crowd;
    }
    return best;
  }

  #find(key: FilterKey): Facet<T> | undefined {
    const { attribute, name } = facetName(key);
    return this.#facets.get(attribute)?.get(name);
  }

  #facetOf(key: FilterKey): Facet<T> {
    const { attribute, name } = facetName(key);
    const facets = this.#facets.get(attribute) ?? new Map<string, Facet<T>>();
    this.#facets.set(attribute, facets);
    const facet = facets.get(name) ?? createFacet<T>(key);
    facets.set(name, facet);
    return facet;
  }

  #takeOut(key: FilterKey, item: T): void {
    const { attribute, name } = facetName(key);
    const facets = this.#facets.get(attribute);
    const facet = facets?.get(name);
    if (!facets || !facet) return;
    facet.remove(key, item);
    if (facet.size() === 0) facets.delete(name);
    if (facets.size === 0) this.#facets.delete(attribute);
  }
}
