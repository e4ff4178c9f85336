import type { Json, JsonObject } from './entity.ts';

/** True when both are the same JSON: the order of members does not matter, that of array elements does. */
export function isEqualJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && areEqualArrays(one, other);
  }
  return areEqualObjects(one as JsonObject, other as JsonObject);
}

/** True when both lists hold the same strings, in whatever order; neither repeats any. */
export function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  if (some.every((item, at) => item === others[at])) return true;
  const set = new Set(others);
  return some.every((item) => set.has(item));
}

function areEqualArrays(one: readonly Json[], other: readonly Json[]): boolean {
  return one.length === other.length && one.every((item, at) => isEqualJson(item, other[at]));
}

function areEqualObjects(one: JsonObject, other: JsonObject): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isEqualJson(one[name], other[name]))
  );
}
