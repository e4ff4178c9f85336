import type { Json, JsonObject } from '../entity.ts';
import { isObject } from '../json-object.ts';

/** A typed value or a reference of JSON-LD as the plain value in it, also in an array; all else as it is. */
export function plainValue(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return plainObject(value as JsonObject);
  return value.some(isObject)
    ? value.map((item: Json) => (isObject(item) ? plainObject(item) : item))
    : value;
}

function plainObject(value: JsonObject): Json {
  if (Object.hasOwn(value, '@value')) return value['@value'] as Json;
  const reference = value['@id'];
  return typeof reference === 'string' && Object.keys(value).length === 1 ? reference : value;
}
