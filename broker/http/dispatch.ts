import type { IncomingMessage } from 'node:http';
import type { Json } from '../domain/entity.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { parseJson } from '../domain/json-text.ts';
import type { Contexts } from '../jsonld/context.ts';
import type { Store } from '../store/store.ts';
import { type BodyType, bodyType, type MediaType, negotiate, offeredBy } from './negotiation.ts';
import { readParameters } from './parameters.ts';
import { preconditionOf } from './preconditions.ts';
import { bindingProblem } from './problem-details.ts';
import { type BodyOutcome, readBody } from './read-body.ts';
import { type BodyInContext, bodyInContext } from './request-context.ts';
import type { Exchange, Reply, Route } from './route.ts';
import type { RouteMatch, RouteTable } from './route-table.ts';
import { tenantOf } from './tenant.ts';

/** What answering needs of the rest of the broker. */
export interface DispatchOptions {
  readonly routes: RouteTable;
  readonly store: Store;
  readonly contexts: Contexts;
  /** Bytes. */
  readonly maxBodySize: number;
  /** Refuse bodies without Content-Length (411); ingresses that stream need it off. */
  readonly requireContentLength: boolean;
}

/** One request on its way; `accept` and `route` become known while it is judged. */
export interface Call {
  readonly request: IncomingMessage;
  readonly method: string;
  /** Below the API root, raw. */
  readonly path: string;
  /** The raw text behind the question mark. */
  readonly search: string;
  readonly correlationId: string;
  accept: MediaType;
  route?: Route;
}

const bodyMethods = new Set(['POST', 'PATCH', 'PUT']);

/**
 * Judges a request in the order of clause 6.3 (length, path, method, media types, tenant, @context, parameters) and
 * has its route handle it. Answers what the binding refuses by a status of its own; throws NgsiLdError for the rest.
 */
export function dispatch(options: DispatchOptions, call: Call): Reply | Promise<Reply> {
  const { request, method } = call;
  if (options.requireContentLength && bodyMethods.has(method) && !request.headers['content-length']) {
    return { status: 411 };
  }
  if (method === 'OPTIONS') return describe(options.routes.methods(call.path));
  const match = options.routes.match(method, call.path);
  if (match.kind !== 'found') return unmatched(match, call.path);
  call.route = match.route;
  const refusal = headerRefusal(options, call, match.route);
  if (refusal !== undefined) return refusal;
  return match.route.consumes.length > 0
    ? handleWithBody(options, call, match)
    : handle(options, call, match, undefined);
}

type Found = Extract<RouteMatch, { readonly kind: 'found' }>;

/** The answer to OPTIONS: what the path can do (RFC 9110 9.3.7, RFC 5789 3.1). */
function describe(methods: readonly string[]): Reply {
  if (methods.length === 0) throw new NgsiLdError('ResourceNotFound', 'There is nothing at this path.');
  const patch = methods.includes('PATCH')
    ? { 'Accept-Patch': 'application/json, application/ld+json, application/merge-patch+json' }
    : {};
  return { status: 204, headers: { Allow: methods.join(', '), ...patch } };
}

function unmatched(match: Exclude<RouteMatch, Found>, path: string): Reply {
  switch (match.kind) {
    case 'method': {
      const allow = match.allowed.join(', ');
      const problem = bindingProblem(405, 'Method not allowed', `This path takes ${allow}.`);
      return { ...problem, headers: { Allow: allow } };
    }
    case 'empty':
      throw badRequest(
        `The path ${JSON.stringify(path)} has an empty segment where {${match.parameter}} stands.`,
      );
    case 'malformed':
      throw badRequest(`The path segment ${JSON.stringify(match.segment)} is not percent-encoded UTF-8.`);
    default:
      throw new NgsiLdError('ResourceNotFound', `There is nothing at the path ${JSON.stringify(path)}.`);
  }
}

