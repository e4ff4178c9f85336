import { type Json, type JsonObject, NGSI_LD_NULL } from '../entity.ts';
import { isObject } from '../json-object.ts';

/** Which members of a Subscription hold objects, by those of them that do too. */
interface Nested {
  readonly [member: string]: Nested;
}
const NESTED: Nested = { notification: { endpoint: {} }, geoQ: {} };

/** Where a Subscription has NGSI-LD Null: the members' names, such as `notification.endpoint.accept`. */
export function nullsIn(subscription: JsonObject, nested: Nested = NESTED): readonly string[] {
  return Object.entries(subscription).flatMap(([name, value]) => {
    if (value === NGSI_LD_NULL) return [name];
    const inner = innerOf(name, value, nested);
    return inner === undefined ? [] : nullsIn(inner.object, inner.nested).map((path) => `${name}.${path}`);
  });
}

/**
 * A member as it is to be kept: an update replaces it whole (clause 5.5.8), so NGSI-LD Null within it says of a member
 * of its own that it is not there.
 */
export function withoutNulls(name: string, value: Json, nested: Nested = NESTED): Json {
  const inner = innerOf(name, value, nested);
  if (inner === undefined) return value;
  return Object.fromEntries(
    Object.entries(inner.object)
      .filter(([, member]) => member !== NGSI_LD_NULL)
      .map(([within, member]) => [within, withoutNulls(within, member, inner.nested)]),
  );
}

function innerOf(
  name: string,
  value: Json,
  nested: Nested,
): { readonly object: JsonObject; readonly nested: Nested } | undefined {
  const within = Object.hasOwn(nested, name) ? nested[name] : undefined;
  return within === undefined || !isObject(value) ? undefined : { object: value, nested: within };
}
