import type { Attribute, AttributeKind, Micros } from '../../domain/entity.ts';
import { withTypes } from '../history-types.ts';
import type { HistoryEntity, HistoryInstance } from '../store.ts';
import { keyOf, partsOf } from './keys.ts';

/** One instance in the history of an Attribute. */
export interface HistoryDocument {
  /** Tenant, Entity and the instance's id, or for a provisioned one what its content comes to. */
  readonly _id: string;
  /** Tenant and Entity. */
  readonly entity: string;
  readonly attribute: string;
  readonly kind: AttributeKind;
  /** Empty for the default instance. */
  readonly datasetId: string;
  readonly observedAt?: Micros;
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  readonly deletedAt?: Micros;
  readonly instance: string;
  /** Where it does not end the `_id`. */
  readonly instanceId?: string;
}

/** What the history keeps of an Entity itself. */
export interface HistoryEntityDocument {
  readonly _id: string;
  /** When the newest thing was that the body tells: older ones do not replace it. */
  readonly asOf: Micros;
  readonly body: string;
  /** Types that clients gave to the history; the body may have them too. */
  readonly addedTypes?: readonly string[];
}

/** The document of an instance; `identity` stands for what makes it the same one as another. */
export function toHistoryDocument(
  tenant: string,
  row: HistoryInstance,
  identity = row.instanceId,
): HistoryDocument {
  const { instanceId, entityId, datasetId = '', attributeInstance, ...rest } = row;
  return {
    _id: keyOf(tenant, entityId, identity),
    entity: keyOf(tenant, entityId),
    ...rest,
    datasetId,
    instance: JSON.stringify(attributeInstance),
    ...(identity !== instanceId && { instanceId }),
  };
}

export function toHistoryInstance(document: HistoryDocument): HistoryInstance {
  const { _id, entity, datasetId, instance, ...rest } = document;
  const [, entityId = '', identity = ''] = partsOf(_id, 3);
  return {
    instanceId: identity,
    entityId,
    ...rest,
    ...(datasetId !== '' && { datasetId }),
    attributeInstance: JSON.parse(instance) as Attribute,
  };
}

export function toHistoryEntityDocument(tenant: string, entity: HistoryEntity): HistoryEntityDocument {
  const asOf = Math.max(entity.modifiedAt, entity.deletedAt ?? 0);
  return { _id: keyOf(tenant, entity.id), asOf, body: JSON.stringify(entity) };
}

export function toHistoryEntity({ body, addedTypes = [] }: HistoryEntityDocument): HistoryEntity {
  return withTypes(JSON.parse(body) as HistoryEntity, addedTypes);
}
