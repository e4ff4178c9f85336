import type { Attribute, Micros } from '../../domain/entity.ts';
import type { HistoryInstance } from '../store.ts';
import type { Names } from './names.ts';

/** What of an instance its attributeInstance does not say in the same way; `null` for what is only said there. */
interface Differences {
  readonly createdAt?: Micros;
  readonly modifiedAt?: Micros;
  readonly observedAt?: Micros | null;
  readonly datasetId?: string | null;
  readonly deletedAt?: Micros;
}

/** An instance in the text of a row. */
type Kept = readonly [
  instanceId: string,
  attribute: number,
  attributeInstance: Attribute,
  differences?: Differences,
];

/** Most ids begin so; the others are kept with a colon before them. */
const ID_PREFIX = 'urn:ngsi-ld:Instance:';

/** The text of instances of one Entity; inside a transaction. */
export function encodeInstances(instances: readonly HistoryInstance[], iris: Pick<Names, 'add'>): string {
  return JSON.stringify(
    instances.map((instance): Kept => {
      const { instanceId, attribute, attributeInstance } = instance;
      const id = shortened(instanceId);
      const no = iris.add(attribute);
      const differences = differencesOf(instance, attributeInstance);
      return differences === undefined
        ? [id, no, attributeInstance]
        : [id, no, attributeInstance, differences];
    }),
  );
}

/** What `encodeInstances` was given. */
export function decodeInstances(
  text: string,
  entityId: string,
  iris: Pick<Names, 'nameOf'>,
): readonly HistoryInstance[] {
  return (JSON.parse(text) as readonly Kept[]).map(([id, no, attributeInstance, differences]) => {
    const { kind, createdAt, modifiedAt, observedAt, datasetId } = attributeInstance;
    const merged = { createdAt, modifiedAt, observedAt, datasetId, ...differences };
    return {
      instanceId: id.startsWith(':') ? id.slice(1) : ID_PREFIX + id,
      entityId,
      attribute: iris.nameOf(no),
      kind,
      ...(merged.datasetId != null && { datasetId: merged.datasetId }),
      ...(merged.observedAt != null && { observedAt: merged.observedAt }),
      createdAt: merged.createdAt,
      modifiedAt: merged.modifiedAt,
      ...(differences?.deletedAt !== undefined && { deletedAt: differences.deletedAt }),
      attributeInstance,
    };
  });
}

/** What the text of `encodeInstances` has where it has an instance of this id, and hardly anywhere else. */
export function mentionOf(instanceId: string): string {
  return `[${JSON.stringify(shortened(instanceId))},`;
}

/** What becomes of an instance: itself where it stays, undefined where it goes. */
export type EditInstance = (instance: HistoryInstance) => HistoryInstance | undefined;

/** The instances as the edit leaves them; undefined when all stay as they are. */
export function editInstances(
  instances: readonly HistoryInstance[],
  edit: EditInstance,
): readonly HistoryInstance[] | undefined {
  const edited = instances.map(edit);
  if (edited.every((one, index) => one === instances[index])) return undefined;
  return edited.filter((one) => one !== undefined);
}

function shortened(instanceId: string): string {
  const rest = instanceId.startsWith(ID_PREFIX) ? instanceId.slice(ID_PREFIX.length) : ':';
  return rest.startsWith(':') ? `:${instanceId}` : rest;
}

function differencesOf(instance: HistoryInstance, said: Attribute): Differences | undefined {
  const { createdAt, modifiedAt, observedAt, datasetId, deletedAt } = instance;
  const isSaid =
    createdAt === said.createdAt &&
    modifiedAt === said.modifiedAt &&
    observedAt === said.observedAt &&
    datasetId === said.datasetId;
  if (isSaid) return deletedAt === undefined ? undefined : { deletedAt };
  return {
    createdAt,
    modifiedAt,
    observedAt: observedAt ?? null,
    datasetId: datasetId ?? null,
    ...(deletedAt !== undefined && { deletedAt }),
  };
}
