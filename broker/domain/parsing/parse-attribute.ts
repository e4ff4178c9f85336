import type { Json, JsonObject } from '../entity.ts';
import type { AttributeDeletion, AttributeFragment, AttributeInput } from '../entity-input.ts';
import { NgsiLdError } from '../errors.ts';
import { isObject } from '../json-object.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { readFragment } from './parse-instances.ts';
import { READING_MODES } from './reading.ts';
import { checkReservedAttribute } from './reserved-attributes.ts';

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
  checkReservedAttribute(attribute, fragment, 'the Attribute');
  return fragment;
}

/**
 * What replace attribute takes: one complete instance (clause 5.6.19). `attribute` is the IRI of the Attribute. As in a
 * partial update a body without a value member is no bare object value: it may be one that was forgotten.
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
  const instance = readFragment(raw, reading, 'the Attribute') as AttributeInput;
  checkReservedAttribute(attribute, instance, 'the Attribute');
  return instance;
}

function requireObject(body: Json): JsonObject {
  if (isObject(body)) return body;
  throw new NgsiLdError('InvalidRequest', 'the body is not a JSON object: send one Attribute');
}
