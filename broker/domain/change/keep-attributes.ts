import type { Attribute, Entity, Micros } from '../entity.ts';
import type { Change } from './changes.ts';
import { draftOf, finish, putInstance } from './draft.ts';

/** Takes away all instances of the Attributes that are not to be kept (clause 5.6.21); undefined when there are none. */
export function keepAttributes(
  current: Entity,
  isKept: (attribute: string) => boolean,
  now: Micros,
): Change | undefined {
  const draft = draftOf(current, now);
  for (const [attribute, instances] of Object.entries(draft.attributes)) {
    if (isKept(attribute)) continue;
    for (const instance of instances as readonly Attribute[])
      putInstance(draft, attribute, instance, undefined);
  }
  return finish(draft, {});
}
