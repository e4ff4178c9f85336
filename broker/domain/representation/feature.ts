import type { Attribute, Entity, Json, JsonObject } from '../entity.ts';
import { withoutExpired } from '../expiry.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type RepresentOptions, represent } from './represent.ts';

/** How an Entity is given as GeoJSON (clause 4.5.16). */
export interface FeatureOptions extends RepresentOptions {
  /** IRI of the GeoProperty that becomes the geometry; `location` unless said otherwise. */
  readonly geometryProperty?: string;
}

/** Where an Entity is, unless another GeoProperty is named. */
export const LOCATION = 'https://uri.etsi.org/ngsi-ld/location';

/**
 * The Entity as a GeoJSON Feature (clauses 4.5.16, 4.5.17): the geometry is there whatever the projection leaves, null
 * when the Entity has none. Undefined when the projection leaves nothing else.
 */
export function toFeature(
  entity: Entity,
  vocabulary: Vocabulary,
  options: FeatureOptions,
): JsonObject | undefined {
  const represented = represent(entity, vocabulary, options);
  if (represented === undefined) return undefined;
  return asFeature(represented, geometryOf(entity, options));
}

/** What `represent` gave, as a Feature: all but the id goes into its properties (clause 4.5.16.1). */
export function asFeature({ id, ...properties }: JsonObject, geometry: Json): JsonObject {
  return { ...(id !== undefined && { id }), type: 'Feature', geometry, properties };
}

/** Features as one GeoJSON document (clause 4.5.16). */
export function toFeatureCollection(features: readonly JsonObject[]): JsonObject {
  return { type: 'FeatureCollection', features };
}

/**
 * The geometry of an Entity as a Feature: of the instances, or of those of the datasets asked for, the default one or
 * the only one; null when there is neither (clause 4.5.16.1).
 */
export function geometryOf(entity: Entity, options: FeatureOptions): Json {
  const { geometryProperty = LOCATION, datasetIds, now } = options;
  const instances = withoutExpired(entity, now).attributes[geometryProperty] ?? [];
  const candidates =
    datasetIds === undefined
      ? instances
      : instances.filter(({ datasetId }) => datasetIds.has(datasetId ?? '@none'));
  const isDefault = ({ datasetId }: Attribute): boolean => datasetId === undefined;
  const only = candidates.length === 1 ? candidates[0] : undefined;
  const selected = candidates.find(isDefault) ?? only;
  return selected?.kind === 'GeoProperty' ? selected.value : null;
}
