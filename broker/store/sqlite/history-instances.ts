import type { Attribute, Micros } from '../../domain/entity.ts';
import type { HistoryInstance } from '../store.ts';

/** An instance as a log row or a chunk holds it; the Attribute is there in a log row alone. */
type Kept = readonly [
  instanceId: string,
  createdAt: Micros,
  modifiedAt: Micros,
  observedAt: Micros | null,
  deletedAt: Micros | null,
  datasetId: string | null,
  attributeInstance: Attribute,
  attribute?: string,
];

/** The text of a log row: instances of several Attributes. */
export function encodeLogRow(instances: readonly HistoryInstance[]): string {
  return JSON.stringify(instances.map((instance) => toKept(instance, instance.attribute)));
}

/** What `encodeLogRow` was given. */
export function decodeLogRow(text: string, entityId: string): readonly HistoryInstance[] {
  return (JSON.parse(text) as readonly Kept[]).map((kept) => toInstance(kept, entityId, kept[7] as string));
}

/** The text of a chunk: instances of one Attribute. */
export function encodeChunk(instances: readonly HistoryInstance[]): string {
  return JSON.stringify(instances.map((instance) => toKept(instance)));
}

/** What `encodeChunk` was given. */
export function decodeChunk(text: string, entityId: string, attribute: string): readonly HistoryInstance[] {
  return (JSON.parse(text) as readonly Kept[]).map((kept) => toInstance(kept, entityId, attribute));
}

function toKept(instance: HistoryInstance, attribute?: string): Kept {
  const { instanceId, createdAt, modifiedAt, attributeInstance } = instance;
  const observedAt = instance.observedAt ?? null;
  const deletedAt = instance.deletedAt ?? null;
  const datasetId = instance.datasetId ?? null;
  return attribute === undefined
    ? [instanceId, createdAt, modifiedAt, observedAt, deletedAt, datasetId, attributeInstance]
    : [instanceId, createdAt, modifiedAt, observedAt, deletedAt, datasetId, attributeInstance, attribute];
}

function toInstance(
  [instanceId, createdAt, modifiedAt, observedAt, deletedAt, datasetId, attributeInstance]: Kept,
  entityId: string,
  attribute: string,
): HistoryInstance {
  return {
    instanceId,
    entityId,
    attribute,
    kind: attributeInstance.kind,
    ...(datasetId !== null && { datasetId }),
    ...(observedAt !== null && { observedAt }),
    createdAt,
    modifiedAt,
    ...(deletedAt !== null && { deletedAt }),
    attributeInstance,
  };
}
