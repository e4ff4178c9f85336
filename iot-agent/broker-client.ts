import { Pool } from 'undici';
import { correlationHeader } from '../runtime/correlation.ts';
import type { Json } from './measurement.ts';

/** Where the broker is and how to call it. */
export interface BrokerOptions {
  /** Base URL, with or without a path; `/ngsi-ld/v1` is added when it does not end so. */
  readonly url: string;
  /** Sent as a bearer token and as X-API-Key. */
  readonly apiKey?: string;
  /** Milliseconds for a whole answer. */
  readonly timeout: number;
  readonly connections: number;
}

/** What every request carries. */
export interface RequestContext {
  /** Empty for the default tenant. */
  readonly tenant: string;
  /** URL of the @context in which the names are short; empty for the core one, which every broker has in a version of its own. */
  readonly context: string;
  readonly correlationId: string;
}

/** Attributes by name. */
export type Fragment = { readonly [attribute: string]: Json };

/** What the broker answered, whatever its status. */
export interface BrokerAnswer {
  readonly status: number;
  /** Parsed JSON; `undefined` when there was none. */
  readonly body: unknown;
  /** Milliseconds that the broker asks to wait, by Retry-After in seconds. */
  readonly retryAfter?: number;
}

/** What the agent keeps at the broker besides Entities. */
export type Resource = 'subscriptions' | 'csourceRegistrations';

/** The part of the NGSI-LD API that the agent uses. Each call rejects only when the broker cannot be reached. */
export interface BrokerClient {
  /** Batch upsert with `options=update` (clause 5.6.8). */
  upsert(entities: readonly Json[], request: RequestContext): Promise<BrokerAnswer>;
  /** Batch update (clause 5.6.9): of Entities that exist, and no others. */
  update(entities: readonly Json[], request: RequestContext): Promise<BrokerAnswer>;
  /** Create Subscription (clause 5.8.1) or Register Context Source (clause 5.9.2). */
  create(kind: Resource, body: Json, request: RequestContext): Promise<BrokerAnswer>;
  /** Retrieve Subscription (clause 5.8.3) or Context Source Registration (clause 5.10.1). */
  read(kind: Resource, id: string, request: RequestContext): Promise<BrokerAnswer>;
  /** Delete Subscription (clause 5.8.5) or Context Source Registration (clause 5.9.4). */
  remove(kind: Resource, id: string, request: RequestContext): Promise<BrokerAnswer>;
  /** Query Entities (clause 5.7.2), by the parameters of table 6.4.3.2-1. */
  query(parameters: Readonly<Record<string, string>>, request: RequestContext): Promise<BrokerAnswer>;
  /** Retrieve Entity (clause 5.7.1). */
  retrieve(entityId: string, request: RequestContext): Promise<BrokerAnswer>;
  /** Add Attributes to the Temporal Representation of an Entity (clause 5.6.12). */
  appendTemporal(entityId: string, fragment: Fragment, request: RequestContext): Promise<BrokerAnswer>;
  /** Breaks the running requests off, and refuses new ones. */
  abort(): Promise<void>;
  /** Ends the connections after the running requests. */
  close(): Promise<void>;
}

const ldContext = '; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"';

/** A client with kept-alive connections. */
export function brokerClient({ url, apiKey, timeout, connections }: BrokerOptions): BrokerClient {
  const { origin, pathname } = new URL(url);
  const root = `${pathname.replace(/\/+$/, '').replace(/\/ngsi-ld\/v1$/, '')}/ngsi-ld/v1`;
  const pool = new Pool(origin, {
    connections,
    // Below the five seconds after which Node's own servers close an idle connection.
    keepAliveTimeout: 4000,
    connect: { timeout },
    headersTimeout: timeout,
    bodyTimeout: timeout,
  });
  const credentials = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}`, 'x-api-key': apiKey };
  const call = async (
    method: 'DELETE' | 'GET' | 'POST',
    path: string,
    request: RequestContext,
    body?: Json,
  ) => {
    const headers = { ...headersOf(request), ...credentials, ...(body === undefined ? {} : jsonBody) };
    const text = body === undefined ? null : JSON.stringify(body);
    const answer = await pool.request({ method, path: root + path, headers, body: text });
    return answerOf(answer.statusCode, answer.headers['retry-after'], await answer.body.text());
  };
  return {
    upsert: (entities, request) => call('POST', '/entityOperations/upsert?options=update', request, entities),
    update: (entities, request) => call('POST', '/entityOperations/update', request, entities),
    create: (kind, body, request) => call('POST', `/${kind}`, request, body),
    read: (kind, id, request) => call('GET', `/${kind}/${encodeURIComponent(id)}`, request),
    remove: (kind, id, request) => call('DELETE', `/${kind}/${encodeURIComponent(id)}`, request),
    query: (parameters, request) => call('GET', `/entities?${new URLSearchParams(parameters)}`, request),
    retrieve: (id, request) => call('GET', `/entities/${encodeURIComponent(id)}`, request),
    appendTemporal: (id, fragment, request) =>
      call('POST', `/temporal/entities/${encodeURIComponent(id)}/attrs`, request, fragment),
    abort: () => pool.destroy(),
    close: async () => {
      if (!pool.destroyed) await pool.close();
    },
  };
}

const jsonBody = { 'content-type': 'application/json' };

function headersOf({ tenant, context, correlationId }: RequestContext): Record<string, string> {
  return {
    accept: 'application/json',
    [correlationHeader]: correlationId,
    ...(context === '' ? {} : { link: `<${context}>${ldContext}` }),
    ...(tenant === '' ? {} : { 'NGSILD-Tenant': tenant }),
  };
}

function answerOf(status: number, retryAfter: string | string[] | undefined, text: string): BrokerAnswer {
  const seconds = Number(retryAfter);
  const wait = retryAfter !== undefined && seconds >= 0 ? { retryAfter: seconds * 1000 } : {};
  return { status, body: parse(text), ...wait };
}

/** What is not JSON says nothing that the status does not. */
function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
