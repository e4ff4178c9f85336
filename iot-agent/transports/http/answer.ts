import type { Request, RequestHandler } from 'express';
import { correlationHeader, correlationId } from '../../../runtime/correlation.ts';
import type { Parsed } from '../envelope.ts';
import { type TransportParts, taker } from '../take.ts';
import { Problem, sendJson } from './problem.ts';

/** What a path does with its requests. */
export interface DevicePath {
  /** Names the kind of sender in metrics. */
  readonly source: string;
  /** As people know the path, without what varies. */
  readonly via: string;
  /** The bytes of the message: the body unless said otherwise. */
  payload?(request: Request): Uint8Array;
  /** Checks what is not the message (throws a Problem), and tells how to read the message at its arrival. */
  reader(request: Request, arrivedAt: number): () => Parsed;
  /** What a sender is told once its message is safe; nothing means 204. */
  readonly answer?: object;
}

/** Seconds after which a sender may try again while the spool takes nothing. */
const retryAfter = '5';

/**
 * Handles the requests of a path: it answers when the message is in the spool, and refuses with 400 what cannot be
 * understood, with 503 what cannot be kept.
 */
export function answerWhenSafe(parts: TransportParts, path: DevicePath): RequestHandler {
  const take = taker(parts);
  return async (request, response) => {
    const parse = path.reader(request, parts.clock.now());
    const payload = path.payload?.(request) ?? bodyOf(request);
    const id = correlationId(request.get(correlationHeader));
    response.set(correlationHeader, id);
    const message = { source: path.source, via: path.via, correlationId: id, payload, parse };
    const taken = await take(message).catch(() => {
      throw new Problem(503, 'The message could not be kept: send it again later.', {
        'Retry-After': retryAfter,
      });
    });
    if (taken.kind === 'malformed') throw new Problem(400, taken.reason);
    if (path.answer === undefined) response.status(204).end();
    else sendJson(response, 'application/json', path.answer);
  };
}

const empty = new Uint8Array(0);

/** The bytes that `express.raw` read; none when there was no body. */
export function bodyOf(request: Request): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : empty;
}

/** The text of a body. */
export function textOfBody(request: Request): string {
  return Buffer.from(bodyOf(request)).toString('utf8');
}
