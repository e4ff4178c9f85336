import type { IncomingMessage, ServerResponse } from 'node:http';
import { correlationHeader, correlationId } from '../../runtime/correlation.ts';
import type { CorsPolicy } from '../../runtime/cors.ts';
import type { Logger } from '../../runtime/logger.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { type Call, type DispatchOptions, dispatch } from './dispatch.ts';
import { preferencesOf } from './preferences.ts';
import { bindingProblem, problemReply } from './problem-details.ts';
import { referBelow } from './public-path.ts';
import type { Reply } from './route.ts';
import type { SpecProfile } from './spec-profile.ts';
import { tenantHeader } from './tenant.ts';
import { type WaitingAnswers, waitingAnswers } from './waiting-answers.ts';
import { writeReply } from './write-reply.ts';

/** What the binding of clause 6 needs of the rest of the broker. */
export interface BindingOptions extends DispatchOptions {
  readonly log: Logger;
  readonly cors: CorsPolicy;
  /** What stands before the API's paths where clients reach it; nothing when absent or empty. */
  readonly publicPath?: string;
  /** Where the keys are set that `isAllowed` looks at, for those who lack one; API_KEYS when not given. */
  readonly keySetting?: string;
  /** The version of the standard whose statuses are given; 1.9 when absent. */
  readonly profile?: SpecProfile;
  /** False refuses the request (401). */
  readonly isAllowed: (headers: IncomingMessage['headers']) => boolean;
  /** Called once an answer is written, for metrics: the route's template, the status, how many seconds it took. */
  readonly onAnswered: (route: string, status: number, seconds: number) => void;
}

/** Serves what is asked below the API root; `target` is the raw request target behind it. Never throws. */
export type Binding = (request: IncomingMessage, response: ServerResponse, target: string) => void;

/** Bytes of large answers that wait for their readers. */
const MOST_WAITING = 256 * 1024 * 1024;

type AnswerOptions = BindingOptions & { readonly waiting: WaitingAnswers };

/** The HTTP binding: raw paths in, one answer out, whatever happens in between. */
export function createBinding(given: BindingOptions): Binding {
  const waiting = waitingAnswers({ limit: MOST_WAITING, now: () => performance.now() });
  const options = { ...given, waiting };
  return (request, response, target) => {
    const started = performance.now();
    const call = callOf(request, target);
    const finish = (reply: Reply): void => {
      answer(options, call, response, reply);
      options.onAnswered(templateOf(call), reply.status, (performance.now() - started) / 1000);
    };
    const refuse = (error: unknown): void => {
      if (!(error instanceof NgsiLdError)) logFailure(options.log, call, error);
      finish(problemReply(error, options.profile));
    };
    try {
      const reply = judge(options, call);
      if (reply instanceof Promise) reply.then(finish).catch(refuse);
      else finish(reply);
    } catch (error) {
      refuse(error);
    }
  };
}

function callOf(request: IncomingMessage, target: string): Call {
  const question = target.indexOf('?');
  return {
    request,
    method: request.method ?? '',
    path: question < 0 ? target : target.slice(0, question),
    search: question < 0 ? '' : target.slice(question + 1),
    correlationId: correlationId(request.headers['x-correlation-id']),
    accept: 'application/json',
  };
}

/** Browsers' preflights and clients without a key are answered before anything is looked at. */
function judge(options: BindingOptions, call: Call): Reply | Promise<Reply> {
  const { headers } = call.request;
  if (call.method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
    const requested = headers['access-control-request-headers'];
    return { status: 204, headers: options.cors.preflight(headers.origin, requested) };
  }
  if (options.isAllowed(headers)) return dispatch(options, call);
  const problem = bindingProblem(
    401,
    'No valid API key',
    `Send the header X-API-Key, or Authorization: Bearer, with a key of this broker (the setting ${options.keySetting ?? 'API_KEYS'}).`,
  );
  return { ...problem, headers: { 'WWW-Authenticate': 'Bearer' } };
}

/**
 * The request's headers that choose what a read is answered with. A cache in between must not hand one tenant's answer to
 * another, nor what a key opened to who has none (RFC 9110 section 12.5.5).
 */
const CHOOSING_HEADERS = 'Accept, Link, NGSILD-Tenant, Prefer, X-API-Key';

function answer(options: AnswerOptions, call: Call, response: ServerResponse, reply: Reply): void {
  const { headers: requested } = call.request;
  const headers: Record<string, string> = { [correlationHeader]: call.correlationId };
  if (typeof requested['ngsild-tenant'] === 'string') headers[tenantHeader] = requested['ngsild-tenant'];
  if (requested.origin !== undefined) Object.assign(headers, options.cors.answer(requested.origin));
  const isHead = call.method === 'HEAD';
  if (isHead || call.method === 'GET') {
    // What depends on the origin of a page says so already.
    headers['Vary'] =
      headers['Vary'] === undefined ? CHOOSING_HEADERS : `${headers['Vary']}, ${CHOOSING_HEADERS}`;
  }
  const preferences = preferencesOf(requested['prefer']);
  writeReply(response, followable(reply, options.publicPath), {
    accept: call.accept,
    preferences,
    isHead,
    waiting: options.waiting,
    headers,
    acceptEncoding: requested['accept-encoding'],
    onCut: (error) => logFailure(options.log, call, error),
  });
  options.log.debug(
    { correlationId: call.correlationId, method: call.method, path: call.path, status: reply.status },
    'answered',
  );
}

function followable(reply: Reply, publicPath: string | undefined): Reply {
  if (!publicPath || reply.headers === undefined) return reply;
  return { ...reply, headers: referBelow(publicPath, reply.headers) };
}

function templateOf({ route }: Call): string {
  return route === undefined ? 'none' : `${route.method} ${route.path}`;
}

function logFailure(log: Logger, call: Call, error: unknown): void {
  log.error(
    { err: error, correlationId: call.correlationId, method: call.method, path: call.path },
    'failed',
  );
}
