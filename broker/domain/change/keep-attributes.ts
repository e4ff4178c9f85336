import type { Entity, Micros } from '../entity.ts';
import type { Change } from './changes.ts';
import { changeInstances, draftOf, finish } from './draft.ts';

/** Takes away all instances of the Attributes that are not to be kept (clause 5.6.21); undefined when there are none. */
export function keepAttributes(
  current: Entity,
  isKept: (attribute: string) => boolean,
  now: Micros,
): Change | undefined {
  const draft = draftOf(current, now);
  for (const [attribute, instances] of Object.entries(draft.attributes)) {
    if (isKept(attribute)) continue;
    changeInstances(draft, attribute, instances, () => undefined);
  }
  return finish(draft, {});
}
