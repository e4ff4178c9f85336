import type { Request, RequestHandler, Response } from 'express';
import { correlationHeader, correlationId } from '../../../runtime/correlation.ts';
import type { Parsed } from '../envelope.ts';
import { type Taken, type TransportParts, taker } from '../take.ts';
import { Problem } from './problem.ts';

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
  /** Tells the sender that its message is safe; without it the answer is 204. */
  reply?(request: Request, response: Response, taken: Taken): Promise<void> | void;
}

/** Seconds after which a sender may try again while the spool takes nothing. */
const retryAfter = { 'Retry-After': '5' };

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
    const { source, via } = path;
    const taken = await take({ source, via, by: 'http', correlationId: id, payload, parse }).catch(() => {
      throw new Problem(503, 'The message could not be kept: send it again later.', retryAfter);
    });
    if (taken.kind === 'malformed') throw new Problem(400, taken.reason);
    if (taken.kind === 'unanswered')
      throw taken.passes ? new Problem(503, taken.reason, retryAfter) : new Problem(404, taken.reason);
    if (path.reply === undefined) response.status(204).end();
    else await path.reply(request, response, taken);
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
