import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import type { Attribute, Entity } from '../entity.ts';
import { NgsiLdError } from '../errors.ts';
import { hasExpired } from '../expiry.ts';
import type { Join } from './join.ts';
import { isProjected, type Projection } from './projection.ts';
import { ENTITY_MEMBERS } from './projection-terms.ts';
import type { RepresentOptions } from './represent.ts';

/** A Linked Entity in an answer. */
export interface LinkedEntity {
  readonly entity: Entity;
  /** What is shown of it; all of it when absent. */
  readonly projection: Projection | undefined;
}

/** The Linked Entities of an answer. */
export interface LinkedEntities {
  /** Nearest first, in the order of the Relationships; one stands twice where different members of it are picked. */
  readonly met: readonly LinkedEntity[];
  /** All that there are, and those that were asked for, by id. */
  readonly byId: ReadonlyMap<string, Entity>;
}

/** How Linked Entities are found. */
export interface WalkOptions extends Pick<RepresentOptions, 'now' | 'projection' | 'datasetIds'> {
  readonly join: Join;
}

/** Asks for Entities by their ids, and goes on with those that there are. */
export type Walk<Result> = Generator<readonly string[], Result, ReadonlyMap<string, Entity>>;

/** Linked Entities in one answer, so that it stays one that a client can take. */
const MOST_LINKED = 5000;
/** Text of all of them, in characters. */
const MOST_TEXT = 128 * 1024 * 1024;

/**
 * Finds what Entities link to, `join.level` deep, by the Relationships that are shown of each (clause 4.5.23.1): each
 * level in one go, no Entity more than once, none of `join.containedBy`, and nothing of what does not exist.
 * @throws NgsiLdError TooManyResults.
 */
export function* walkLinkedEntities(entities: readonly Entity[], options: WalkOptions): Walk<LinkedEntities> {
  const { join, projection } = options;
  const byId = new Map(entities.map((entity) => [entity.id, entity]));
  const asked = new Set<string>();
  const isNew = firstMeetings(entities, options);
  const met: LinkedEntity[] = [];
  let level: readonly LinkedEntity[] = entities.map((entity) => ({ entity, projection }));
  for (let depth = 0; depth < join.level && level.length > 0; depth++) {
    const links = level.flatMap((from) => linksOf(from, options)).filter(isNew);
    const unknown = new Set(links.map(({ uri }) => uri).filter((uri) => !byId.has(uri) && !asked.has(uri)));
    for (const uri of unknown) asked.add(uri);
    requireFewLinked(asked.size);
    if (unknown.size > 0) for (const [id, entity] of yield [...unknown]) byId.set(id, entity);
    level = links.flatMap(({ uri, projection: shown }) => {
      const entity = byId.get(uri);
      return entity === undefined ? [] : [{ entity, projection: shown }];
    });
    met.push(...level);
  }
  return { met, byId };
}

/** Where a Relationship leads, and what is shown of the Entity there. */
interface Link {
  readonly uri: string;
  readonly projection: Projection | undefined;
}

/** True the first time that an Entity is met with a projection; flat, those that were asked for are never met. */
function firstMeetings(
  entities: readonly Entity[],
  { join, projection }: WalkOptions,
): (link: Link) => boolean {
  const ids = new Set(entities.map(({ id }) => id));
  const met = new Map([[projection, new Set(ids)]]);
  return (link) => {
    if (join.containedBy.has(link.uri) || (join.kind === 'flat' && ids.has(link.uri))) return false;
    const others = met.get(link.projection) ?? new Set();
    met.set(link.projection, others);
    if (others.has(link.uri)) return false;
    others.add(link.uri);
    return true;
  };
}

/** Of Relationships of sub-Attributes nothing is retrieved (annex C.2.2). */
function linksOf({ entity, projection }: LinkedEntity, options: WalkOptions): readonly Link[] {
  const links: Link[] = [];
  for (const name in entity.attributes) {
    if (projection !== undefined && !isProjected(projection, name)) continue;
    const behind = projection?.linked?.get(name);
    for (const uri of urisOf(entity.attributes[name] as readonly Attribute[], options)) {
      links.push({ uri, projection: behind });
    }
  }
  return links;
}

function urisOf(instances: readonly Attribute[], { now, datasetIds }: WalkOptions): readonly string[] {
  return instances.flatMap((instance) => {
    const { kind, value, datasetId } = instance;
    if (ATTRIBUTE_KINDS[kind].linkedMember === undefined) return [];
    if (hasExpired(instance, now)) return [];
    if (datasetIds !== undefined && !datasetIds.has(datasetId ?? '@none')) return [];
    return value as string | readonly string[];
  });
}

/**
 * Refuses more Linked Entities than an answer may have.
 * @throws NgsiLdError TooManyResults.
 */
export function requireFewLinked(count: number): void {
  if (count <= MOST_LINKED) return;
  throw new NgsiLdError(
    'TooManyResults',
    `The Relationships lead to more than the ${MOST_LINKED} linked Entities that one answer may have: ask for a lower limit or joinLevel, or pick fewer Relationships.`,
  );
}

/**
 * Refuses Linked Entities that have more text together, in characters, than an answer may have.
 * @throws NgsiLdError TooManyResults.
 */
export function requireLightLinked(weight: number): void {
  if (weight <= MOST_TEXT) return;
  throw new NgsiLdError(
    'TooManyResults',
    'The Relationships lead to linked Entities that have more than 128 MB together: ask for a lower limit or joinLevel, or pick fewer Relationships.',
  );
}

/**
 * The Linked Entities as they stand behind those that link to them (clause 4.5.23.3): each once, with all that is picked
 * of it anywhere.
 */
export function flattened({ met }: Pick<LinkedEntities, 'met'>): readonly LinkedEntity[] {
  const all = new Map<string, LinkedEntity>();
  for (const next of met) {
    const before = all.get(next.entity.id);
    all.set(next.entity.id, before === undefined ? next : united(before, next));
  }
  return [...all.values()];
}

/** One Entity with the members that either shows. */
function united({ entity, projection }: LinkedEntity, { projection: other }: LinkedEntity): LinkedEntity {
  if (projection === undefined || other === undefined) return { entity, projection: undefined };
  const names = [...ENTITY_MEMBERS, ...Object.keys(entity.attributes)];
  const pick = names.filter((name) => isProjected(projection, name) || isProjected(other, name));
  return { entity, projection: { pick: new Set(pick) } };
}
