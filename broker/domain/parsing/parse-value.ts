import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import type { AttributeKind, Json } from '../entity.ts';
import { badRequest, NgsiLdError } from '../errors.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { checkPlainValue } from './check-plain-value.ts';
import { READING_MODES } from './reading.ts';

/**
 * A bare value, to be read as the kind of the Attribute that gets it; what is read throws BadRequestData when it is no
 * value of that kind, or NGSI-LD Null.
 * @throws NgsiLdError InvalidRequest for null, which no Attribute can have.
 */
export function parseValue(body: Json, vocabulary: Vocabulary): (kind: AttributeKind) => Json {
  if (body === null) {
    throw new NgsiLdError('InvalidRequest', 'The value is null: delete the Attribute instead.');
  }
  return (kind) => {
    const { read, isDeletion } = ATTRIBUTE_KINDS[kind];
    if (isDeletion(body)) throw badRequest('The value is NGSI-LD Null: delete the Attribute instead.');
    if (kind !== 'JsonProperty') checkPlainValue(body, READING_MODES.complete, 'the Attribute');
    return read(body, vocabulary, 'the Attribute');
  };
}
