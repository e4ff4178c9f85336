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
  return JSON.stringify(instances.map((instance) => [...kept(instance), instance.attribute]));
}

/** What `encodeLogRow` was given. */
export function decodeLogRow(text: string, entityId: string): readonly HistoryInstance[] {
  return (JSON.parse(text) as readonly Kept[]).map((one) => toInstance(one, entityId, one[7] as string));
}

/** The text of a chunk: instances of one Attribute. */
export function encodeChunk(instances: readonly HistoryInstance[]): string {
  return JSON.stringify(instances.map(kept));
}

/** What `encodeChunk` was given. */
export function decodeChunk(text: string, entityId: string, attribute: string): readonly HistoryInstance[] {
  return (JSON.parse(text) as readonly Kept[]).map((one) => toInstance(one, entityId, attribute));
}

function kept(instance: HistoryInstance): Kept {
  const { instanceId, createdAt, modifiedAt, observedAt, deletedAt, datasetId, attributeInstance } = instance;
  return [
    instanceId,
    createdAt,
    modifiedAt,
    observedAt ?? null,
    deletedAt ?? null,
    datasetId ?? null,
    attributeInstance,
  ];
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
