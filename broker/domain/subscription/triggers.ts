import type { AttributeChange, Change } from '../change/changes.ts';
import type { NotificationTrigger } from './subscription.ts';

type Watched = ReadonlySet<string> | undefined;

/**
 * What makes each trigger fire (clause 5.8.6, table 5.2.12-1). A new Entity fires attributeCreated for its Attributes
 * and a deleted one attributeDeleted; entityUpdated is any change of an Attribute of an Entity that exists before and
 * after.
 */
const FIRES: Readonly<Record<NotificationTrigger, (change: Change, watched: Watched) => boolean>> = {
  entityCreated: (change, watched) => change.kind === 'created' && concerns(change, watched),
  entityUpdated: (change, watched) =>
    change.kind === 'updated' && change.attributes.length > 0 && concerns(change, watched),
  entityDeleted: (change, watched) => change.kind === 'deleted' && concerns(change, watched),
  attributeCreated: (change, watched) => has(change, 'created', watched),
  attributeUpdated: (change, watched) => has(change, 'updated', watched),
  attributeDeleted: (change, watched) => has(change, 'deleted', watched),
};

/** True when the change fires one of the triggers on a watched Attribute; `watched` undefined watches every Attribute. */
export function isTriggered(
  triggers: readonly NotificationTrigger[],
  watched: ReadonlySet<string> | undefined,
  change: Change,
): boolean {
  for (const trigger of triggers) if (FIRES[trigger](change, watched)) return true;
  return false;
}

function concerns(change: Change, watched: Watched): boolean {
  return watched === undefined || change.attributes.some(({ attribute }) => watched.has(attribute));
}

function has(change: Change, kind: AttributeChange['kind'], watched: Watched): boolean {
  for (const touched of change.attributes)
    if (touched.kind === kind && (watched === undefined || watched.has(touched.attribute))) return true;
  return false;
}
