import type { Attribute, Attributes, Micros } from '../entity.ts';
import type { AttributeInput, AttributesInput } from '../entity-input.ts';
import { isEqualJson } from '../json-equality.ts';
import { finderOf } from './instances.ts';

/**
 * The instance that takes the place of `before`, with its system times (clause 4.8): createdAt is kept, modifiedAt is
 * now. `before` itself when nothing differs, so that comparing by identity tells whether anything changed.
 */
export function stamp(input: AttributeInput, before: Attribute | undefined, now: Micros): Attribute {
  if (input === before) return before;
  const subAttributes =
    input.subAttributes === undefined ? undefined : stampAll(input.subAttributes, before?.subAttributes, now);
  if (before !== undefined && subAttributes === before.subAttributes && hasSameMembers(input, before)) {
    return before;
  }
  return instanceWith(input, before?.createdAt ?? now, now, subAttributes);
}

type Draft = { -readonly [Member in keyof Attribute]: Attribute[Member] };

/** Member by member: that takes a tenth of the time of a spread, once for each instance that is written. */
function instanceWith(
  input: AttributeInput,
  createdAt: Micros,
  modifiedAt: Micros,
  subAttributes: Attributes | undefined,
): Attribute {
  const { kind, value, datasetId, observedAt, unitCode, valueType, objectType, expiresAt, ngsildproof } =
    input;
  const { entityIdSealed, entityTypeSealed } = input;
  const instance: Draft = { kind, value, createdAt, modifiedAt };
  if (datasetId !== undefined) instance.datasetId = datasetId;
  if (observedAt !== undefined) instance.observedAt = observedAt;
  if (unitCode !== undefined) instance.unitCode = unitCode;
  if (valueType !== undefined) instance.valueType = valueType;
  if (objectType !== undefined) instance.objectType = objectType;
  if (expiresAt !== undefined) instance.expiresAt = expiresAt;
  if (ngsildproof !== undefined) instance.ngsildproof = ngsildproof;
  if (entityIdSealed !== undefined) instance.entityIdSealed = entityIdSealed;
  if (entityTypeSealed !== undefined) instance.entityTypeSealed = entityTypeSealed;
  if (subAttributes !== undefined) instance.subAttributes = subAttributes;
  return instance;
}

function stampAll(inputs: AttributesInput, before: Attributes | undefined, now: Micros): Attributes {
  const stamped: Record<string, readonly Attribute[]> = {};
  let isSame = before !== undefined;
  let count = 0;
  for (const name in inputs) {
    const instances = inputs[name] as readonly AttributeInput[];
    const old = before?.[name];
    const find = finderOf(old);
    const fresh = instances.map((input) => stamp(input, find(input.datasetId), now));
    isSame &&=
      fresh.length === old?.length && fresh.every((instance) => find(instance.datasetId) === instance);
    stamped[name] = fresh;
    count++;
  }
  return isSame && before !== undefined && count === Object.keys(before).length ? before : stamped;
}

function hasSameMembers(one: AttributeInput, other: AttributeInput): boolean {
  return (
    one.kind === other.kind &&
    one.observedAt === other.observedAt &&
    one.unitCode === other.unitCode &&
    one.datasetId === other.datasetId &&
    one.valueType === other.valueType &&
    one.expiresAt === other.expiresAt &&
    one.entityIdSealed === other.entityIdSealed &&
    one.entityTypeSealed === other.entityTypeSealed &&
    isEqualJson(one.value, other.value) &&
    isEqualJson(one.objectType, other.objectType) &&
    isEqualJson(one.ngsildproof, other.ngsildproof)
  );
}
