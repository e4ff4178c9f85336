import type { Json, JsonObject } from '../domain/entity.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { isObject } from '../domain/json-object.ts';
import type { Context, Contexts } from '../jsonld/context.ts';
import type { BatchElement } from '../services/entity-operations.ts';
import { elementInContext } from './request-context.ts';
import type { Exchange } from './route.ts';

/**
 * The array of a batch request (clause 5.6.7.4).
 * @throws NgsiLdError BadRequestData when it is none, is empty or has a null.
 */
export function batchOf({ body }: Pick<Exchange, 'body'>): readonly Json[] {
  if (!Array.isArray(body)) throw badRequest('The body of a batch operation is not an array: send [ ... ].');
  if (body.length === 0)
    throw badRequest('The array of the batch operation is empty: send at least one element.');
  const position = body.indexOf(null);
  if (position < 0) return body;
  throw badRequest(`Element ${position} of the batch is null: leave it out.`);
}

/**
 * The Entities of a batch, each with the @context of its names (clause 6.3.5 holds for each): what is wrong with the
 * @context of one fails that one alone. Every distinct @context is resolved once.
 * @throws NgsiLdError BadRequestData when the body is no array of objects.
 */
export function readElements(
  contexts: Contexts,
  exchange: Pick<Exchange, 'body' | 'isJsonLd' | 'context'>,
): readonly BatchElement[] | Promise<readonly BatchElement[]> {
  const bodies = batchOf(exchange).map(requireObject);
  const resolved = bodies.map(elementReader(contexts, exchange));
  return resolved.some((element) => element instanceof Promise)
    ? Promise.all(resolved)
    : (resolved as readonly BatchElement[]);
}

type Found = Context | NgsiLdError | Promise<Context | NgsiLdError>;

function elementReader(
  contexts: Contexts,
  { isJsonLd, context }: Pick<Exchange, 'isJsonLd' | 'context'>,
): (body: JsonObject) => BatchElement | Promise<BatchElement> {
  const known = new Map<string, Found>();
  return (body) => {
    const reference = body['@context'];
    // Without any it is no JSON text, so that it is no other's.
    const key = reference === undefined ? '' : JSON.stringify(reference);
    let found = known.get(key);
    if (found === undefined) {
      found = contextOf(contexts, body, isJsonLd, context);
      known.set(key, found);
    }
    return found instanceof Promise ? found.then((context) => ({ body, context })) : { body, context: found };
  };
}

function contextOf(contexts: Contexts, body: JsonObject, isJsonLd: boolean, fallback: Context): Found {
  try {
    const found = elementInContext(contexts, body, isJsonLd, fallback);
    return found instanceof Promise ? found.then(({ context }) => context).catch(refusal) : found.context;
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): NgsiLdError {
  if (error instanceof NgsiLdError) return error;
  throw error;
}

function requireObject(element: Json, position: number): JsonObject {
  if (isObject(element)) return element;
  throw badRequest(`Element ${position} of the batch is not an object: send one Entity.`);
}
