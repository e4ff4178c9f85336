import { ATTRIBUTE_KINDS } from '../domain/attribute-kinds.ts';
import { stamp } from '../domain/change/stamp.ts';
import type { Attribute, Micros } from '../domain/entity.ts';
import type { AttributeInput } from '../domain/entity-input.ts';
import { SCOPE } from '../domain/parsing/parse-names.ts';
import type { HistoryInstance } from '../store/temporal-store.ts';

/** What tells an instance of the history from all others. */
export type InstanceIdentity = Pick<HistoryInstance, 'instanceId' | 'entityId' | 'attribute'>;

/** The name under which the history keeps what this IRI stands for. */
export function historyName(iri: string): string {
  return iri === SCOPE ? '@scope' : iri;
}

/** The instance of the history that a client gives at a time. */
export function newInstance(identity: InstanceIdentity, input: AttributeInput, now: Micros): HistoryInstance {
  return toRow(identity, stamp(input, undefined, now), now);
}

/** What takes the place of another instance: created when that was, and modified now (clause 5.6.14). */
export function replacing(old: HistoryInstance, input: AttributeInput, now: Micros): HistoryInstance {
  const { createdAt, deletedAt = now } = old;
  const instance = { ...stamp(input, old.attributeInstance, now), createdAt, modifiedAt: now };
  return toRow(old, instance, deletedAt);
}

function toRow(
  { instanceId, entityId, attribute }: InstanceIdentity,
  instance: Attribute,
  deletedAt: Micros,
): HistoryInstance {
  const { kind, datasetId, observedAt, createdAt, modifiedAt } = instance;
  return {
    instanceId,
    entityId,
    attribute,
    kind,
    ...(datasetId !== undefined && { datasetId }),
    ...(observedAt !== undefined && { observedAt }),
    createdAt,
    modifiedAt,
    ...(recordsDeletion(attribute, instance) && { deletedAt }),
    attributeInstance: instance,
  };
}

/** NGSI-LD Null in the place of the value (clause 4.5.7), or no Scope any more. */
function recordsDeletion(attribute: string, { kind, value }: Attribute): boolean {
  return attribute === '@scope'
    ? Array.isArray(value) && value.length === 0
    : ATTRIBUTE_KINDS[kind].isDeletion(value);
}
