import type { Attributes, Entity, Micros } from './entity.ts';

/**
 * A text that differs whenever what there is of the Entity does: it moves with every write, for modifiedAt does, and
 * when one of its Attributes expires. Letters, digits and full stops.
 */
export function stateOf({ modifiedAt, attributes }: Entity, now: Micros): string {
  const expired = latestExpiry(attributes, now);
  const state = modifiedAt.toString(36);
  return expired === 0 ? state : `${state}.${expired.toString(36)}`;
}

/** When the last of the instances that have expired by now did, sub-Attributes included; 0 when none has. */
function latestExpiry(attributes: Attributes, now: Micros): Micros {
  let latest: Micros = 0;
  for (const name in attributes) {
    for (const { expiresAt, subAttributes } of attributes[name] ?? []) {
      if (expiresAt !== undefined && expiresAt <= now && expiresAt > latest) latest = expiresAt;
      if (subAttributes !== undefined) latest = Math.max(latest, latestExpiry(subAttributes, now));
    }
  }
  return latest;
}
