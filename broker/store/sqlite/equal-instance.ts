import type { Attribute, Attributes, Json } from '../../domain/entity.ts';
import { isEqualJson } from '../../domain/json-equality.ts';
import type { HistoryInstance } from '../store.ts';

/** Whether another instance equals this one in Attribute, datasetId, observedAt and content, whoever made it when. */
export function isSameInstance(instance: HistoryInstance): (other: HistoryInstance) => boolean {
  const { attribute, observedAt, datasetId, attributeInstance } = instance;
  const content = contentOf(attributeInstance);
  return (other) =>
    other.attribute === attribute &&
    other.observedAt === observedAt &&
    other.datasetId === datasetId &&
    isEqualJson(contentOf(other.attributeInstance), content);
}

/** The instance without the times that the system gave it. */
function contentOf({ createdAt: _created, modifiedAt: _modified, subAttributes, ...rest }: Attribute): Json {
  // JSON and back, so that what was never written and what was read are compared in the same form.
  return JSON.parse(
    JSON.stringify({ ...rest, ...(subAttributes !== undefined && { sub: contentsOf(subAttributes) }) }),
  ) as Json;
}

/** By name, so that the order of sub-Attributes does not matter. */
function contentsOf(attributes: Attributes): Json {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, instances]) => [name, instances.map(contentOf)]),
  );
}
