import type { RequestHandler } from 'express';
import type { CorsPolicy } from '../../runtime/cors.ts';

/** Adds the headers of the policy, and answers the preflights of browsers. */
export function cors(policy: CorsPolicy): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    if (!isPreflight) {
      response.set(policy.answer(origin));
      return next();
    }
    const requested = request.headers['access-control-request-headers'];
    response.set(policy.preflight(origin, requested)).status(204).end();
  };
}
