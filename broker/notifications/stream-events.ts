import { formatDateTime } from '../domain/date-time.ts';
import type { Micros } from '../domain/entity.ts';

/** Milliseconds after which a client whose stream ended is to come again. */
const RETRY = 2000;

/** The first words of a stream: when to come again after its end. */
export const greeting = `retry: ${RETRY}\n\n`;

/** A comment: nothing to a client, a sign of life to what is in between. */
export const heartbeat = ': heartbeat\n\n';

/** Without data it is no event: it only moves the place from which a client resumes. */
export function placeEvent(id: string): string {
  return `id: ${id}\n\n`;
}

/** One notification. JSON has no line ends but in its blanks, of which there are none. */
export function notificationEvent(body: string, id?: string): string {
  return `event: notification\n${id === undefined ? '' : `id: ${id}\n`}data: ${body}\n\n`;
}

/** Where the @context of the notifications from here on is; they are JSON, which has no room for it. */
export function contextEvent(url: string): string {
  return `event: context\ndata: ${JSON.stringify({ '@context': url })}\n\n`;
}

/** Notifications may be missing here; `since` is how far the client had come, where that is known. */
export function gapEvent(since: Micros | undefined): string {
  const detail =
    since === undefined
      ? 'The place to resume from is unknown here: notifications may be missing.'
      : 'The place to resume from is older than what is kept: notifications may be missing.';
  return `event: gap\ndata: ${JSON.stringify({ detail, ...(since !== undefined && { since: formatDateTime(since) }) })}\n\n`;
}

/** The last event of a stream whose Subscription is gone. */
export const endEvent = `event: end\ndata: ${JSON.stringify({ detail: 'The Subscription was deleted.' })}\n\n`;
