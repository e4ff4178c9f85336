import type { Entity, JsonObject, Micros } from '../domain/entity.ts';
import { toFeature } from '../domain/representation/feature.ts';
import { type RepresentOptions, represent } from '../domain/representation/represent.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';

/** How Entities are shown to a client (clauses 6.3.7, 6.3.11, 6.3.15). */
export interface EntityView extends Omit<RepresentOptions, 'now'> {
  readonly isGeoJson: boolean;
  /** IRI of the GeoProperty that becomes the geometry of a Feature; `location` when absent. */
  readonly geometryProperty?: string;
}

/** The Entity as the view shows it; undefined when its projection leaves nothing. */
export function showEntity(
  entity: Entity,
  vocabulary: Vocabulary,
  view: EntityView,
  now: Micros,
): JsonObject | undefined {
  const options = { ...view, now };
  return view.isGeoJson ? toFeature(entity, vocabulary, options) : represent(entity, vocabulary, options);
}
