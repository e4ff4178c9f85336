import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { eventually } from './eventually.ts';

/** An event as it came (HTML Living Standard, server-sent events). Without `data` it is none for a browser. */
export interface ServerEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data?: string;
  readonly retry?: string;
  readonly comment?: string;
}

/** A reader of a stream of events. */
export interface EventStream {
  readonly response: IncomingMessage;
  /** Everything that came so far. */
  readonly events: readonly ServerEvent[];
  /** The bodies of the notifications among them. */
  notifications(): Record<string, unknown>[];
  /** The id that a browser would send when it comes again. */
  lastEventId(): string | undefined;
  /** True when the other side ended it. */
  hasEnded(): boolean;
  /** Goes away. */
  close(): void;
  /** Takes nothing any more, until `resume`. */
  pause(): void;
  resume(): void;
}

const opened = new Set<ClientRequest>();

/** Opens a stream; resolves with the head of the answer. */
export function openEventStream(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, (response) => {
      resolve(readerOf(request, response));
    });
    opened.add(request);
    request.on('error', reject);
  });
}

/** Closes what tests have left open: call it after each. */
export function closeEventStreams(): void {
  for (const request of opened) request.destroy();
  opened.clear();
}

/** Resolves to the first so many notifications, when they have come. */
export function notified(stream: EventStream, count: number): Promise<Record<string, unknown>[]> {
  return eventually(() => {
    const bodies = stream.notifications();
    if (bodies.length < count) throw new Error(`${bodies.length} of ${count} notifications came`);
    return bodies;
  });
}

function readerOf(request: ClientRequest, response: IncomingMessage): EventStream {
  const events: ServerEvent[] = [];
  let rest = '';
  let isOver = false;
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    events.push(...blocks.map(parseBlock));
  });
  response.on('close', () => {
    isOver = true;
  });
  // A stream that is cut off ends with an error, which `hasEnded` tells.
  response.on('error', () => undefined);
  return {
    response,
    events,
    notifications: () =>
      events.filter(({ event }) => event === 'notification').map(({ data = '' }) => JSON.parse(data)),
    lastEventId: () => events.findLast(({ id }) => id !== undefined)?.id,
    hasEnded: () => isOver,
    close: () => request.destroy(),
    pause: () => void response.pause(),
    resume: () => void response.resume(),
  };
}

function parseBlock(block: string): ServerEvent {
  const fields = block.split('\n').map((line): readonly [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon) || 'comment', line.slice(colon + 1).trimStart()];
  });
  return Object.fromEntries(fields);
}
