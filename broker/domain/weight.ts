import type { Attribute, Entity, Json, JsonObject } from './entity.ts';

/** What every instance of an Attribute has beside its value, in characters: its kind and its times. */
const FRAME = 200;
/** What stands around a member, and a value that is no string. */
const MEMBER = 4;

/** About how many characters the JSON of an instance of an Attribute has; found without making it. */
export function weightOfAttribute({ value, subAttributes, ngsildproof }: Attribute): number {
  let weight = FRAME + weightOfJson(value);
  if (ngsildproof !== undefined) weight += weightOfJson(ngsildproof);
  if (subAttributes === undefined) return weight;
  for (const name in subAttributes)
    for (const instance of subAttributes[name] as readonly Attribute[]) weight += weightOfAttribute(instance);
  return weight;
}

/** As `weightOfAttribute`, of all Attributes. */
export function weightOfEntity({ attributes }: Entity): number {
  let weight = FRAME;
  for (const name in attributes)
    for (const instance of attributes[name] as readonly Attribute[]) weight += weightOfAttribute(instance);
  return weight;
}

/** As `weightOfAttribute`, of any JSON. */
export function weightOfJson(value: Json): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return MEMBER;
  let weight = 0;
  if (Array.isArray(value)) {
    for (const member of value as readonly Json[]) weight += MEMBER + weightOfJson(member);
    return weight;
  }
  // Without a list of its own of the members.
  const members = value as JsonObject;
  for (const name in members) weight += MEMBER + name.length + weightOfJson(members[name] as Json);
  return weight;
}
