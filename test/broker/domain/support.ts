import { createEntity } from '../../../broker/domain/change/entity-changes.ts';
import type { Entity, Json, JsonObject } from '../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import { parseEntity } from '../../../broker/domain/parsing/parse-entity.ts';
import { type RepresentOptions, represent } from '../../../broker/domain/representation/represent.ts';
import type { Context } from '../../../broker/jsonld/context.ts';
import { coreUrl, defaultCoreVersion } from '../../../broker/jsonld/core-versions.ts';
import { tableContext } from '../../../broker/jsonld/table-context.ts';
import { termTable } from '../../../broker/jsonld/term-table.ts';

const url = coreUrl(defaultCoreVersion);

/** The core @context, as the broker has it. */
export const core: Context = tableContext(termTable(defaultCoreVersion), { reference: url, url });

export const ID = 'urn:ngsi-ld:Room:1';
export const NULL = 'urn:ngsi-ld:null';

/** When Entities of these tests were made, and when they are changed, a second later; microseconds. */
export const CREATED = 1_767_225_600_000_000;
export const NOW = CREATED + 1_000_000;

export function iri(name: string): string {
  return core.expand(name);
}

/** The Entity that a create with these members makes; id and type need not be given. */
export function stored(members: JsonObject = {}): Entity {
  const input = parseEntity({ id: ID, type: 'Room', ...members }, core);
  const { entity } = createEntity(undefined, input, CREATED);
  if (entity === undefined) throw new Error('A creation makes an Entity.');
  return entity;
}

/** What a client sees; concise unless said otherwise. */
export function shown(entity: Entity, options: Partial<RepresentOptions> = {}): JsonObject | undefined {
  return represent(entity, core, { now: NOW, form: 'concise', ...options });
}

/** One Attribute as a client sees it. */
export function shownAttribute(value: Json, options: Partial<RepresentOptions> = {}): Json | undefined {
  return shown(stored({ a: value }), options)?.['a'];
}

/** The NgsiLdError that the function throws; anything else fails the test. */
export function refusalOf(act: () => unknown): NgsiLdError {
  try {
    act();
  } catch (error) {
    if (error instanceof NgsiLdError) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}
