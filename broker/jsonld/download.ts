import type { Json, Micros } from '../domain/entity.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { isObject } from '../domain/json-object.ts';
import { MAX_JSON_DEPTH, parseJson } from '../domain/json-text.ts';
import { freshFor } from './freshness.ts';
import { inTurn } from './in-turn.ts';
import { withinTime } from './within-time.ts';

/** The part of a fetch response that is used; the `fetch` of undici gives more. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** One GET without following redirects: the `fetch` of undici with the dispatcher of the egress policy. */
export type Fetch = (
  url: string,
  options: {
    readonly signal: AbortSignal;
    readonly redirect: 'manual';
    readonly headers: Record<string, string>;
  },
) => Promise<FetchResponse>;

/** How contexts are downloaded. */
export interface DownloadSettings {
  readonly fetch: Fetch;
  /** The reason why the egress policy forbids a URL; undefined when it may be asked. */
  readonly refusal?: (url: string) => string | undefined;
  /** For one context with all its redirects. */
  readonly timeLimitMs: number;
  readonly maxBytes: number;
}

/** What a download needs besides: the clock of the process, in microseconds. */
export interface Downloading extends DownloadSettings {
  readonly now: () => Micros;
}

/** A context document as it was found. */
export interface Found {
  /** The value of its `@context` member. */
  readonly context: Json;
  /** Where it was found after redirects: the base of relative URLs in it. */
  readonly base: string;
  /** By which its server knows it again: the headers of a request that asks only for another one (RFC 9110 13.1). */
  readonly validators?: Readonly<Record<string, string>>;
}

/** A downloaded context document. */
export interface Download extends Found {
  /** In microseconds. */
  readonly freshFor: number;
}

const mostRedirects = 5;
const accept = 'application/ld+json, application/json;q=0.9, */*;q=0.1';
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Downloads the @context document at a URL; what is `known` of it is given again when it is as it was (304).
 * @throws NgsiLdError LdContextNotAvailable when no answer with a document comes in time, BadRequestData when one comes
 * that is too big or no JSON-LD context; both name the URL.
 */
export function download(url: string, settings: Downloading, known?: Found): Promise<Download> {
  const controller = new AbortController();
  const late = (): NgsiLdError => unavailable(url, `no answer within ${settings.timeLimitMs} ms`);
  return withinTime(
    follow(url, settings, { signal: controller.signal, known }).finally(() => controller.abort()),
    settings.timeLimitMs,
    () => {
      controller.abort();
      return late();
    },
  );
}

interface Asking {
  readonly signal: AbortSignal;
  readonly known: Found | undefined;
}

async function follow(url: string, settings: Downloading, asking: Asking): Promise<Download> {
  let current = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await ask(url, current, settings, asking);
    const { status, headers } = response;
    const next = nextUrl(response, current);
    if (next === undefined) {
      const fresh = freshFor(headers, settings.now());
      if (status === 304 && asking.known) return { ...asking.known, freshFor: fresh };
      if (status !== 200) throw unavailable(url, `the answer has status ${status}`);
      const text = await read(url, response, settings.maxBytes);
      const context = await inTurn(() => parse(url, text));
      return { context, base: current, freshFor: fresh, ...validatorsOf(headers) };
    }
    current = next;
  }
  throw unavailable(url, `more than ${mostRedirects} redirects`);
}

function validatorsOf(headers: FetchResponse['headers']): Pick<Found, 'validators'> {
  const tag = headers.get('etag');
  if (tag !== null) return { validators: { 'If-None-Match': tag } };
  const time = headers.get('last-modified');
  return time === null ? {} : { validators: { 'If-Modified-Since': time } };
}

async function ask(
  url: string,
  current: string,
  { fetch, refusal }: DownloadSettings,
  { signal, known }: Asking,
): Promise<FetchResponse> {
  const reason = /^https?:/i.test(current) ? refusal?.(current) : 'only http and https are fetched';
  if (reason !== undefined) throw unavailable(url, reason);
  try {
    const headers = { Accept: accept, ...known?.validators };
    return await fetch(current, { signal, redirect: 'manual', headers });
  } catch (error) {
    throw unavailable(url, reasonOf(error), error);
  }
}

/** A redirect, or the JSON-LD alternate that a web page announces in its Link header (JSON-LD 1.1 API, clause 6.3). */
function nextUrl({ status, headers }: FetchResponse, current: string): string | undefined {
  const target = status >= 300 && status < 400 ? headers.get('location') : alternate(headers);
  return target !== null && URL.canParse(target, current) ? new URL(target, current).href : undefined;
}

function alternate(headers: FetchResponse['headers']): string | null {
  const link = headers.get('link');
  if (link === null || /json/i.test(headers.get('content-type') ?? '')) return null;
  for (const part of link.split(/,(?=\s*<)/)) {
    const target = /^\s*<([^>]*)>/.exec(part);
    if (target !== null && /rel="?alternate/i.test(part) && /application\/ld\+json/i.test(part)) {
      return target[1] ?? null;
    }
  }
  return null;
}

async function read(url: string, { body }: FetchResponse, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes)
        throw badRequest(`The @context at ${url} has more than ${maxBytes} bytes. Split it.`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof NgsiLdError ? error : unavailable(url, reasonOf(error), error);
  }
  return decode(url, Buffer.concat(chunks));
}

/** Without a byte order mark. */
function decode(url: string, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw badRequest(`The @context at ${url} is not UTF-8: JSON is (RFC 8259 section 8.1).`);
  }
}

function parse(url: string, text: string): Json {
  let document: Json;
  try {
    document = parseJson(text);
  } catch (cause) {
    const detail = `What is at the @context URL ${url} is not JSON of at most ${MAX_JSON_DEPTH} levels. Give the URL of a JSON-LD context.`;
    throw new NgsiLdError('BadRequestData', detail, { cause });
  }
  if (isObject(document) && '@context' in document) return document['@context'] as Json;
  throw badRequest(`The document at ${url} has no @context member. Give the URL of a JSON-LD context.`);
}

function unavailable(url: string, reason: string, cause?: unknown): NgsiLdError {
  const detail = `The @context ${url} cannot be fetched: ${reason}.`;
  return new NgsiLdError('LdContextNotAvailable', detail, { cause });
}

/** Fetch hides what went wrong in the cause of a "fetch failed". */
function reasonOf(error: unknown): string {
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return root instanceof Error && root.message !== '' ? root.message : 'the connection failed';
}
