import type { Attribute, Attributes, Entity, Json, Micros } from '../../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../../broker/domain/errors.ts';
import type { ChangeRecord } from '../../../../broker/store/outbox.ts';
import type { Decision, Store, TenantStore } from '../../../../broker/store/store.ts';

export const LAMP = 'https://example.org/Lamp';
export const BIN = 'https://example.org/Bin';
export const LEVEL = 'https://example.org/level';
export const LOCATION = 'https://uri.etsi.org/ngsi-ld/location';

export function property(value: Json, now: Micros, members: Partial<Attribute> = {}): Attribute {
  return { kind: 'Property', value, createdAt: now, modifiedAt: now, ...members };
}

/** An Entity with one Property, level, besides what is given. */
export function entityAt(id: string, now: Micros, members: Partial<Entity> = {}): Entity {
  return {
    id,
    types: [LAMP],
    scopes: [],
    createdAt: now,
    modifiedAt: now,
    attributes: { [LEVEL]: [property(0, now)] },
    ...members,
  };
}

/** The Decision that creates the Entity with these members, or refuses when there is one. */
export function creating(id: string, members: Partial<Entity> = {}, notify: readonly string[] = []) {
  return (current: Entity | undefined, now: Micros): Decision<Entity> => {
    if (current) throw new NgsiLdError('AlreadyExists', `${id} exists`);
    const entity = entityAt(id, now, members);
    return {
      answer: entity,
      notify,
      change: {
        kind: 'created',
        entity,
        attributes: created(entity.attributes),
        typesChanged: true,
        scopesChanged: entity.scopes.length > 0,
      },
    };
  };
}

function created(attributes: Attributes) {
  return Object.keys(attributes).flatMap((attribute) =>
    (attributes[attribute] ?? []).map((after) => ({
      attribute,
      kind: 'created' as const,
      after,
      ...(after.datasetId === undefined ? {} : { datasetId: after.datasetId }),
    })),
  );
}

/** The Decision that sets the level to what the function makes of it. */
export function setting(level: (before: number) => Json, notify: readonly string[] = []) {
  return (current: Entity | undefined, now: Micros): Decision<Entity> => {
    if (!current) throw new NgsiLdError('ResourceNotFound', 'no such Entity');
    const before = current.attributes[LEVEL]?.[0] as Attribute;
    const after: Attribute = { ...before, value: level(before.value as number), modifiedAt: now };
    const entity: Entity = {
      ...current,
      modifiedAt: now,
      attributes: { ...current.attributes, [LEVEL]: [after] },
    };
    return {
      answer: entity,
      notify,
      correlationId: `c-${now}`,
      change: {
        kind: 'updated',
        entity,
        before: current,
        attributes: [{ attribute: LEVEL, kind: 'updated', before, after }],
        typesChanged: false,
        scopesChanged: false,
      },
    };
  };
}

/** The Decision that puts other members (types, scopes, expiresAt) on the Entity. */
export function changing(members: Partial<Entity>) {
  return (current: Entity | undefined, now: Micros): Decision<Entity> => {
    if (!current) throw new NgsiLdError('ResourceNotFound', 'no such Entity');
    const entity: Entity = { ...current, ...members, modifiedAt: now };
    return {
      answer: entity,
      change: {
        kind: 'updated',
        entity,
        before: current,
        attributes: moved(current, entity),
        typesChanged: members.types !== undefined,
        scopesChanged: members.scopes !== undefined,
      },
    };
  };
}

function moved(before: Entity, after: Entity) {
  const [from, to] = [before.attributes[LOCATION]?.[0], after.attributes[LOCATION]?.[0]];
  if (from === to || !to) return [];
  return [{ attribute: LOCATION, kind: 'updated' as const, ...(from ? { before: from } : {}), after: to }];
}

/** The Decision that deletes the Entity. */
export function deleting(notify: readonly string[] = []) {
  return (current: Entity | undefined): Decision<undefined> => {
    if (!current) throw new NgsiLdError('ResourceNotFound', 'no such Entity');
    return {
      answer: undefined,
      notify,
      change: { kind: 'deleted', before: current, attributes: [], typesChanged: false, scopesChanged: false },
    };
  };
}

/** Creates Entities e0, e1, … in this order. */
export async function createMany(
  tenant: TenantStore,
  count: number,
  membersOf: (index: number) => Partial<Entity> = () => ({}),
): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `urn:ngsi-ld:Lamp:e${index}`);
  await Promise.all(ids.map((id, index) => tenant.change(id, creating(id, membersOf(index)))));
  return ids;
}

/** The same, each of which a Subscription is told of, so that there are change records of them whatever else leaves one. */
export async function createNotifying(tenant: TenantStore, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `urn:ngsi-ld:Lamp:e${index}`);
  await Promise.all(ids.map((id) => tenant.change(id, creating(id, {}, TOLD))));
  return ids;
}

/** Subscriptions that are told of a change where only its record matters. */
export const TOLD: readonly string[] = ['urn:s:told'];

/** Number of Entities by type. */
export async function typeCounts(tenant: TenantStore): Promise<ReadonlyMap<string, number>> {
  const types = [...(await tenant.census()).keys()];
  const counts = types.map(async (type) => [type, await tenant.count({ kind: 'type', type })] as const);
  return new Map(await Promise.all(counts));
}

/** Folds everything that is pending into nothing. */
export async function foldAll(store: Store): Promise<readonly ChangeRecord[]> {
  const records = await store.outbox.pending(10_000);
  await store.outbox.fold(records, { history: [], deliveries: [] });
  return records;
}
