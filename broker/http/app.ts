import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express } from 'express';
import type { KeyCheck } from '../../runtime/api-keys.ts';
import type { Health } from '../../runtime/health.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import { operations } from '../../runtime/operations.ts';
import { requireKey } from '../../runtime/require-key.ts';
import type { Binding } from './binding.ts';
import { bindingProblem } from './problem-details.ts';

/** Below this path the route table answers, everywhere else Express. */
const apiRoot = '/ngsi-ld/v1';

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
 * The request listener: the API by its raw path, before Express has touched the request; `//` and `%2e%2e` must reach
 * the route table as they are (clause 6.1).
 */
export function requestListener(
  binding: Binding,
  app: Express,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const target = originForm(request.url ?? '/');
    if (isApi(target)) binding(request, response, target.slice(apiRoot.length));
    else (app as unknown as (request: IncomingMessage, response: ServerResponse) => void)(request, response);
  };
}

/** A target may also be given in full, as for a proxy (RFC 9112 section 3.2.2). */
function originForm(target: string): string {
  return target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
}

function isApi(target: string): boolean {
  if (!target.startsWith(apiRoot)) return false;
  const next = target.charCodeAt(apiRoot.length);
  return next === 47 /* / */ || next === 63 /* ? */ || Number.isNaN(next);
}
