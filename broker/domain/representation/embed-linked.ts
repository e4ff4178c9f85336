import type { Entity, JsonObject } from '../entity.ts';
import { type LinkedEntities, requireFewLinked, type WalkOptions } from './linked-entities.ts';
import type { Projection } from './projection.ts';
import type { RepresentOptions } from './represent.ts';

/** How one Linked Entity is shown; undefined when nothing of it is. */
export type ShowLinked = (
  entity: Entity,
  options: Pick<RepresentOptions, 'projection' | 'embed'>,
) => JsonObject | undefined;

/** Gives what an Entity is to be represented with. */
export type Embedder = (entity: Entity) => RepresentOptions['embed'] & object;

/**
 * Embeds Linked Entities into the Relationships that lead to them, `join.level` deep, never one into itself (clause
 * 4.5.23.2). One embedder is for all Entities of an answer.
 * @throws NgsiLdError TooManyResults, while an Entity is represented.
 */
export function createEmbedder(
  { byId }: Pick<LinkedEntities, 'byId'>,
  { join, projection: ofAll }: Pick<WalkOptions, 'join' | 'projection'>,
  show: ShowLinked,
): Embedder {
  let count = 0;
  const embedInto =
    (projection: Projection | undefined, within: readonly string[]) => (relationship: string) => {
      const behind = projection?.linked?.get(relationship);
      return (uri: string): JsonObject | undefined => {
        const entity = within.includes(uri) || join.containedBy.has(uri) ? undefined : byId.get(uri);
        if (entity === undefined) return undefined;
        count += 1;
        requireFewLinked(count);
        return show(entity, {
          ...(behind !== undefined && { projection: behind }),
          ...(within.length < join.level && { embed: embedInto(behind, [...within, uri]) }),
        });
      };
    };
  return ({ id }) => embedInto(ofAll, [id]);
}
