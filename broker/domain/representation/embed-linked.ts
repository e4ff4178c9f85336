import type { Entity, JsonObject } from '../entity.ts';
import { weightOfJson } from '../weight.ts';
import {
  type LinkedEntities,
  requireFewLinked,
  requireLightLinked,
  type WalkOptions,
} from './linked-entities.ts';
import type { Projection } from './projection.ts';
import type { RepresentOptions } from './represent.ts';

/** How one Linked Entity is shown; undefined when nothing of it is. */
export type ShowLinked = (
  entity: Entity,
  options: Pick<RepresentOptions, 'projection' | 'embed'>,
) => JsonObject | undefined;

/** Gives what an Entity is to be represented with. */
export type Embedder = (entity: Entity) => RepresentOptions['embed'] & object;

/** Linked Entities that can be embedded however large they are. */
const FEW = 50;

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
  const bounded = boundedEmbedding();
  const embedInto =
    (projection: Projection | undefined, within: readonly string[]) => (relationship: string) => {
      const behind = projection?.linked?.get(relationship);
      return (uri: string): JsonObject | undefined => {
        const entity = within.includes(uri) || join.containedBy.has(uri) ? undefined : byId.get(uri);
        if (entity === undefined) return undefined;
        const options = {
          ...(behind !== undefined && { projection: behind }),
          ...(within.length < join.level && { embed: embedInto(behind, [...within, uri]) }),
        };
        return bounded(() => show(entity, options));
      };
    };
  return ({ id }) => embedInto(ofAll, [id]);
}

/** Counts what is embedded, and its text: one Entity may stand in many places, and is written in each. */
function boundedEmbedding(): (embed: () => JsonObject | undefined) => JsonObject | undefined {
  let count = 0;
  /** Of those behind the first few, in characters. */
  let weight = 0;
  return (embed) => {
    count += 1;
    requireFewLinked(count);
    const isOfFew = count <= FEW;
    const before = weight;
    const shown = embed();
    if (isOfFew || shown === undefined) return shown;
    // What is embedded into it was counted already.
    weight = before + weightOfJson(shown);
    requireLightLinked(weight);
    return shown;
  };
}
