import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import type { KeyCheck } from './api-keys.ts';

/** Express middleware that lets only requests with a valid API key through; others get 401 with ProblemDetails. */
export function requireKey(check: (headers: IncomingHttpHeaders) => KeyCheck): RequestHandler {
  return (request, response, next) => {
    if (check(request.headers).allowed) return next();
    response.status(401).set('WWW-Authenticate', 'Bearer').json({
      type: 'about:blank',
      title: 'No valid API key',
      detail: 'Send the header X-API-Key, or Authorization: Bearer, with a key of this program.',
      status: 401,
    });
  };
}
