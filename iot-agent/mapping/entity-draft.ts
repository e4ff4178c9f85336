import type { Measurements } from '../devices/device-model.ts';
import { instanceKey, type NormalizedAttribute } from './attribute.ts';

/** An Entity that a measure feeds, while its Attributes are gathered. */
export interface EntityDraft {
  readonly id: string;
  readonly type: string;
  readonly attributes: Map<string, NormalizedAttribute>;
  /** What is mapped by the quantity table, as device models deliver it. */
  readonly measurements: Record<string, Measurements[string]>;
}

/** The Entities that a measure feeds: the device's own, and others by id. */
export interface EntityDrafts {
  readonly own: EntityDraft;
  readonly others: ReadonlyMap<string, EntityDraft>;
  /** The draft of an Entity; the device's own where the id is its. */
  of(id: string, type: string): EntityDraft;
}

/** Drafts with nothing in them; the id is that of the device's own Entity. */
export function entityDrafts(id: string, type: string): EntityDrafts {
  const own = emptyDraft(id, type);
  const others = new Map<string, EntityDraft>();
  const of: EntityDrafts['of'] = (otherId, otherType) => {
    if (otherId === id) return own;
    const known = others.get(otherId);
    if (known !== undefined) return known;
    const draft = emptyDraft(otherId, otherType);
    others.set(otherId, draft);
    return draft;
  };
  return { own, others, of };
}

function emptyDraft(id: string, type: string): EntityDraft {
  return { id, type, attributes: new Map(), measurements: {} };
}

/** Adds an Attribute, in the place of an earlier one of the same name and datasetId. */
export function addAttribute(
  { attributes }: EntityDraft,
  name: string,
  attribute: NormalizedAttribute,
): void {
  attributes.set(instanceKey(name, attribute), attribute);
}

/** Whether nothing was measured of the Entity. */
export function isEmpty({ attributes, measurements }: EntityDraft): boolean {
  return attributes.size === 0 && Object.keys(measurements).length === 0;
}
