import type { Entity } from '../entity.ts';
import { NgsiLdError } from '../errors.ts';

/** Steps that the comparisons for one Entity may take, of about twenty nanoseconds: a tenth of a second or two. */
const MOST_STEPS = 6_000_000;

let left = Number.POSITIVE_INFINITY;

/**
 * Compares the geometries of an Entity with that of a query, within bounds: edges that nearly all cross, or are all about
 * as far from each other, have to be taken each with each.
 * @throws NgsiLdError TooComplexQuery that names the Entity, when it takes too many steps
 */
export function withinBounds<T>({ id }: Pick<Entity, 'id'>, work: () => T, steps = MOST_STEPS): T {
  left = steps;
  try {
    return work();
  } catch (error) {
    if (error !== exhausted) throw error;
    throw new NgsiLdError(
      'TooComplexQuery',
      `the geometry of the query and one of ${id} have too many edges that cross or lie side by side to be compared: write either with fewer positions, or leave ${id} out of what is asked for`,
    );
  } finally {
    left = Number.POSITIVE_INFINITY;
  }
}

/** Counts steps of the work under way; ends it when they are too many. */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw exhausted;
}

const exhausted = new Error('A comparison of geometries takes too many steps');
