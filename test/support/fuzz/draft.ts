import { bodyText, type Json } from './mutation.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and parameters. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sends the body without its length. */
  readonly isChunked?: true;
}

/** A request by its parts, before they are put together. */
export interface Draft {
  readonly method: string;
  readonly segments: readonly string[];
  readonly parameters: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: Json | undefined;
  readonly text?: string;
  readonly rawTarget?: string;
  readonly isChunked?: true;
}

/** Path and parameters of the request line. */
export function targetOf({ rawTarget, segments, parameters }: Draft): string {
  if (rawTarget !== undefined) return rawTarget;
  const search = [...parameters].map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`).join('&');
  return `/${segments.join('/')}${search === '' ? '' : `?${search}`}`;
}

/** The request as it goes over the wire. */
export function assemble(draft: Draft): WireRequest {
  const { method, json, isChunked } = draft;
  const text = draft.text ?? (json === undefined ? undefined : bodyText(json));
  return {
    method,
    target: `/${wireSafe(targetOf(draft)).replace(/^\//, '')}`,
    headers: Object.fromEntries(
      Object.entries(draft.headers).map(([name, value]) => [name, headerSafe(value)]),
    ),
    ...(text !== undefined && { body: text }),
    ...(isChunked && { isChunked }),
  };
}

/** Lone surrogates, which have no percent-encoding, go as U+FFFD. */
function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

/** What no request line can carry is percent-encoded. */
function wireSafe(target: string): string {
  return target.replace(/[^\x21-\x7e]/gu, encodeText);
}

function headerSafe(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').trim();
}
