import type { AttributeChange, Change } from '../../domain/change/changes.ts';
import type { Attribute, Entity } from '../../domain/entity.ts';

/** An AttributeChange whose instances stand in the Entity before or after the change need not repeat them. */
interface StoredAttributeChange extends AttributeChange {
  /** `b`: before is in the Entity before; `a`: after is in the Entity after. */
  readonly in?: string;
}

interface StoredChange extends Omit<Change, 'attributes'> {
  readonly attributes: readonly StoredAttributeChange[];
}

/**
 * A Change as JSON. Instances that stand in its Entities are written once, so that an Entity of 4 MB, its change
 * record included, stays below the 16 MB of a document.
 */
export function toChangeText(change: Change): string {
  const stored: StoredChange = {
    ...change,
    attributes: change.attributes.map((touched) => withReferences(touched, change)),
  };
  return JSON.stringify(stored);
}

/** The Change of a text that `toChangeText` made. */
export function parseChangeText(text: string): Change {
  const stored = JSON.parse(text) as StoredChange;
  return { ...stored, attributes: stored.attributes.map((touched) => withInstances(touched, stored)) };
}

/** What the history needs of a change that notifies nobody. */
export function withoutBulk(change: Change): Change {
  return {
    ...change,
    ...(change.entity && { entity: { ...change.entity, attributes: {} } }),
    ...(change.before && { before: { ...change.before, attributes: {} } }),
    attributes: change.attributes.map((touched) => {
      if (touched.before === undefined || touched.after === undefined) return touched;
      const { before: _, ...rest } = touched;
      return rest;
    }),
  };
}

function withReferences(touched: AttributeChange, change: Change): StoredAttributeChange {
  const { before, after, ...rest } = touched;
  const isBeforeThere = before !== undefined && instanceIn(change.before, touched) === before;
  const isAfterThere = after !== undefined && instanceIn(change.entity, touched) === after;
  const places = `${isBeforeThere ? 'b' : ''}${isAfterThere ? 'a' : ''}`;
  return {
    ...rest,
    ...(before !== undefined && !isBeforeThere && { before }),
    ...(after !== undefined && !isAfterThere && { after }),
    ...(places !== '' && { in: places }),
  };
}

function withInstances(stored: StoredAttributeChange, change: StoredChange): AttributeChange {
  const { in: places, ...touched } = stored;
  if (places === undefined) return touched;
  const before = places.includes('b') ? instanceIn(change.before, touched) : undefined;
  const after = places.includes('a') ? instanceIn(change.entity, touched) : undefined;
  return { ...touched, ...(before && { before }), ...(after && { after }) };
}

function instanceIn(
  entity: Entity | undefined,
  { attribute, datasetId }: Pick<AttributeChange, 'attribute' | 'datasetId'>,
): Attribute | undefined {
  if (!entity || !Object.hasOwn(entity.attributes, attribute)) return undefined;
  return entity.attributes[attribute]?.find((instance) => instance.datasetId === datasetId);
}
