import type { Downloading, DownloadSettings, Fetch, FetchResponse } from '../../../broker/jsonld/download.ts';

/** What a URL of the fake web answers: a JSON body with status 200, a whole response, or an error to throw. */
export type Page =
  | { readonly json: unknown; readonly headers?: Record<string, string> }
  | { readonly status: number; readonly text?: string; readonly headers?: Record<string, string> }
  | { readonly status: number; readonly bytes: Buffer; readonly headers?: Record<string, string> }
  | Error;

/** A web of pages that can change during a test, and the list of the URLs that were asked. */
export interface FakeWeb {
  readonly pages: Map<string, Page>;
  readonly asked: string[];
  readonly settings: Downloading;
}

/** A fake web; a URL without a page never answers. */
export function fakeWeb(pages: Record<string, Page> = {}, limits: Partial<DownloadSettings> = {}): FakeWeb {
  const asked: string[] = [];
  const known = new Map(Object.entries(pages));
  const fetch: Fetch = async (url) => {
    asked.push(url);
    const page = known.get(url);
    if (page === undefined) return new Promise<FetchResponse>(() => {});
    if (page instanceof Error) throw page;
    return response('status' in page ? page.status : 200, bytesOf(page), page.headers ?? {});
  };
  return {
    pages: known,
    asked,
    settings: { fetch, now: () => 0, timeLimitMs: 5_000, maxBytes: 10_000, ...limits },
  };
}

function bytesOf(page: Exclude<Page, Error>): Buffer {
  if ('json' in page) return Buffer.from(JSON.stringify(page.json));
  return 'bytes' in page ? page.bytes : Buffer.from(page.text ?? '');
}

function response(status: number, bytes: Buffer, headers: Record<string, string>): FetchResponse {
  return { status, headers: new Headers(headers), body: chunks(bytes) };
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 1_000) yield bytes.subarray(start, start + 1_000);
}
