import { requireDateTime } from '../date-time.ts';
import type { Json, JsonObject } from '../entity.ts';
import type { AttributeInput } from '../entity-input.ts';
import { badRequest, NgsiLdError } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { inOneGo, type Steps } from '../steps.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { isMemberName } from './instance-members.ts';
import { typesIn } from './parse-entity.ts';
import { readInstance } from './parse-instances.ts';
import { parseAttributeName, parseTypes } from './parse-names.ts';
import { parseTemporalScopes, type ScopesInput } from './parse-temporal-scopes.ts';
import { READING_MODES, type Reading } from './reading.ts';
import { checkReservedAttribute } from './reserved-attributes.ts';
import { withoutSeries } from './temporal-series.ts';

/** What a client gives of the Temporal Evolution of an Entity (clause 5.2.20), expanded and checked. */
export interface TemporalInput {
  readonly types?: readonly string[];
  /** The scopes as instances of a Property, in the order of the body (clause 4.5.6). */
  readonly scopes?: readonly ScopesInput[];
  /** Attribute IRI → instances in the order of the body; a datasetId may be there many times. */
  readonly attributes: { readonly [name: string]: readonly AttributeInput[] };
}

const PASSED_OVER = new Set([
  ...['id', '@id', 'type', '@type', 'scope', 'expiresAt', '@context'],
  ...['createdAt', 'modifiedAt', 'deletedAt'],
]);

/**
 * Reads an EntityTemporal, or a fragment of one: each Attribute is an instance or an array of them.
 * @throws NgsiLdError InvalidRequest when the body is no object, BadRequestData for everything else.
 */
export function parseTemporalEntity(body: Json, vocabulary: Vocabulary): TemporalInput {
  return inOneGo(temporalEntitySteps(body, vocabulary));
}

/** The same for a body that may have very many instances: with a rest after some of them. */
export function* temporalEntitySteps(body: Json, vocabulary: Vocabulary): Steps<TemporalInput> {
  if (!isObject(body))
    throw new NgsiLdError('InvalidRequest', 'the body is not a JSON object: send one EntityTemporal');
  const type = typesIn(body);
  const { scope, expiresAt } = body;
  // It ends the storage of the current Entity; how long a history is kept, its policies say (clause 4.22).
  if (expiresAt !== undefined) requireDateTime(expiresAt, 'expiresAt');
  return {
    ...(type !== undefined && { types: parseTypes(type, vocabulary) }),
    ...(scope !== undefined && { scopes: parseTemporalScopes(scope) }),
    attributes: yield* readAttributes(body, { vocabulary, mode: READING_MODES.temporal }),
  };
}

function* readAttributes(body: JsonObject, reading: Reading): Steps<TemporalInput['attributes']> {
  const attributes: Record<string, readonly AttributeInput[]> = {};
  for (const name in body) {
    if (PASSED_OVER.has(name)) continue;
    if (isMemberName(name)) {
      throw badRequest(`${name} cannot name an Attribute: it is a member that NGSI-LD defines`);
    }
    const iri = parseAttributeName(name, reading.vocabulary);
    if (attributes[iri] !== undefined)
      throw badRequest(`the Attribute ${name} is given twice, under two names`);
    attributes[iri] = yield* readInstances(iri, body[name] as Json, reading, name);
  }
  return attributes;
}

/** Instances that are read before a rest: some milliseconds. */
const TOGETHER = 200;

function* readInstances(
  iri: string,
  raw: Json,
  reading: Reading,
  name: string,
): Steps<readonly AttributeInput[]> {
  const inputs: AttributeInput[] = [];
  for (const instance of withoutSeries(instancesIn(raw, name), name)) {
    if (inputs.length % TOGETHER === TOGETHER - 1) yield;
    // In mode `temporal` every instance has kind and value.
    const input = readInstance(instance, reading, name) as AttributeInput;
    checkReservedAttribute(iri, input, name);
    inputs.push(input);
  }
  return inputs;
}

/**
 * An array is one of instances (table 5.2.20-1), never a bare value, which it could be by mistake alone: of a type that is
 * misspelt, or of pairs without `values`. An empty one is an Attribute that answers show without any (clause 6.3.10).
 */
function instancesIn(raw: Json, name: string): readonly Json[] {
  if (!Array.isArray(raw)) return [raw];
  if (raw.every(isObject)) return raw;
  throw badRequest(
    `${name} is an array of something else than instances: write each as {"value": ..., "observedAt": ...}, and an array that is a value as {"value": [...]}`,
  );
}
