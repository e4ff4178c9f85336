import type { Attribute, Entity, Json, JsonObject, Micros } from '../entity.ts';
import { withoutExpired } from '../expiry.ts';
import { type Members, setMember } from '../set-member.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type Embed, FORMS, type Form, type Writing, writeSystemTimes } from './forms.ts';
import type { LanguagePreferences } from './language.ts';
import { demandsAttribute, isProjected, type Projection } from './projection.ts';

/** How an Entity is given to a client. */
export interface RepresentOptions {
  /** What has expired by now is not shown. */
  readonly now: Micros;
  /** `normalized` unless said otherwise. */
  readonly form?: Form;
  /** With createdAt, modifiedAt and expiresAt. */
  readonly sysAttrs?: boolean;
  readonly projection?: Projection;
  /** Only instances of these datasets, `@none` for the default one; an Attribute without any is left out. */
  readonly datasetIds?: ReadonlySet<string>;
  /** LanguageProperties as plain strings in the best of these languages (clause 4.15). */
  readonly lang?: LanguagePreferences;
  /** By IRI and datasetId the instances as they were before a change, to be shown beside what they are. */
  readonly previous?: ReadonlyMap<string, ReadonlyMap<string | undefined, Attribute>>;
  /** By the IRI of a Relationship how the Entities that it links to are shown within it (clause 4.5.23.2). */
  readonly embed?: (relationship: string) => Embed;
}

/**
 * The Entity with the names of the @context (clauses 4.5.1 to 4.5.4); undefined when the projection leaves nothing of
 * it. Members that are no Attributes come first. The value objects are shared with the Entity.
 */
export function represent(
  entity: Entity,
  vocabulary: Vocabulary,
  options: RepresentOptions,
): JsonObject | undefined {
  const { projection } = options;
  const members: Members = {};
  const isWanted =
    projection === undefined ? undefined : (name: string): boolean => isProjected(projection, name);
  if (isWanted === undefined || isWanted('id')) members['id'] = entity.id;
  writeEntityMembers(members, entity, vocabulary, options, isWanted);
  const count = writeEntityAttributes(members, entity, vocabulary, options, isWanted);
  if (projection === undefined) return members;
  const isEmpty = demandsAttribute(projection) ? count === 0 : !hasMembers(members);
  return isEmpty ? undefined : members;
}

/** Names as a client writes them: one name bare, several as an array (clause 4.5.1). */
export function oneOrMany(names: readonly string[]): Json {
  return names.length === 1 ? (names[0] as string) : names;
}

type Wanted = ((name: string) => boolean) | undefined;

function writeEntityMembers(
  members: Members,
  entity: Entity,
  vocabulary: Vocabulary,
  { sysAttrs }: RepresentOptions,
  isWanted: Wanted,
): void {
  if (isWanted === undefined || isWanted('type')) {
    members['type'] = oneOrMany(entity.types.map((type) => vocabulary.compact(type)));
  }
  if (entity.scopes.length > 0 && (isWanted === undefined || isWanted('scope'))) {
    members['scope'] = oneOrMany(entity.scopes);
  }
  if (!sysAttrs) return;
  writeSystemTimes(members, entity);
  if (isWanted === undefined) return;
  for (const name of ['createdAt', 'modifiedAt', 'expiresAt']) {
    if (!isWanted(name)) delete members[name];
  }
}

/** Gives back how many wanted Attributes the Entity has, also those without an instance of the datasets asked for. */
function writeEntityAttributes(
  members: Members,
  entity: Entity,
  vocabulary: Vocabulary,
  options: RepresentOptions,
  isWanted: Wanted,
): number {
  const { attributes } = withoutExpired(entity, options.now);
  const { form = 'normalized', sysAttrs = false, lang, datasetIds } = options;
  const writing: Writing = lang === undefined ? { vocabulary, sysAttrs } : { vocabulary, sysAttrs, lang };
  const write = FORMS[form];
  let count = 0;
  for (const name in attributes) {
    if (isWanted !== undefined && !isWanted(name)) continue;
    count++;
    const all = attributes[name] as readonly Attribute[];
    const instances =
      datasetIds === undefined ? all : all.filter(({ datasetId }) => datasetIds.has(datasetId ?? '@none'));
    if (instances.length === 0) continue;
    setMember(members, vocabulary.compact(name), write(instances, writingOf(name, writing, options)));
  }
  return count;
}

function writingOf(name: string, writing: Writing, { previous, embed }: RepresentOptions): Writing {
  const before = previous?.get(name);
  if (before === undefined && embed === undefined) return writing;
  return {
    ...writing,
    ...(before !== undefined && { previous: before }),
    ...(embed !== undefined && { embed: embed(name) }),
  };
}

function hasMembers(members: Members): boolean {
  for (const _name in members) return true;
  return false;
}
