import { requireDateTime } from '../date-time.ts';
import type { Json, JsonObject, Micros } from '../entity.ts';
import type { AttributeInput } from '../entity-input.ts';
import { badRequest, NgsiLdError } from '../errors.ts';
import { isObject } from '../json-object.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { isMemberName } from './instance-members.ts';
import { readsAsInstances } from './layout.ts';
import { readInstance } from './parse-instances.ts';
import { parseAttributeName, parseScopes, parseTypes } from './parse-names.ts';
import { READING_MODES, type Reading } from './reading.ts';
import { checkReservedAttribute } from './reserved-attributes.ts';

/** What a client gives of the Temporal Evolution of an Entity (clause 5.2.20), expanded and checked. */
export interface TemporalInput {
  readonly types?: readonly string[];
  /** The scopes as instances of a Property, in the order of the body (clause 4.5.6). */
  readonly scopes?: readonly ScopesInput[];
  /** Attribute IRI → instances in the order of the body; a datasetId may be there many times. */
  readonly attributes: { readonly [name: string]: readonly AttributeInput[] };
}

/** All scopes of an Entity at a time. */
export interface ScopesInput {
  readonly kind: 'Property';
  readonly value: readonly string[];
  readonly observedAt?: Micros;
}

const PASSED_OVER = new Set(['id', '@id', '@context', 'createdAt', 'modifiedAt', 'deletedAt']);

/**
 * Reads an EntityTemporal, or a fragment of one: each Attribute is an instance or an array of them.
 * @throws NgsiLdError InvalidRequest when the body is no object, BadRequestData for everything else.
 */
export function parseTemporalEntity(body: Json, vocabulary: Vocabulary): TemporalInput {
  if (!isObject(body))
    throw new NgsiLdError('InvalidRequest', 'the body is not a JSON object: send one EntityTemporal');
  const type = body['type'] ?? body['@type'];
  const scope = body['scope'];
  return {
    ...(type !== undefined && { types: parseTypes(type, vocabulary) }),
    ...(scope !== undefined && { scopes: readScopes(scope) }),
    attributes: readAttributes(body, { vocabulary, mode: READING_MODES.temporal }),
  };
}

/** Scopes as an Entity has them, or what they were over time. */
function readScopes(raw: Json): readonly ScopesInput[] {
  const given: readonly Json[] = Array.isArray(raw) ? raw : [raw];
  if (!given.some(isObject)) return [{ kind: 'Property', value: parseScopes(raw) }];
  return given.map(readScopesInstance);
}

const SCOPE_MEMBERS = new Set([
  ...['type', 'value', 'observedAt'],
  // What the broker makes itself is ignored when clients send it back (clause 5.2.2).
  ...['createdAt', 'modifiedAt', 'deletedAt', 'instanceId'],
]);

function readScopesInstance(raw: Json): ScopesInput {
  if (!isObject(raw) || (raw['type'] ?? 'Property') !== 'Property' || raw['value'] === undefined) {
    throw badRequest('scope is neither a Scope nor an instance of a Property with Scopes as its value');
  }
  const other = Object.keys(raw).find((name) => !SCOPE_MEMBERS.has(name));
  if (other !== undefined)
    throw badRequest(`an instance of scope has ${other}: it can have observedAt alone`);
  const { value, observedAt } = raw;
  return {
    kind: 'Property',
    value: parseScopes(value),
    ...(observedAt !== undefined && { observedAt: requireDateTime(observedAt, 'observedAt of scope') }),
  };
}

function readAttributes(body: JsonObject, reading: Reading): TemporalInput['attributes'] {
  const attributes: Record<string, readonly AttributeInput[]> = {};
  for (const name in body) {
    if (PASSED_OVER.has(name) || name === 'type' || name === '@type' || name === 'scope') continue;
    if (isMemberName(name)) {
      throw badRequest(`${name} cannot name an Attribute: it is a member that NGSI-LD defines`);
    }
    const iri = parseAttributeName(name, reading.vocabulary);
    if (attributes[iri] !== undefined)
      throw badRequest(`the Attribute ${name} is given twice, under two names`);
    attributes[iri] = readInstances(iri, body[name] as Json, reading, name);
  }
  return attributes;
}

/** An empty array has no instances, as an Attribute has that answers show without any (clause 6.3.10). */
function readInstances(iri: string, raw: Json, reading: Reading, name: string): readonly AttributeInput[] {
  const given = Array.isArray(raw) && (raw.length === 0 || readsAsInstances(raw)) ? raw : [raw];
  return given.map((instance: Json) => {
    // In mode `temporal` every instance has kind and value.
    const input = readInstance(instance, reading, name) as AttributeInput;
    checkReservedAttribute(iri, input, name);
    return input;
  });
}
