import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { StreamedBody } from './route.ts';

/** How a body that is streamed is sent, and who hears of it when it cannot be sent to its end. */
export interface Packing {
  readonly isHead: boolean;
  /** The request's Accept-Encoding. */
  readonly acceptEncoding?: string | undefined;
  /** Called with what went wrong while the body was made. */
  readonly onCut?: (error: unknown) => void;
}

interface StreamedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly stream: StreamedBody;
}

/** A reader that takes nothing for so many milliseconds is gone. */
const PATIENCE = 120_000;

/** Cuts an answer off when its reader takes nothing of what waits for so many milliseconds. */
export function cutWhenStalled(response: ServerResponse, patience = PATIENCE): void {
  response.setTimeout(patience, () => {
    if (response.writableLength > 0) response.destroy();
  });
}
/** Texts compress well even so, at a third of the cost. */
const GZIP_LEVEL = 2;

/**
 * Writes a body while it is made, not faster than it is read; packed where that is accepted. What goes wrong meanwhile
 * cuts the connection, so that a part is never taken for the whole; a reader that goes away ends it.
 */
export function writeStream(
  response: ServerResponse,
  { status, headers, stream }: StreamedReply,
  { isHead, acceptEncoding, onCut = () => undefined }: Packing,
): void {
  const isPacked = acceptsGzip(acceptEncoding);
  response.writeHead(status, {
    ...headers,
    'Content-Type': stream.contentType,
    Vary: headers['Vary'] === undefined ? 'Accept-Encoding' : `${headers['Vary']}, Accept-Encoding`,
    ...(isPacked && { 'Content-Encoding': 'gzip' }),
  });
  if (isHead || response.destroyed) {
    response.end();
    void stream.texts.return();
    return;
  }
  response.flushHeaders();
  cutWhenStalled(response);
  let failure: unknown;
  const source = Readable.from(
    noting(stream.texts, (error) => (failure = error)),
    { highWaterMark: 1 },
  );
  const sent = isPacked
    ? pipeline(source, createGzip({ level: GZIP_LEVEL }), response)
    : pipeline(source, response);
  sent.catch(() => {
    if (failure !== undefined) onCut(failure);
  });
}

/** The texts themselves, and what they failed with: a reader that goes away is nobody's failure. */
function noting(texts: StreamedBody['texts'], note: (error: unknown) => void): AsyncIterable<string> {
  const iterator = texts[Symbol.asyncIterator]();
  let isGivenUp = false;
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        try {
          return await iterator.next();
        } catch (error) {
          if (!isGivenUp) note(error);
          throw error;
        }
      },
      return: async () => {
        isGivenUp = true;
        await texts.return();
        return { done: true, value: undefined };
      },
    }),
  };
}

/** True when gzip is among the codings that are accepted (RFC 9110 section 12.5.3). */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const codings = (acceptEncoding ?? '').toLowerCase().split(',');
  return codings.some((coding) => /^\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/.test(coding));
}
