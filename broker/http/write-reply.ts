import type { ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../domain/entity.ts';
import { stringifyJson } from '../domain/json-text.ts';
import type { Context } from '../jsonld/context.ts';
import { contextLinkHeader } from './link-header.ts';
import type { MediaType } from './negotiation.ts';
import type { Preferences } from './preferences.ts';
import type { Reply } from './route.ts';
import type { WaitingAnswers } from './waiting-answers.ts';
import { cutWhenStalled, type Packing, writeStream } from './write-stream.ts';

/** What the binding knows of a request when it answers. */
export interface ReplyFrame extends Packing {
  readonly accept: MediaType;
  readonly preferences: Preferences;
  readonly isHead: boolean;
  /** Where large answers wait until they are taken; absent where there are none. */
  readonly waiting?: WaitingAnswers;
  /** Headers of every answer: correlation id, tenant, CORS. */
  readonly headers: Readonly<Record<string, string>>;
}

type Headers = Record<string, string | number>;

/** What the system takes at once, about: of more a part waits in memory until the reader takes it. */
const TAKEN_AT_ONCE = 64 * 1024;

/** Writes an answer: media type, @context in the body or by Link (clauses 6.3.6, 6.3.7), length, nothing on 204. */
export function writeReply(response: ServerResponse, reply: Reply, frame: ReplyFrame): void {
  const headers: Headers = Object.assign({}, frame.headers, reply.headers);
  if (reply.stream !== undefined) {
    linkContext(headers, reply.context);
    writeStream(response, { status: reply.status, stream: reply.stream, headers }, frame);
    return;
  }
  if (reply.body === undefined) {
    // Not on 304 either, where it would be the length of what the client has.
    if (reply.status !== 204 && reply.status !== 304) headers['Content-Length'] = 0;
    response.writeHead(reply.status, headers);
    response.end();
    return;
  }
  const text = bodyText(reply.body, reply, frame, headers);
  headers['Content-Type'] ??= reply.context === undefined ? 'application/json' : frame.accept;
  const length = Buffer.byteLength(text);
  headers['Content-Length'] = length;
  const writeHead = (): void => void response.writeHead(reply.status, headers);
  // Where each character is a byte, nothing has to be encoded.
  const encoding = length === text.length ? 'latin1' : 'utf8';
  if (length > TAKEN_AT_ONCE && !frame.isHead && frame.waiting !== undefined) {
    cutWhenStalled(response);
    frame.waiting.send(response, { text, encoding, length, writeHead, isRefusable: isRead(reply) });
    return;
  }
  writeHead();
  // As text it leaves in one piece with the head.
  if (frame.isHead) response.end();
  else response.end(text, encoding);
}

/** Writes are answered otherwise. */
function isRead({ status }: Reply): boolean {
  return status === 200 || status === 206;
}

function bodyText(body: Json, { context }: Reply, frame: ReplyFrame, headers: Headers): string {
  if (context === undefined) return stringifyJson(body);
  const { minor } = frame.preferences;
  if (minor !== undefined && frame.accept !== 'application/geo+json') {
    headers['Preference-Applied'] = `ngsi-ld=1.${minor}`;
  }
  if (carriesContext(frame)) return stringifyJson(withContext(body, context));
  linkContext(headers, context);
  return stringifyJson(body);
}

function linkContext(headers: Headers, context: Context | undefined): void {
  if (context?.url === undefined) return;
  const link = contextLinkHeader(context.url);
  // Pages have links of their own.
  headers['Link'] = headers['Link'] === undefined ? link : `${link}, ${headers['Link']}`;
}

function carriesContext({ accept, preferences }: ReplyFrame): boolean {
  if (accept === 'application/geo+json') return preferences.geoJsonHasContext;
  return accept === 'application/ld+json';
}

/** The @context in the object, or in each object of an array. */
function withContext(body: Json, context: Context): Json {
  if (Array.isArray(body)) return body.map((element: Json) => withContext(element, context));
  return typeof body === 'object' && body !== null
    ? { ...(body as JsonObject), '@context': context.reference }
    : body;
}
