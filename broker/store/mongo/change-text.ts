import type { AttributeChange, Change } from '../../domain/change/changes.ts';
import { finderOf } from '../../domain/change/instances.ts';
import { unrecorded } from '../../domain/change/recorded.ts';
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
  const places = placesIn(change);
  const stored: StoredChange = {
    ...change,
    attributes: change.attributes.map((touched) => withReferences(touched, places)),
  };
  return JSON.stringify(stored);
}

/** The Change of a text that `toChangeText` made. */
export function parseChangeText(text: string): Change {
  const stored = JSON.parse(text) as StoredChange;
  const places = placesIn(stored);
  return { ...stored, attributes: stored.attributes.map((touched) => withInstances(touched, places)) };
}

/** What the history needs of a change that notifies nobody. */
export function withoutBulk(change: Change): Change {
  return {
    ...change,
    ...(change.entity && { entity: { ...change.entity, attributes: {} } }),
    ...(change.before && { before: { ...change.before, attributes: unrecorded(change.before) } }),
    attributes: change.attributes.map((touched) => {
      if (touched.before === undefined || touched.after === undefined) return touched;
      const { before: _, ...rest } = touched;
      return rest;
    }),
  };
}

/** Finds the instance in an Entity that an AttributeChange is about. */
type InstanceIn = (touched: Pick<AttributeChange, 'attribute' | 'datasetId'>) => Attribute | undefined;

/** Where instances may stand: in the Entity before the change and in the one after it. */
interface Places {
  readonly before: InstanceIn;
  readonly after: InstanceIn;
}

function placesIn({ before, entity }: Pick<Change, 'before' | 'entity'>): Places {
  return { before: instancesIn(before), after: instancesIn(entity) };
}

function withReferences(touched: AttributeChange, places: Places): StoredAttributeChange {
  const { before, after, ...rest } = touched;
  const isBeforeThere = before !== undefined && places.before(touched) === before;
  const isAfterThere = after !== undefined && places.after(touched) === after;
  const found = `${isBeforeThere ? 'b' : ''}${isAfterThere ? 'a' : ''}`;
  return {
    ...rest,
    ...(before !== undefined && !isBeforeThere && { before }),
    ...(after !== undefined && !isAfterThere && { after }),
    ...(found !== '' && { in: found }),
  };
}

function withInstances(stored: StoredAttributeChange, places: Places): AttributeChange {
  const { in: found, ...touched } = stored;
  if (found === undefined) return touched;
  const before = found.includes('b') ? places.before(touched) : undefined;
  const after = found.includes('a') ? places.after(touched) : undefined;
  return { ...touched, ...(before && { before }), ...(after && { after }) };
}

function instancesIn(entity: Entity | undefined): InstanceIn {
  const finders = new Map<string, ReturnType<typeof finderOf>>();
  return ({ attribute, datasetId }) => {
    if (!entity || !Object.hasOwn(entity.attributes, attribute)) return undefined;
    const finder = finders.get(attribute) ?? finderOf(entity.attributes[attribute]);
    finders.set(attribute, finder);
    return finder(datasetId);
  };
}
