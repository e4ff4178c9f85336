import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import { download, type Fetch } from '../../../broker/jsonld/download.ts';
import { fakeWeb, type Page } from './fake-web.ts';

const url = 'https://example.org/context.jsonld';
const context = { x: 'http://example.org/x' };

async function failure(work: Promise<unknown>): Promise<NgsiLdError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof NgsiLdError) return error;
  throw error;
}

describe('downloading a context', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('gives the @context member, whatever the content type, a byte order mark or not', async () => {
    const text = `\ufeff${JSON.stringify({ '@context': context })}`;
    const { settings } = fakeWeb({ [url]: { status: 200, text, headers: { 'content-type': 'text/plain' } } });
    expect(await download(url, settings)).toMatchObject({ context, base: url });
  });

  it.each([
    [{ etag: 'W/"1"', 'last-modified': 'Tue, 24 Nov 2026 10:00:00 GMT' }, { 'If-None-Match': 'W/"1"' }],
    [
      { 'last-modified': 'Tue, 24 Nov 2026 10:00:00 GMT' },
      { 'If-Modified-Since': 'Tue, 24 Nov 2026 10:00:00 GMT' },
    ],
  ])('asks whether it is as it was, and takes 304 for an answer: %j', async (headers, validators) => {
    const { pages, settings } = fakeWeb({ [url]: { json: { '@context': context }, headers } });
    const { freshFor: _freshFor, ...known } = await download(url, settings);
    expect(known).toEqual({ context, base: url, validators });
    pages.set(url, { status: 304, headers: { 'cache-control': 'max-age=7' } });
    let asked: Record<string, string> = {};
    const fetch: Fetch = (to, options) => {
      asked = options.headers;
      return settings.fetch(to, options);
    };
    const again = await download(url, { ...settings, fetch }, known);
    expect(again).toEqual({ ...known, freshFor: 7_000_000 });
    expect(asked).toMatchObject(validators);
  });

  it('follows redirects and takes the last URL as the base', async () => {
    const { settings, asked } = fakeWeb({
      [url]: { status: 302, headers: { location: '/v2/context.jsonld' } },
      'https://example.org/v2/context.jsonld': { json: { '@context': context } },
    });
    expect(await download(url, settings)).toMatchObject({ base: 'https://example.org/v2/context.jsonld' });
    expect(asked).toHaveLength(2);
  });

  it('follows the JSON-LD alternate of a web page, as schema.org has one', async () => {
    const link = '<other.css>; rel=preload, <context.jsonld>; rel="alternate"; type="application/ld+json"';
    const { settings } = fakeWeb({
      'https://example.org/': { status: 200, text: '<html>', headers: { 'content-type': 'text/html', link } },
      [url]: { json: { '@context': context } },
    });
    expect(await download('https://example.org/', settings)).toMatchObject({ context, base: url });
  });

  it.each<[string, Page]>([
    ['a network error', new Error('fetch failed', { cause: new Error('ECONNREFUSED 127.0.0.1:9') })],
    ['a status 404', { status: 404 }],
    ['a status 503', { status: 503 }],
    ['a status 304 that was not asked for', { status: 304 }],
    ['a redirect to itself', { status: 301, headers: { location: url } }],
    ['a redirect to a file', { status: 301, headers: { location: 'file:///etc/passwd' } }],
  ])('answers %s with LdContextNotAvailable naming the URL', async (_what, page) => {
    const error = await failure(download(url, fakeWeb({ [url]: page }).settings));
    expect(error.type).toBe('LdContextNotAvailable');
    expect(error.message).toContain(url);
  });

  it('gives up a URL that does not answer in time', async () => {
    jest.useFakeTimers();
    const waiting = failure(download(url, fakeWeb().settings));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await waiting).toMatchObject({
      type: 'LdContextNotAvailable',
      message: expect.stringContaining('5000 ms'),
    });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives up a body that never ends, and tells the connection so', async () => {
    jest.useFakeTimers();
    let signal: AbortSignal | undefined;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{');
      await new Promise(() => {});
    }
    const waiting = failure(
      download(url, {
        now: () => 0,
        timeLimitMs: 5_000,
        maxBytes: 10_000,
        fetch: async (_url, options) => {
          signal = options.signal;
          return { status: 200, headers: new Headers(), body: endless() };
        },
      }),
    );
    await jest.advanceTimersByTimeAsync(5_000);
    expect((await waiting).type).toBe('LdContextNotAvailable');
    expect(signal?.aborted).toBe(true);
  });

  it.each<[string, Page]>([
    ['HTML', { status: 200, text: '<html></html>' }],
    ['an empty body', { status: 200 }],
    ['JSON without an @context', { json: { x: 'http://example.org/x' } }],
    [
      'what is not UTF-8',
      { status: 200, bytes: Buffer.from('{"@context":{"caf\xe9":"http://x.org/"}}', 'latin1') },
    ],
    ['a JSON array', { json: [{ '@context': context }] }],
    [
      'JSON nested beyond measure',
      { status: 200, text: `{"@context":${'['.repeat(300)}${']'.repeat(300)}}` },
    ],
    ['too many bytes', { json: { '@context': { x: 'y'.repeat(20_000) } } }],
  ])('refuses %s with BadRequestData naming the URL', async (_what, page) => {
    const error = await failure(download(url, fakeWeb({ [url]: page }).settings));
    expect(error.type).toBe('BadRequestData');
    expect(error.message).toContain(url);
  });

  it('asks the egress policy about every URL, redirects included', async () => {
    const refusal = (asked: string): string | undefined =>
      asked.includes('169.254') ? 'that address is forbidden' : undefined;
    const web = fakeWeb(
      { [url]: { status: 302, headers: { location: 'http://169.254.169.254/' } } },
      { refusal },
    );
    const error = await failure(download(url, web.settings));
    expect(error.message).toContain('forbidden');
    expect(web.asked).toEqual([url]);
  });
});
