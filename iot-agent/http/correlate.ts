import type { RequestHandler, Response } from 'express';
import { correlationHeader, correlationId } from '../../runtime/correlation.ts';
import type { Logger } from '../../runtime/logger.ts';

/** Gives every request its correlation id, in the answer as well, and logs one line when it is answered. */
export function correlate(log: Logger): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const id = correlationId(request.headers['x-correlation-id']);
    response.set(correlationHeader, id);
    response.once('finish', () => {
      const { method } = request;
      const path = withoutSecret(request.path);
      const ms = Math.round(performance.now() - started);
      log.info({ correlationId: id, method, path, status: response.statusCode, ms }, 'request');
    });
    next();
  };
}

/** Whoever knows the path at which brokers tell of commands may give commands. */
function withoutSecret(path: string): string {
  return path.replace(/^(\/iot\/notify\/)[^/]+/i, '$1***');
}

/** The correlation id of the request that is being answered. */
export function correlationOf(response: Response): string {
  return String(response.get(correlationHeader) ?? '');
}
