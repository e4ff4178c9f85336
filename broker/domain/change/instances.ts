import type { Attribute } from '../entity.ts';

/** What stands for one instance of an Attribute, told from the others by its datasetId; absent on the default one. */
interface InDataset {
  readonly datasetId?: string;
}

/** Up to here looking at each instance is quicker than an index. */
const FEW = 8;

/** The instance with this datasetId; the default instance for undefined. */
export function instanceOf(
  instances: readonly Attribute[] | undefined,
  datasetId: string | undefined,
): Attribute | undefined {
  if (instances === undefined) return undefined;
  for (const instance of instances) {
    if (instance.datasetId === datasetId) return instance;
  }
  return undefined;
}

/** `instanceOf` for many questions about the same instances: the time for each does not grow with their number. */
export function finderOf(
  instances: readonly Attribute[] | undefined,
): (datasetId: string | undefined) => Attribute | undefined {
  if (instances === undefined || instances.length <= FEW) {
    return (datasetId) => instanceOf(instances, datasetId);
  }
  const byDataset = new Map(instances.map((instance) => [instance.datasetId, instance]));
  return (datasetId) => byDataset.get(datasetId);
}

/**
 * The instances after each part was applied to the one with its datasetId, in the order that they had, new ones behind;
 * where `apply` gives nothing, there is none any longer. The datasetIds of each list are distinct.
 */
export function applyParts<Instance extends InDataset, Part extends InDataset>(
  instances: readonly Instance[],
  parts: readonly Part[],
  apply: (part: Part, before: Instance | undefined) => Instance | undefined,
): readonly Instance[] {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return applyPart(instances, first, apply);
  const byDataset = new Map(instances.map((instance) => [instance.datasetId, instance]));
  for (const part of parts) {
    const after = apply(part, byDataset.get(part.datasetId));
    if (after === undefined) byDataset.delete(part.datasetId);
    else byDataset.set(part.datasetId, after);
  }
  return [...byDataset.values()];
}

/** `applyParts` of one part, which most Attributes are: it needs no index. */
function applyPart<Instance extends InDataset, Part extends InDataset>(
  instances: readonly Instance[],
  part: Part,
  apply: (part: Part, before: Instance | undefined) => Instance | undefined,
): readonly Instance[] {
  const at = instances.findIndex(({ datasetId }) => datasetId === part.datasetId);
  const after = apply(part, instances[at]);
  if (at < 0) return after === undefined ? instances : [...instances, after];
  return after === undefined ? instances.toSpliced(at, 1) : instances.with(at, after);
}
