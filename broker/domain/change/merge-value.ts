import type { Json, JsonObject } from '../entity.ts';
import { isObject } from '../json-object.ts';
import { isNgsiLdNull } from '../names.ts';

/**
 * A value with a patch merged into it as in RFC 7396, NGSI-LD Null in the place of null (clause 5.5.12). Arrays and
 * JSON-LD typed values are replaced whole. Without a target the patch without its removals.
 */
export function mergeValue(target: Json | undefined, patch: Json): Json {
  if (!hasMembers(patch)) return patch;
  const base = hasMembers(target) ? target : {};
  // A Map and `fromEntries` keep a member named __proto__ what it is: a member.
  const members = new Map<string, Json>(Object.entries(base));
  for (const [name, value] of Object.entries(patch)) {
    if (isNgsiLdNull(value)) members.delete(name);
    else members.set(name, mergeValue(members.get(name), value));
  }
  return Object.fromEntries(members);
}

/** True for an object whose members can be merged one by one. */
export function hasMembers(value: Json | undefined): value is JsonObject {
  return isObject(value) && !Object.hasOwn(value, '@value');
}
