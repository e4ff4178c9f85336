import {
  appendAttributes,
  deleteAttribute,
  replaceAttribute,
  updateAttributes,
} from '../../../../broker/domain/change/attribute-changes.ts';
import type { Change } from '../../../../broker/domain/change/changes.ts';
import { replaceEntity, upsertEntity } from '../../../../broker/domain/change/entity-changes.ts';
import { mergeEntity, partialUpdateAttribute } from '../../../../broker/domain/change/fragment-changes.ts';
import type { Entity, JsonObject } from '../../../../broker/domain/entity.ts';
import type { EntityInput } from '../../../../broker/domain/entity-input.ts';
import {
  parseAttributeFragment,
  parseAttributeReplacement,
} from '../../../../broker/domain/parsing/parse-attribute.ts';
import {
  parseAppendFragment,
  parseEntity,
  parseMergeFragment,
  parseUpdateFragment,
} from '../../../../broker/domain/parsing/parse-entity.ts';
import { core, ID, iri, NOW } from '../support.ts';

/** What an operation did, the Attributes that it left alone by name and reason. */
export interface Effect {
  readonly change: Change | undefined;
  readonly notUpdated?: readonly { readonly attribute: string; readonly reason: string }[];
}

type Operation = (current: Entity, body: JsonObject) => Effect;

const one =
  (change: (current: Entity, body: JsonObject) => Change | undefined): Operation =>
  (current, body) => ({ change: change(current, body) });

/** The operations of clause 5.6 with their bodies as clients send them; those on one Attribute address `a`. */
export const OPERATIONS = {
  append: (current, body) => withChange(appendAttributes(current, parseAppendFragment(ID, body, core), NOW)),
  noOverwrite: (current, body) =>
    withChange(appendAttributes(current, parseAppendFragment(ID, body, core), NOW, { noOverwrite: true })),
  update: (current, body) => withChange(updateAttributes(current, parseUpdateFragment(ID, body, core), NOW)),
  merge: (current, body) => withChange(mergeEntity(current, parseMergeFragment(ID, body, core), NOW)),
  partial: one((current, body) =>
    partialUpdateAttribute(current, iri('a'), parseAttributeFragment(iri('a'), body, core), NOW),
  ),
  replaceAttribute: one((current, body) =>
    replaceAttribute(current, iri('a'), parseAttributeReplacement(iri('a'), body, core), NOW),
  ),
  replaceEntity: one((current, body) => replaceEntity(current, whole(body), NOW)),
  /** Those of a batch upsert (clause 5.6.8). */
  upsertReplace: one((current, body) => upsertEntity(current, whole(body), NOW, 'replace')),
  upsertUpdate: one((current, body) => upsertEntity(current, whole(body), NOW, 'update')),
  /** `body` holds the options. */
  deleteAttribute: one((current, body) => deleteAttribute(current, iri('a'), NOW, body)),
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;

function whole(body: JsonObject): EntityInput {
  return parseEntity({ id: ID, type: 'Room', ...body }, core);
}

function withChange({ change, notUpdated }: Partial<Effect>): Effect {
  return { change, ...(notUpdated !== undefined && { notUpdated }) };
}