/** 415, 406 and 413, all before anything is done (clause 6.3.4). */
function headerRefusal(options: DispatchOptions, call: Call, route: Route): Reply | undefined {
  const { headers } = call.request;
  if (route.consumes.length > 0) {
    const type = bodyType(headers['content-type']);
    if (!route.consumes.includes(type as BodyType)) return { status: 415 };
    // A body that is packed is no JSON either; what would be taken stands in the answer (RFC 9110 section 12.5.3).
    if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity')
      return { status: 415, headers: { 'Accept-Encoding': 'identity' } };
  }
  const offered = offeredBy(route);
  const accept = negotiate(headers.accept, offered);
  if (accept === undefined) {
    const list = offered.join(', ');
    return bindingProblem(406, 'No acceptable media type', `This resource can be had as ${list}.`);
  }
  call.accept = accept;
  return Number(headers['content-length']) > options.maxBodySize ? tooLarge(options) : undefined;
}

function tooLarge({ maxBodySize }: DispatchOptions): Reply {
  return bindingProblem(
    413,
    'The body is too large',
    `A body may have ${maxBodySize} bytes (the setting MAX_BODY_SIZE): split the request.`,
  );
}

async function handleWithBody(options: DispatchOptions, call: Call, match: Found): Promise<Reply> {
  const outcome = await readBody(call.request, options.maxBodySize);
  if (outcome.kind === 'too-large') return tooLarge(options);
  return handle(options, call, match, parseBody(outcome));
}

function parseBody(outcome: Exclude<BodyOutcome, { readonly kind: 'too-large' }>): Json {
  if (outcome.kind === 'text') return parseJson(outcome.text);
  if (outcome.kind === 'cut-off')
    throw new NgsiLdError('InvalidRequest', 'The body ended before its length.');
  throw new NgsiLdError('InvalidRequest', 'The body is not UTF-8: JSON is (RFC 8259 section 8.1).');
}

/** Tenant, @context and parameters, then the route. Stays synchronous where nothing has to be waited for. */
function handle(
  options: DispatchOptions,
  call: Call,
  match: Found,
  body: Json | undefined,
): Reply | Promise<Reply> {
  const { headers } = call.request;
  const tenant = tenantOf(headers['ngsild-tenant']);
  const query = readParameters(call.search, match.route);
  const isJsonLd = body !== undefined && bodyType(headers['content-type']) === 'application/ld+json';
  const finish: Finish = (inContext) => {
    const reply = match.route.handle(exchangeOf(call, match, { tenant, query, isJsonLd }, inContext));
    return inContext.context.publish === undefined ? reply : pointable(reply, call, tenant);
  };
  if (match.route.holdsContexts) return finish({ body, context: options.contexts.core });
  const inContext = bodyInContext(options.contexts, {
    body,
    isJsonLd,
    link: headers['link'] as string | undefined,
  });
  // Asked last, so that nobody is left waiting for the answer when the request is refused.
  const { createsTenant, needsNoTenant } = match.route;
  const known = createsTenant || needsNoTenant || options.store.hasTenant(tenant);
  if (known === true && !(inContext instanceof Promise)) return finish(inContext);
  return handleLater(tenant, known, inContext, finish);
}

type Finish = (inContext: BodyInContext) => Reply | Promise<Reply>;

/** An answer in JSON points to its @context: one that came in a body without a URL gets one (clauses 5.13.1, 6.3.6). */
async function pointable(given: Reply | Promise<Reply>, { accept }: Call, tenant: string): Promise<Reply> {
  const reply = await given;
  if (accept !== 'application/ld+json' && reply.body !== undefined) await reply.context?.publish?.(tenant);
  return reply;
}

async function handleLater(
  tenant: string,
  known: boolean | Promise<boolean>,
  inContext: BodyInContext | Promise<BodyInContext>,
  finish: Finish,
): Promise<Reply> {
  const [resolved, exists] = await Promise.all([inContext, known]);
  if (exists) return finish(resolved);
  throw new NgsiLdError(
    'NonexistentTenant',
    `There is no tenant ${JSON.stringify(tenant)}: the first Entity, Temporal Evolution or Subscription created in it makes it.`,
  );
}

/** Written out, because a spread before other members costs as much as the rest of the dispatch. */
function exchangeOf(
  { correlationId, accept, request: { headers } }: Call,
  { route, path }: Found,
  { tenant, query, isJsonLd }: Pick<Exchange, 'tenant' | 'query' | 'isJsonLd'>,
  { body, context }: BodyInContext,
): Exchange {
  const precondition = route.method === 'GET' ? undefined : preconditionOf(headers);
  return {
    tenant,
    correlationId,
    path,
    query,
    headers,
    context,
    body,
    isJsonLd,
    precondition,
    accept,
  };
}
