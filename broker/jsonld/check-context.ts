import type { Json, JsonObject } from '../domain/entity.ts';
import { badRequest } from '../domain/errors.ts';
import { isObject } from '../domain/json-object.ts';

/** Bounds of one user @context, all its documents together: far above real ones, far below a bomb. */
export const contextLimits = {
  terms: 10_000,
  termLength: 1_024,
  prefixChain: 8,
  depth: 10,
  documents: 64,
} as const;

/**
 * Checks what JSON-LD would allow in one context object and NGSI-LD does not (clause 5.5.7), and what would let a small
 * document grow beyond all bounds.
 * @throws NgsiLdError BadRequestData naming the term and the rule.
 */
export function checkContext(context: JsonObject): void {
  for (const name of Object.keys(context)) {
    checkDefinition(name, context[name] as Json);
    checkChain(context, name);
  }
}

const refused = new Map<string, string>([
  ['@context', 'has an @context inside an @context object. Write its members there instead.'],
  ['@import', 'uses @import. Write the URL as a member of the @context array instead.'],
  ['__proto__', 'defines the term "__proto__". Rename it.'],
]);

function checkDefinition(name: string, definition: Json): void {
  const reason = refused.get(name);
  if (reason !== undefined) throw badRequest(`The @context ${reason}`);
  if (name === '@propagate' && definition !== true) {
    throw badRequest(
      'The @context sets @propagate to false: it has to hold for the whole document. Remove it.',
    );
  }
  if (isObject(definition) && '@context' in definition) {
    throw badRequest(
      `The @context scopes a context to the term "${name}" (clause 5.5.7). Remove that @context.`,
    );
  }
  if (name.length > contextLimits.termLength || iriOf(name, definition).length > contextLimits.termLength) {
    throw badRequest(
      `The @context has a term or IRI of more than ${contextLimits.termLength} characters. Shorten it.`,
    );
  }
}

/** A prefix may be built on another; long chains of long prefixes would multiply the size of a context. */
function checkChain(context: JsonObject, name: string): void {
  let current = name;
  for (let length = 0; length <= contextLimits.prefixChain; length++) {
    const iri = iriOf(current, context[current] ?? null);
    const colon = iri.indexOf(':');
    const prefix = iri.slice(0, Math.max(colon, 0));
    if (prefix === '' || iri.startsWith('//', colon + 1) || !Object.hasOwn(context, prefix)) return;
    current = prefix;
  }
  throw badRequest(
    `The @context builds the term "${name}" on more than ${contextLimits.prefixChain} prefixes, or on itself. ` +
      'Write its IRI in full.',
  );
}

function iriOf(name: string, definition: Json): string {
  if (typeof definition === 'string') return definition;
  const id = definition !== null && isObject(definition) ? definition['@id'] : undefined;
  return typeof id === 'string' ? id : name;
}
