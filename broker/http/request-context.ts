import type { Json, JsonObject } from '../domain/entity.ts';
import { badRequest } from '../domain/errors.ts';
import { isObject } from '../domain/json-object.ts';
import type { Context, Contexts } from '../jsonld/context.ts';
import { contextLink } from './link-header.ts';

/** A body without its @context, and the @context that its names are in. */
export interface BodyInContext {
  readonly body: Json | undefined;
  readonly context: Context;
}

interface ContextSource {
  readonly body: Json | undefined;
  readonly isJsonLd: boolean;
  /** The request's Link header. */
  readonly link: string | undefined;
}

/**
 * Finds a request's @context by the rules of clause 6.3.5: JSON bodies and bodiless requests point to it with a Link
 * header, JSON-LD bodies carry it. Elements of an array carry their own: they stay as they are, see `elementInContext`.
 * @throws NgsiLdError BadRequestData when both or the wrong one of them is there; what `Contexts.resolve` throws.
 */
export function bodyInContext(
  contexts: Contexts,
  source: ContextSource,
): BodyInContext | Promise<BodyInContext> {
  const url = contextLink(source.link);
  const { body, isJsonLd } = source;
  if (isJsonLd && url !== undefined) {
    throw badRequest(
      'A Link header to an @context came with an application/ld+json body: such a body carries its own.',
    );
  }
  if (body !== undefined && isObject(body)) return objectInContext(contexts, body, isJsonLd, url);
  return withContext(url === undefined ? contexts.core : contexts.resolve(url), body);
}

/**
 * One element of a batch with its @context (clause 6.3.5 holds for each); `fallback` is the request's.
 * @throws NgsiLdError as `bodyInContext`.
 */
export function elementInContext(
  contexts: Contexts,
  element: JsonObject,
  isJsonLd: boolean,
  fallback: Context,
): BodyInContext | Promise<BodyInContext> {
  if (!isJsonLd && !Object.hasOwn(element, '@context')) return { body: element, context: fallback };
  return objectInContext(contexts, element, isJsonLd, undefined);
}

function objectInContext(
  contexts: Contexts,
  body: JsonObject,
  isJsonLd: boolean,
  url: string | undefined,
): BodyInContext | Promise<BodyInContext> {
  if (!Object.hasOwn(body, '@context')) {
    if (isJsonLd) {
      throw badRequest('The application/ld+json body has no @context: add one, or send application/json.');
    }
    return withContext(url === undefined ? contexts.core : contexts.resolve(url), body);
  }
  if (!isJsonLd) {
    throw badRequest(
      'The application/json body has an @context: send application/ld+json, or point to it with a Link header.',
    );
  }
  const { '@context': reference = null, ...rest } = body;
  return withContext(contexts.resolve(reference), rest);
}

function withContext(
  context: Context | Promise<Context>,
  body: Json | undefined,
): BodyInContext | Promise<BodyInContext> {
  return context instanceof Promise
    ? context.then((resolved) => ({ body, context: resolved }))
    : { body, context };
}
