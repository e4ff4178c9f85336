import { createHash } from 'node:crypto';
import { nextMoment } from '../../domain/date-time.ts';
import type { Attribute, Entity, Micros } from '../../domain/entity.ts';
import { ofEntity, toHistoryEntity, toRow } from '../../notifications/history-rows.ts';
import type { Folded } from '../../store/outbox.ts';
import type { HistoryEntity, HistoryInstance, TemporalStore } from '../../store/temporal-store.ts';

type Histories = Pick<TemporalStore, 'getEntity' | 'instances'>;

/** One instance of an Attribute as the Entity has it now. */
interface Held {
  readonly attribute: string;
  readonly instance: Attribute;
}

/**
 * What a history lacks of what an Entity is now; undefined when it has all. No two states of an instance are of the
 * same moment, so modifiedAt tells which of them the history has; ids follow from it, so that several processes which
 * find the same lacking write one. What was set until `recordedUntil` came to the history when it was set: what of it is
 * there no more was rolled up, or taken away.
 */
export async function lackingInstances(
  temporal: Histories,
  tenant: string,
  entity: Entity,
  recordedUntil: Micros,
): Promise<Folded['history'][number] | undefined> {
  const known = await temporal.getEntity(entity.id);
  const lacking: Held[] = [];
  for (const [at, held] of byMoment(entity)) {
    if (at <= recordedUntil) continue;
    const recorded = known === undefined ? [] : await recordedAt(temporal, entity.id, at, held);
    lacking.push(...held.filter((one) => !recorded.some((instance) => isOf(instance, one))));
  }
  // Its history was taken away, and begins anew with the next change.
  if (known === undefined && lacking.length === 0 && entity.modifiedAt <= recordedUntil) return undefined;
  const instances = [...lacking.map((held) => toInstance(entity.id, held)), ...ofEntityItself(entity, known)];
  const isAlive = known !== undefined && known.deletedAt === undefined;
  if (isAlive && instances.length === 0) return undefined;
  return { tenant, entity: toHistoryEntity(entity), instances };
}

function byMoment({ attributes }: Entity): ReadonlyMap<Micros, readonly Held[]> {
  const moments = new Map<Micros, Held[]>();
  for (const [attribute, instances] of Object.entries(attributes)) {
    for (const instance of instances) {
      const held = moments.get(instance.modifiedAt) ?? [];
      held.push({ attribute, instance });
      moments.set(instance.modifiedAt, held);
    }
  }
  return moments;
}

async function recordedAt(
  temporal: Histories,
  id: string,
  at: Micros,
  held: readonly Held[],
): Promise<readonly HistoryInstance[]> {
  const attributes = [...new Set(held.map(({ attribute }) => attribute))];
  const moment = { timeproperty: 'modifiedAt', from: at, to: nextMoment(at) } as const;
  const { instances } = await temporal.instances(id, { ...moment, attributes });
  return [...instances.values()].flat();
}

function isOf(recorded: HistoryInstance, { attribute, instance }: Held): boolean {
  return recorded.attribute === attribute && recorded.datasetId === instance.datasetId;
}

function toInstance(entityId: string, { attribute, instance }: Held): HistoryInstance {
  const part = `${attribute} ${instance.datasetId ?? ''}`;
  return toRow(attribute, { instanceId: idOf(instance.modifiedAt, entityId, part), entityId }, instance);
}

/** Entities that were written at one moment are told apart as well. */
function idOf(at: Micros, entityId: string, part: string): string {
  const name = createHash('sha256').update(`${entityId} ${part}`).digest('hex').slice(0, 24);
  return `urn:ngsi-ld:Instance:${at}-${name}`;
}

/** Types and scopes that are others than those that the history knows. */
function ofEntityItself(entity: Entity, known: HistoryEntity | undefined): readonly HistoryInstance[] {
  const { id, types, scopes, modifiedAt } = entity;
  const isNewType = known !== undefined && types.some((type) => !known.types.includes(type));
  const areNewScopes = scopes.join(' ') !== (known?.scopes ?? []).join(' ');
  return [
    ...(isNewType ? [ofEntity('@type', entity, idOf(modifiedAt, id, '@type'), modifiedAt)] : []),
    ...(areNewScopes ? [ofEntity('@scope', entity, idOf(modifiedAt, id, '@scope'), modifiedAt)] : []),
  ];
}
