import type { Entity, JsonObject, Micros } from '../domain/entity.ts';
import { createEmbedder } from '../domain/representation/embed-linked.ts';
import type { Join } from '../domain/representation/join.ts';
import {
  flattened,
  type LinkedEntities,
  walkLinkedEntities,
} from '../domain/representation/linked-entities.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';
import type { TenantStore } from '../store/store.ts';
import { supplyWalk } from '../store/supply-walk.ts';
import { type EntityView, showEntity } from './entity-view.ts';
import type { GatheringPlace } from './gathering-room.ts';

/** What Linked Entities are shown with. */
export interface LinkedScope {
  readonly store: Pick<TenantStore, 'getMany'>;
  readonly vocabulary: Vocabulary;
  readonly join: Join;
  readonly now: Micros;
  /** Where what is read is counted. */
  readonly place: Pick<GatheringPlace, 'take'>;
}

/**
 * The Entities as the view shows them, with those that they link to (clause 4.5.23): within their Relationships, or
 * behind all of them. What the projection leaves nothing of is left out.
 * @throws NgsiLdError TooManyResults; TooBusy; Unavailable.
 */
export async function showWithLinked(
  entities: readonly Entity[],
  view: EntityView,
  scope: LinkedScope,
): Promise<readonly JsonObject[]> {
  const { store, join, now, place } = scope;
  const walk = walkLinkedEntities(entities, { ...view, join, now });
  const linked = await supplyWalk(walk, store, place.take);
  return join.kind === 'inline'
    ? showInline(entities, linked, view, scope)
    : showFlat(entities, linked, view, scope);
}

/** Embedded Entities are no Features, also in GeoJSON (clause 5.2.6). */
function showInline(
  entities: readonly Entity[],
  linked: LinkedEntities,
  view: EntityView,
  { vocabulary, join, now }: LinkedScope,
): readonly JsonObject[] {
  const { projection, ...rest } = view;
  const embedded = { ...rest, isGeoJson: false };
  const embedInto = createEmbedder(linked, { ...view, join }, (entity, options) =>
    showEntity(entity, vocabulary, { ...embedded, ...options }, now),
  );
  return entities
    .map((entity) => showEntity(entity, vocabulary, { ...view, embed: embedInto(entity) }, now))
    .filter((shown) => shown !== undefined);
}

function showFlat(
  entities: readonly Entity[],
  linked: LinkedEntities,
  view: EntityView,
  { vocabulary, now }: LinkedScope,
): readonly JsonObject[] {
  const { projection, ...rest } = view;
  const linking = entities.map((entity) => ({ entity, projection }));
  return [...linking, ...flattened(linked)]
    .map(({ entity, projection: shown }) =>
      showEntity(entity, vocabulary, shown === undefined ? rest : { ...rest, projection: shown }, now),
    )
    .filter((shown) => shown !== undefined);
}
