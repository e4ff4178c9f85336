import { ATTRIBUTE_KINDS, isAttributeKind } from '../attribute-kinds.ts';
import type { AttributeKind, Json, JsonObject } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';

/**
 * The instances of an Attribute, `what`, of which a client may give some as a series, as the simplified temporal
 * representation has them (clauses 4.5.9, 5.2.20): `{"type": "Property", "values": [[value, DateTime], ...]}`. Each pair
 * becomes an instance that was observed at that time; what is no series stays as it is. One after the other: a series
 * may be very long.
 * @throws NgsiLdError BadRequestData.
 */
export function* withoutSeries(instances: readonly Json[], what: string): Generator<Json> {
  for (const instance of instances) {
    const kind = seriesKind(instance);
    if (kind === undefined) yield instance;
    else yield* pairsAsInstances(instance as JsonObject, kind, what);
  }
}

/** An instance has its value, and cannot do without; a series has values, and says of which kind. */
function seriesKind(raw: Json): AttributeKind | undefined {
  if (!isObject(raw)) return undefined;
  const type = raw['type'] ?? raw['@type'];
  if (typeof type !== 'string' || !isAttributeKind(type)) return undefined;
  const { valueMember, temporalMember } = ATTRIBUTE_KINDS[type];
  return raw[valueMember] === undefined && raw[temporalMember] !== undefined ? type : undefined;
}

function* pairsAsInstances(series: JsonObject, type: AttributeKind, what: string): Generator<Json> {
  const { valueMember, temporalMember, isWrapped } = ATTRIBUTE_KINDS[type];
  const taken = ['type', '@type', 'datasetId', temporalMember];
  const other = Object.keys(series).find((name) => !taken.includes(name));
  if (other !== undefined)
    throw badRequest(`${what} has ${other} beside ${temporalMember}, where only type and datasetId can be`);
  const { datasetId, [temporalMember]: pairs } = series;
  if (!Array.isArray(pairs) || !pairs.every(isPair)) {
    throw badRequest(`${temporalMember} of ${what} is not an array of pairs: write [[value, DateTime], ...]`);
  }
  for (const [value, observedAt] of pairs) {
    yield {
      type,
      ...(datasetId !== undefined && { datasetId }),
      [valueMember]: isWrapped ? unwrapped(value, valueMember) : value,
      observedAt,
    };
  }
}

function isPair(raw: Json): raw is readonly [Json, Json] {
  return Array.isArray(raw) && raw.length === 2;
}

/** Values that could be taken for others stand inside their member (examples 2, 4 and 5 of clause 4.5.9). */
function unwrapped(value: Json, member: string): Json {
  return isObject(value) && Object.keys(value).length === 1 ? (value[member] ?? value) : value;
}
