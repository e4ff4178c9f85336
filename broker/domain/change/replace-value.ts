import type { AttributeKind, Entity, Json, Micros } from '../entity.ts';
import { requireInstance } from './attribute-changes.ts';
import type { Change } from './changes.ts';
import { draftOf, finish, putInstance } from './draft.ts';
import { stamp } from './stamp.ts';

/** Which instance gets the value, the default one without datasetId, and when it was observed. */
export interface ValueReplacement {
  readonly datasetId?: string | undefined;
  /** The observedAt that is there stays when absent. */
  readonly observedAt?: Micros | undefined;
  /** The value, read as the kind that the Attribute has. */
  readonly valueAs: (kind: AttributeKind) => Json;
}

/**
 * Puts another value into an instance, whose other members stay. Undefined when nothing differs.
 * @throws NgsiLdError ResourceNotFound when there is no such instance; what `valueAs` throws.
 */
export function replaceValue(
  current: Entity,
  attribute: string,
  { datasetId, observedAt, valueAs }: ValueReplacement,
  now: Micros,
): Change | undefined {
  const draft = draftOf(current, now);
  const before = requireInstance(draft, attribute, datasetId);
  const input = { ...before, value: valueAs(before.kind), ...(observedAt !== undefined && { observedAt }) };
  putInstance(draft, attribute, before, stamp(input, before, now));
  return finish(draft, {});
}
