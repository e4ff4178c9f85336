import { isObject } from '../attribute-values.ts';
import type { Json, JsonObject } from '../entity.ts';
import type { AttributeDeletion, AttributeFragment, AttributeInput } from '../entity-input.ts';
import { badRequest, NgsiLdError } from '../errors.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { readFragment, readInstance } from './parse-instances.ts';
import { isGeoPropertyName } from './parse-names.ts';
import { READING_MODES } from './reading.ts';

/**
 * What partial attribute update takes: some members of one instance (clause 5.6.4). `attribute` is the IRI of the
 * Attribute.
 * @throws NgsiLdError InvalidRequest when the body is no object, BadRequestData for everything else.
 */
export function parseAttributeFragment(
  attribute: string,
  body: Json,
  vocabulary: Vocabulary,
): AttributeFragment | AttributeDeletion {
  const raw = requireObject(body);
  const fragment = readFragment(raw, { vocabulary, mode: READING_MODES.partial }, 'the Attribute');
  if (!fragment.deleted && fragment.kind !== undefined) checkKind(attribute, fragment.kind);
  return fragment;
}

/**
 * What replace attribute takes: one complete instance (clause 5.6.19). `attribute` is the IRI of the Attribute.
 * @throws NgsiLdError as `parseAttributeFragment`.
 */
export function parseAttributeReplacement(
  attribute: string,
  body: Json,
  vocabulary: Vocabulary,
): AttributeInput {
  const raw = requireObject(body);
  const reading = { vocabulary, mode: READING_MODES.complete };
  // In mode `complete` every instance has kind and value.
  const instance = readInstance(raw, reading, 'the Attribute') as AttributeInput;
  checkKind(attribute, instance.kind);
  return instance;
}

function checkKind(attribute: string, kind: string): void {
  if (kind === 'GeoProperty' || !isGeoPropertyName(attribute)) return;
  throw badRequest(`the Attribute is a ${kind}, but has to be a GeoProperty with a GeoJSON geometry`);
}

function requireObject(body: Json): JsonObject {
  if (isObject(body)) return body;
  throw new NgsiLdError('InvalidRequest', 'the body is not a JSON object: send one Attribute');
}
