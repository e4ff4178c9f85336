import { requireDateTime } from '../date-time.ts';
import type { Json, Micros } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { isNgsiLdNull } from '../names.ts';
import { parseScopes } from './parse-names.ts';
import { withoutSeries } from './temporal-series.ts';

/** All scopes of an Entity at a time; none where it lost them. */
export interface ScopesInput {
  readonly kind: 'Property';
  readonly value: readonly string[];
  readonly observedAt?: Micros;
}

/**
 * Scopes as an Entity has them, or what they were over time, as instances of a Property (clause 4.5.6). An empty array
 * has no instances, as with Attributes.
 * @throws NgsiLdError BadRequestData.
 */
export function parseTemporalScopes(raw: Json): readonly ScopesInput[] {
  const given: readonly Json[] = Array.isArray(raw) ? raw : [raw];
  if (given.length > 0 && !given.some(isObject)) return [{ kind: 'Property', value: parseScopes(raw) }];
  return Array.from(withoutSeries(given, 'scope'), readInstance);
}

const MEMBERS = new Set([
  ...['type', 'value', 'observedAt'],
  // What the broker makes itself is ignored when clients send it back (clause 5.2.2).
  ...['createdAt', 'modifiedAt', 'deletedAt', 'instanceId'],
]);

function readInstance(raw: Json): ScopesInput {
  if (!isObject(raw) || (raw['type'] ?? 'Property') !== 'Property' || raw['value'] === undefined) {
    throw badRequest('scope is neither a Scope nor an instance of a Property with Scopes as its value');
  }
  const other = Object.keys(raw).find((name) => !MEMBERS.has(name));
  if (other !== undefined)
    throw badRequest(`an instance of scope has ${other}: it can have observedAt alone`);
  const { value, observedAt } = raw;
  return {
    kind: 'Property',
    // NGSI-LD Null records that it was deleted (clause 4.5.7).
    value: isNgsiLdNull(value) ? [] : parseScopes(value),
    ...(observedAt !== undefined && { observedAt: requireDateTime(observedAt, 'observedAt of scope') }),
  };
}
