import { KIND_OF_MEMBER } from '../attribute-kinds.ts';
import type { Json, JsonObject } from '../entity.ts';
import type { AttributeInput } from '../entity-input.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { isInstanceLike } from './layout.ts';
import { SCOPE } from './parse-names.ts';
import { parseTemporalEntity } from './parse-temporal-entity.ts';
import type { ScopesInput } from './parse-temporal-scopes.ts';

/** An Attribute as the path names it: by the name that the client uses, and by its IRI, or `SCOPE`. */
export interface NamedAttribute {
  readonly name: string;
  readonly iri: string;
}

/**
 * What takes the place of one instance (clause 5.6.14): a fragment of an EntityTemporal with nothing but the new instance
 * of the Attribute, or the instance itself, as many clients send it.
 * @throws NgsiLdError InvalidRequest when the body is no object, BadRequestData for everything else.
 */
export function parseTemporalInstance(
  { name, iri }: NamedAttribute,
  body: Json,
  vocabulary: Vocabulary,
): AttributeInput | ScopesInput {
  const { types, scopes = [], attributes } = parseTemporalEntity(toFragment(name, body), vocabulary);
  const others = Object.keys(attributes)
    .filter((attribute) => attribute !== iri)
    .map((attribute) => vocabulary.compact(attribute));
  if (iri !== SCOPE && scopes.length > 0) others.push('scope');
  if (types !== undefined) others.push('type');
  if (others.length > 0) {
    throw badRequest(`the body has ${others.join(', ')} too: send nothing but the new instance of ${name}`);
  }
  const instances = iri === SCOPE ? scopes : (attributes[iri] ?? []);
  const [instance] = instances;
  if (instance !== undefined && instances.length === 1) return instance;
  throw badRequest(`the body has ${instances.length} instances of ${name}: send exactly one`);
}

function toFragment(name: string, body: Json): Json {
  if (!isObject(body) || !isInstanceLike(body) || holdsAttribute(name, body)) return body;
  const { '@context': _, ...instance } = body;
  return { [name]: [instance] };
}

/** An instance has a value; without one this is a fragment with some member that an instance could have as well. */
function holdsAttribute(name: string, body: JsonObject): boolean {
  return (
    Object.hasOwn(body, name) && ![...KIND_OF_MEMBER.keys()].some((member) => Object.hasOwn(body, member))
  );
}
