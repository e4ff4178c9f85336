import type { ErrorRequestHandler } from 'express';
import type { Logger } from '../../runtime/logger.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { correlationOf } from './correlate.ts';
import { Refusal, type RefusalName, statusOf } from './refusal.ts';

/** What Express and its body parser call the faults of a request, by `type` or, without one, by status. */
const faultsOfRequests: ReadonlyMap<unknown, readonly [RefusalName, string]> = new Map<
  unknown,
  readonly [RefusalName, string]
>([
  ['entity.too.large', ['TOO_LARGE', 'The body is larger than MAX_BODY_SIZE: send it in parts']],
  ['entity.parse.failed', ['WRONG_SYNTAX', 'The body is no JSON']],
  ['charset.unsupported', ['UNSUPPORTED_MEDIA_TYPE', 'The body must be in UTF-8']],
  ['encoding.unsupported', ['UNSUPPORTED_MEDIA_TYPE', 'The body may be compressed by gzip, deflate or br']],
  [400, ['WRONG_SYNTAX', 'The request cannot be read']],
]);

/** Answers errors as FIWARE's agents do, with `{ name, message }`; what is no refusal is logged and answered 500. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const refusal = refusalOf(error);
    const status = statusOf[refusal.name];
    if (status >= 500) log.error({ err: error, correlationId: correlationOf(response) }, 'a request failed');
    if (status === 503) response.set('Retry-After', '1');
    // The rest of a body that is not read would be taken for the next request.
    if (!request.complete) response.set('Connection', 'close');
    response.status(status).json({ name: refusal.name, message: refusal.message });
  };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof RegistryError) return new Refusal(error.type, error.message);
  if (error instanceof RegistryAway)
    return new Refusal('UNAVAILABLE', `${error.message}: send the request again in a moment`);
  const { type, status, message } = (error ?? {}) as { type?: unknown; status?: unknown; message?: unknown };
  const fault = faultsOfRequests.get(type) ?? faultsOfRequests.get(status);
  if (fault) return new Refusal(fault[0], `${fault[1]} (${String(message)})`);
  return new Refusal('GENERAL_INTERNAL_ERROR', 'The agent failed on this request; its log tells why');
}
