import { ATTRIBUTE_KINDS, isAttributeKind } from '../attribute-kinds.ts';
import type { AttributeKind, Json, JsonObject } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';

/**
 * The instances of an Attribute, `what`, of which a client may give some as a series, as the simplified temporal
 * representation has them (clauses 4.5.9, 5.2.20): `{"type": "Property", "values": [[value, DateTime], ...]}`. Each pair
 * becomes an instance that was observed at that time; what is no series stays as it is.
 * @throws NgsiLdError BadRequestData.
 */
export function withoutSeries(instances: readonly Json[], what: string): readonly Json[] {
  if (!instances.some(isSeries)) return instances;
  return instances.flatMap((instance) =>
    isSeries(instance) ? pairsAsInstances(instance, what) : [instance],
  );
}

interface Series extends JsonObject {
  readonly type: AttributeKind;
}

/** An instance has its value, and cannot do without; a series has values, and says of which kind. */
function isSeries(raw: Json): raw is Series {
  if (!isObject(raw)) return false;
  const { type } = raw;
  if (typeof type !== 'string' || !isAttributeKind(type)) return false;
  const { valueMember, temporalMember } = ATTRIBUTE_KINDS[type];
  return raw[valueMember] === undefined && raw[temporalMember] !== undefined;
}

function pairsAsInstances(series: Series, what: string): readonly Json[] {
  const { type, datasetId } = series;
  const { valueMember, temporalMember, isWrapped } = ATTRIBUTE_KINDS[type];
  const other = Object.keys(series).find((name) => !['type', 'datasetId', temporalMember].includes(name));
  if (other !== undefined)
    throw badRequest(`${what} has ${other} beside ${temporalMember}, where only type and datasetId can be`);
  const pairs = series[temporalMember];
  if (!Array.isArray(pairs) || !pairs.every(isPair)) {
    throw badRequest(`${temporalMember} of ${what} is not an array of pairs: write [[value, DateTime], ...]`);
  }
  return pairs.map(([value, observedAt]) => ({
    type,
    ...(datasetId !== undefined && { datasetId }),
    [valueMember]: isWrapped ? unwrapped(value, valueMember) : value,
    observedAt,
  }));
}

function isPair(raw: Json): raw is readonly [Json, Json] {
  return Array.isArray(raw) && raw.length === 2;
}

/** Values that could be taken for others stand inside their member (examples 2, 4 and 5 of clause 4.5.9). */
function unwrapped(value: Json, member: string): Json {
  return isObject(value) && Object.keys(value).length === 1 ? (value[member] ?? value) : value;
}
