import type { IncomingMessage, ServerResponse } from 'node:http';
import { correlationHeader, correlationId } from '../../runtime/correlation.ts';
import type { CorsPolicy } from '../../runtime/cors.ts';
import type { Logger } from '../../runtime/logger.ts';
import { NgsiLdError } from '../domain/errors.ts';
import type { Store } from '../store/store.ts';
import type { Binding } from './binding.ts';
import { preferencesOf } from './preferences.ts';
import { bindingProblem, problemReply } from './problem-details.ts';
import type { Reply } from './route.ts';
import {
  acceptsEvents,
  lastEventIdOf,
  parseStreamTarget,
  type StreamTarget,
  tenantOfStream,
} from './stream-request.ts';
import { tenantHeader } from './tenant.ts';
import { writeReply } from './write-reply.ts';

/** The stream that is written to. */
export interface StreamSink {
  write(text: string): boolean;
  end(): void;
  cut(): void;
}

/** The live streams behind the binding. */
export interface LiveStreams {
  isFull(): boolean;
  prepare(request: {
    readonly tenant: string;
    readonly subscriptionId: string;
    readonly lastEventId?: string;
  }): Promise<(sink: StreamSink) => { drained(): void; closed(): void }>;
}

export interface StreamsBindingOptions {
  readonly streams: LiveStreams;
  readonly tenants: Pick<Store, 'hasTenant'>;
  readonly cors: CorsPolicy;
  /** False refuses the request (401). */
  readonly isAllowed: (headers: IncomingMessage['headers']) => boolean;
  /** Whether an API key may be a URL parameter. */
  readonly takesKeyInUrl: boolean;
  readonly log: Logger;
}

const METHODS = 'GET, HEAD, OPTIONS';
const eventHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // Proxies of the nginx kind would collect events otherwise.
  'X-Accel-Buffering': 'no',
} as const;

type Prepared = Awaited<ReturnType<LiveStreams['prepare']>>;
type Answer = { readonly kind: 'reply'; readonly reply: Reply } | { readonly kind: 'stream'; open: Prepared };

interface Call {
  readonly request: IncomingMessage;
  readonly target: string;
  /** Of every answer: correlation id, tenant, CORS. */
  readonly headers: Record<string, string>;
}

/** Live streams by Server-Sent Events, at /streams/{subscriptionId}: ours, beyond the standard. Never throws. */
export function createStreamsBinding(options: StreamsBindingOptions): Binding {
  return (request, response, target) => {
    const id = correlationId(request.headers['x-correlation-id']);
    const { origin } = request.headers;
    const headers = { [correlationHeader]: id, ...(origin !== undefined && options.cors.answer(origin)) };
    const call = { request, target, headers };
    const refuse = (error: unknown): void => {
      if (!(error instanceof NgsiLdError)) options.log.error({ err: error, correlationId: id }, 'failed');
      writeAnswer(call, response, problemReply(error));
    };
    judge(options, call)
      .then((answer) => {
        if (answer.kind === 'reply') writeAnswer(call, response, answer.reply);
        // Not earlier: of those who ask at the same moment, the ones before have opened theirs only now.
        else if (options.streams.isFull()) writeAnswer(call, response, tooMany());
        else openStream(call, response, answer.open);
        options.log.debug({ correlationId: id, method: request.method, path: pathOf(target) }, 'answered');
      })
      .catch(refuse);
  };
}

/** Without the parameters, of which one may be a key. */
function pathOf(target: string): string {
  return `/streams${target.split('?', 1)[0]}`;
}

async function judge(options: StreamsBindingOptions, call: Call): Promise<Answer> {
  const { method, headers } = call.request;
  if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
    const requested = headers['access-control-request-headers'];
    return reply({ status: 204, headers: options.cors.preflight(headers.origin, requested) });
  }
  const target = parseStreamTarget(call.target);
  const refusal = refusalOf(options, call, target);
  if (refusal !== undefined) return reply(refusal);
  const tenant = tenantOfStream(headers, target);
  if (tenant !== '') call.headers[tenantHeader] = tenant;
  if (!(await options.tenants.hasTenant(tenant)))
    throw new NgsiLdError('NonexistentTenant', `There is no tenant ${JSON.stringify(tenant)}.`);
  const { subscriptionId } = target;
  const lastEventId = lastEventIdOf(headers, target);
  const open = await options.streams.prepare({
    ...{ tenant, subscriptionId },
    ...(lastEventId !== undefined && { lastEventId }),
  });
  return { kind: 'stream', open };
}

function reply(answer: Reply): Answer {
  return { kind: 'reply', reply: answer };
}

/** 401, 405 and 406; also the answer to OPTIONS. */
function refusalOf(
  { isAllowed, takesKeyInUrl }: StreamsBindingOptions,
  { request: { method, headers } }: Call,
  { parameters }: StreamTarget,
): Reply | undefined {
  const key = parameters.get('key');
  if (key !== undefined && !takesKeyInUrl)
    throw new NgsiLdError(
      'InvalidRequest',
      'This broker takes no key as a URL parameter (the setting STREAM_KEY_IN_URL): send the header X-API-Key.',
    );
  if (!isAllowed(key === undefined ? headers : { 'x-api-key': key, ...headers })) return unauthorized();
  if (method === 'OPTIONS') return { status: 204, headers: { Allow: METHODS } };
  if (method !== 'GET' && method !== 'HEAD') {
    const problem = bindingProblem(405, 'Method not allowed', `A stream takes ${METHODS}.`);
    return { ...problem, headers: { Allow: METHODS } };
  }
  if (acceptsEvents(headers.accept)) return undefined;
  return bindingProblem(406, 'No acceptable media type', 'A stream can be had as text/event-stream.');
}

function unauthorized(): Reply {
  const problem = bindingProblem(
    401,
    'No valid API key',
    'Send the header X-API-Key, or Authorization: Bearer, with a key of this broker.',
  );
  return { ...problem, headers: { 'WWW-Authenticate': 'Bearer' } };
}

function tooMany(): Reply {
  const problem = bindingProblem(
    503,
    'Too many streams',
    'This process serves as many live streams as it may (the setting STREAM_LIMIT): try again later.',
  );
  return { ...problem, headers: { 'Retry-After': '30' } };
}

function writeAnswer({ request, headers }: Call, response: ServerResponse, answer: Reply): void {
  writeReply(response, answer, {
    accept: 'application/json',
    preferences: preferencesOf(undefined),
    isHead: request.method === 'HEAD',
    headers,
  });
}

function openStream({ request, headers }: Call, response: ServerResponse, open: Prepared): void {
  // The client may have gone while its Subscription was looked for: nothing would tell of that any more.
  if (response.destroyed || request.socket.destroyed) return;
  // Not before the stream is open: until then it can be refused.
  const begin = (): ServerResponse =>
    response.headersSent ? response : response.writeHead(200, { ...eventHeaders, ...headers });
  if (request.method === 'HEAD') {
    begin().end();
    return;
  }
  const sink: StreamSink = {
    write: (text) => begin().write(text),
    end: () => begin().end(),
    cut: () => response.destroy(),
  };
  const stream = open(sink);
  response.on('drain', () => stream.drained());
  response.on('close', () => stream.closed());
  // A connection that breaks is closed as well: that is all there is to say.
  response.on('error', () => undefined);
}
