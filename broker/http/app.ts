import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express } from 'express';
import type { KeyCheck } from '../../runtime/api-keys.ts';
import type { Health } from '../../runtime/health.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import { operations } from '../../runtime/operations.ts';
import { requireKey } from '../../runtime/require-key.ts';
import type { Binding } from './binding.ts';
import { bindingProblem } from './problem-details.ts';

/** Below these paths bindings of ours answer, everywhere else Express. */
const apiRoot = '/ngsi-ld/v1';
const adminRoot = '/admin';
const streamsRoot = '/streams';

/** The API of the standard, and what operators and readers of live streams have beyond it. */
export interface Bindings {
  readonly api: Binding;
  readonly admin: Binding;
  readonly streams: Binding;
}

/** What the Express side of the broker needs. */
export interface AppOptions {
  readonly health: Health;
  readonly metrics: Metrics;
  readonly keyCheck: (headers: IncomingMessage['headers']) => KeyCheck;
}

/** What operators ask, and 404 for everything that is neither theirs nor the API's. */
export function createApp({ health, metrics, keyCheck }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(['/metrics', '/version'], requireKey(keyCheck));
  app.use(operations({ name: 'carillon-broker', health, metrics }));
  app.use((_request, response) => {
    const { status, body } = bindingProblem(404, 'Not found', `The NGSI-LD API is at ${apiRoot}.`);
    response.status(status).json(body);
  });
  return app;
}

/**
 * The request listener: the APIs by their raw path, before Express has touched the request; `//` and `%2e%2e` must
 * reach the route table as they are (clause 6.1).
 */
export function requestListener(
  { api, admin, streams }: Bindings,
  app: Express,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const target = originForm(request.url ?? '/');
    if (isBelow(apiRoot, target)) api(request, response, target.slice(apiRoot.length));
    else if (isBelow(adminRoot, target)) admin(request, response, target.slice(adminRoot.length));
    else if (isBelow(streamsRoot, target)) streams(request, response, target.slice(streamsRoot.length));
    else (app as unknown as (request: IncomingMessage, response: ServerResponse) => void)(request, response);
  };
}

/** A target may also be given in full, as for a proxy (RFC 9112 section 3.2.2). */
function originForm(target: string): string {
  return target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
}

function isBelow(root: string, target: string): boolean {
  if (!target.startsWith(root)) return false;
  const next = target.charCodeAt(root.length);
  return next === 47 /* / */ || next === 63 /* ? */ || Number.isNaN(next);
}
