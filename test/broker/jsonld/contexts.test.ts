import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import type { Context } from '../../../broker/jsonld/context.ts';
import { cachedContextId } from '../../../broker/jsonld/context-ids.ts';
import { type ContextsOptions, createContexts } from '../../../broker/jsonld/contexts.ts';
import { coreUrl, coreVersions } from '../../../broker/jsonld/core-versions.ts';
import { domainNames, domainUrls } from '../../../broker/jsonld/domain-contexts.ts';
import { fakeWeb, type Page } from './fake-web.ts';

const core = coreUrl('1.9');
const url = 'https://example.org/context.jsonld';
const vocabulary = 'https://uri.etsi.org/ngsi-ld/default-context/';

function setUp(pages: Record<string, Page> = {}, options: Partial<ContextsOptions> = {}) {
  const web = fakeWeb(pages);
  const clock = { time: 0 };
  const contexts = createContexts({ download: web.settings, now: () => clock.time, ...options });
  return { ...web, clock, contexts };
}

async function refusal(contexts: { resolve(reference: Json): Context | Promise<Context> }, reference: Json) {
  try {
    await contexts.resolve(reference);
  } catch (error) {
    if (error instanceof NgsiLdError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const page = (context: unknown): Page => ({ json: { '@context': context } });

describe('resolving an @context (clauses 5.5.5, 5.5.7)', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('has the core at once, under its URL', () => {
    const { contexts } = setUp();
    expect(contexts.resolve(core)).toBe(contexts.core);
    expect(contexts.core).toMatchObject({ reference: core, url: core });
    expect(contexts.core.expand('temperature')).toBe(`${vocabulary}temperature`);
  });

  it('downloads and processes a user @context once, and then answers without a promise', async () => {
    const { contexts, asked } = setUp({ [url]: page({ x: 'http://example.org/x' }) });
    const [first, second] = await Promise.all([contexts.resolve(url), contexts.resolve(url)]);
    expect(first).toBe(second);
    expect(contexts.resolve(url)).toBe(first);
    expect(asked).toEqual([url]);
    expect(first?.expand('x')).toBe('http://example.org/x');
  });

  it('points to a URL of any script by one that a header can hold', async () => {
    const foreign = 'https://example.org/ñ€.jsonld';
    const { contexts } = setUp({ [new URL(foreign).href]: page({ x: 'http://example.org/x' }) });
    const context = await contexts.resolve(foreign);
    expect(context).toMatchObject({
      reference: [foreign, core],
      url: 'https://example.org/%C3%B1%E2%82%AC.jsonld',
    });
  });

  it('knows an @context in a body again by its content', async () => {
    const { contexts } = setUp();
    const inline = (): Json => [{ x: 'http://example.org/x', long: `http://example.org/${'l'.repeat(600)}` }];
    const context = await contexts.resolve(inline());
    expect(contexts.resolve(inline())).toBe(context);
  });

  it('points to a context as it was given, with the core in it (clause 4.4)', async () => {
    const compound = 'http://example.org/compound.jsonld';
    const { contexts } = setUp({ [url]: page({}), [compound]: page([url, coreUrl('1.8')]) });
    const x = { x: 'http://example.org/x' };
    const pointers: readonly (readonly [Json, Json, string | undefined])[] = [
      [url, [url, core], url],
      [[url, core], [url, core], url],
      [[coreUrl('1.6'), url], [coreUrl('1.6'), url], url],
      [compound, compound, compound],
      [[compound, x], [compound, x], undefined],
      [[compound, null, x], [compound, null, x, core], undefined],
      [x, [x, core], undefined],
      [[url, x], [url, x, core], undefined],
      [coreUrl('1.6'), coreUrl('1.6'), coreUrl('1.6')],
      [[], core, core],
      [null, core, core],
    ];
    for (const [given, reference, link] of pointers) {
      const context = await contexts.resolve(given);
      expect([context.reference, context.url]).toEqual([reference, link]);
    }
  });

  it('gives the core the last word wherever it stands, and lets what follows it build on its terms', async () => {
    const { contexts } = setUp();
    const user = {
      location: 'http://example.org/location',
      mine: 'ngsi-ld:mine',
      seen: { '@id': 'http://example.org/seen', '@type': 'DateTime' },
    };
    const context = await contexts.resolve([core, user]);
    expect(context.expand('location')).toBe('https://uri.etsi.org/ngsi-ld/location');
    expect(context.expand('mine')).toBe('https://uri.etsi.org/ngsi-ld/mine');
    expect(context.expandValue({ seen: 'now' })).toEqual({
      'http://example.org/seen': { '@type': 'https://uri.etsi.org/ngsi-ld/DateTime', '@value': 'now' },
    });
    const error = await refusal(contexts, [user, core]);
    expect(error.message).toMatch(/invalid type mapping/);
  });

  it.each(coreVersions)(
    'takes core v%s without a network, and its terms that later versions dropped',
    async (version) => {
      const { contexts, asked } = setUp();
      const context = await contexts.resolve([coreUrl(version)]);
      const name = version === '1.0' ? 'https://uri.etsi.org/ngsi-ld/name' : `${vocabulary}name`;
      expect(context.expand('name')).toBe(name);
      expect(context.expand('description')).toBe('http://purl.org/dc/terms/description');
      expect(asked).toEqual([]);
    },
  );

  it.each(domainNames)('has the Smart Data Models context %s built in under both URLs', async (domain) => {
    const { contexts, asked } = setUp();
    for (const domainUrl of domainUrls(domain)) {
      const context = await contexts.resolve(domainUrl);
      expect(context.expand('dateObserved')).toMatch(/^https:\/\/(smartdatamodels|uri\.etsi)\.org\//);
      expect(context.expand('location')).toBe('https://uri.etsi.org/ngsi-ld/location');
    }
    expect(asked).toEqual([]);
  });

  it('takes contexts that were laid ready instead of downloading them', async () => {
    const preloaded = new Map<string, Json>([[url, { '@context': { x: 'http://example.org/ready' } }]]);
    const { contexts, asked } = setUp({}, { preloaded });
    expect((await contexts.resolve(url)).expand('x')).toBe('http://example.org/ready');
    expect(asked).toEqual([]);
  });

  it('resolves contexts that include others, relative URLs by where they were found', async () => {
    const { contexts } = setUp({
      [url]: { status: 302, headers: { location: 'https://elsewhere.org/dir/a.jsonld' } },
      'https://elsewhere.org/dir/a.jsonld': page(['b.jsonld', { x: 'ex:x' }]),
      'https://elsewhere.org/dir/b.jsonld': page({ ex: 'http://example.org/' }),
    });
    expect((await contexts.resolve(url)).expand('x')).toBe('http://example.org/x');
  });

  it.each<[string, Json, RegExp]>([
    [
      'a scoped context',
      { Car: { '@id': 'http://e.org/Car', '@context': {} } },
      /scopes a context to the term "Car"/,
    ],
    ['an @context in an @context', { '@context': {} }, /@context inside an @context/],
    ['@import', { '@import': url }, /@import/],
    ['@propagate false', { '@propagate': false }, /@propagate/],
    ['a number', 5, /neither a URL/],
    ['nested arrays', [[{}]], /neither a URL/],
    ['a relative URL', 'context.jsonld', /not an absolute http/],
    ['a file URL', 'file:///etc/passwd', /not an absolute http/],
    ['a term that is no IRI', { x: { '@id': 5 } }, /invalid IRI mapping/],
    ['a keyword redefined', { '@id': 'http://e.org/id' }, /keyword redefinition/],
    ['a cyclic definition', { a: 'b:x', b: 'a:x' }, /or on itself/],
    ['a term without meaning', { x: { '@type': '@id' } }, /invalid IRI mapping/],
    ['a term that breaks naive code', { hasOwnProperty: 'http://e.org/h' }, /cannot be processed/],
    ['__proto__ as a term', JSON.parse('{"__proto__":"http://e.org/p"}') as Json, /__proto__/],
  ])('refuses %s with BadRequestData', async (_what, context, message) => {
    const { contexts } = setUp();
    const error = await refusal(contexts, context);
    expect(error.type).toBe('BadRequestData');
    expect(error.message).toMatch(message);
  });

  it('refuses loops, deep chains, too many documents and too many terms', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_, level) => [
        `https://deep.org/${level}`,
        page(`https://deep.org/${level + 1}`),
      ]),
    );
    const { contexts } = setUp({
      'https://loop.org/a': page('https://loop.org/b'),
      'https://loop.org/b': page(['https://loop.org/a']),
      'https://bomb.org/a': page(Array.from({ length: 9 }, () => 'https://bomb.org/b')),
      'https://bomb.org/b': page(Array.from({ length: 9 }, () => 'https://bomb.org/c')),
      'https://bomb.org/c': page({}),
      ...chain,
    });
    expect((await refusal(contexts, 'https://loop.org/a')).message).toMatch(/includes itself/);
    expect((await refusal(contexts, 'https://deep.org/0')).message).toMatch(/more than 10 levels/);
    expect((await refusal(contexts, 'https://bomb.org/a')).message).toMatch(/more than 64 documents/);
  });

  it('refuses contexts that would grow beyond all bounds', async () => {
    const { contexts } = setUp({}, { download: fakeWeb({}, { maxBytes: 10_000_000 }).settings });
    const many = Object.fromEntries(
      Array.from({ length: 10_001 }, (_, index) => [`t${index}`, 'http://e.org/']),
    );
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`p${index}`, `p${index + 1}:x/`]),
    );
    expect((await refusal(contexts, many)).message).toMatch(/more than 10000 terms/);
    expect((await refusal(contexts, chain)).message).toMatch(/more than 8 prefixes/);
    expect((await refusal(contexts, { a: `http://e.org/${'x'.repeat(2_000)}` })).message).toMatch(/Shorten/);
    expect((await refusal(setUp().contexts, [{ a: 'x'.repeat(20_000) }])).message).toMatch(
      /more than 10000 bytes/,
    );
  });

  it('never keeps an invalid context: once it is repaired, it is taken', async () => {
    const { contexts, pages } = setUp({ [url]: page({ x: { '@id': 5 } }) });
    expect((await refusal(contexts, url)).type).toBe('BadRequestData');
    pages.set(url, page({ x: 'http://example.org/x' }));
    expect((await contexts.resolve(url)).expand('x')).toBe('http://example.org/x');
  });

  it('answers LdContextNotAvailable when a context cannot be fetched, and tries again a second later', async () => {
    const { contexts, pages, clock, asked } = setUp({ [url]: { status: 500 } });
    expect((await refusal(contexts, url)).type).toBe('LdContextNotAvailable');
    expect((await refusal(contexts, [url])).message).toContain(url);
    expect(asked).toHaveLength(1);
    pages.set(url, page({}));
    clock.time = 1_000_000;
    expect((await contexts.resolve(url)).url).toBe(url);
  });

  it('gives up after five seconds in all, however many slow URLs there are', async () => {
    jest.useFakeTimers();
    const { contexts } = setUp({ [url]: page('https://slow.org/') });
    const waiting = refusal(contexts, url);
    await jest.advanceTimersByTimeAsync(5_000);
    const error = await waiting;
    expect(error.type).toBe('LdContextNotAvailable');
    expect(error.message).toContain(url);
  });

  it('gives up reloading after five seconds, and keeps the copy (clause 5.13.5.4)', async () => {
    const { contexts, pages } = setUp({ [url]: page({ x: 'http://example.org/x' }) });
    const context = await contexts.resolve(url);
    jest.useFakeTimers();
    pages.delete(url);
    const waiting = contexts.reload(url).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await waiting).toMatchObject({
      type: 'LdContextNotAvailable',
      message: expect.stringContaining(url),
    });
    expect(contexts.resolve(url)).toBe(context);
  });

  it('tells the uses of every document that a context was made of, once', async () => {
    const inner = 'https://example.org/inner.jsonld';
    const { contexts, clock } = setUp({
      [url]: page([inner, { x: 'http://example.org/x' }]),
      [inner]: page({}),
    });
    await contexts.resolve(url);
    clock.time = 7;
    await contexts.resolve(url);
    await Promise.all([contexts.resolve([url, inner]), contexts.resolve([url, inner])]);
    expect([...contexts.takeUses()]).toEqual([
      [cachedContextId(url), { count: 4, last: 7 }],
      [cachedContextId(inner), { count: 4, last: 7 }],
    ]);
    expect(contexts.takeUses().size).toBe(0);
  });

  it('forgets what was made of a copy that is gone, and nothing else', async () => {
    const other = 'https://example.org/other.jsonld';
    const { contexts, asked } = setUp({ [url]: page({}), [other]: page({}) });
    const [context, both] = [await contexts.resolve(other), await contexts.resolve([url, other])];
    contexts.forget(({ localId }) => localId === cachedContextId(url));
    expect(contexts.resolve(other)).toBe(context);
    expect(await contexts.resolve([url, other])).not.toBe(both);
    expect(asked).toEqual([other, url, url]);
  });

  it('uses no context beyond its time: what has expired is renewed first (clause 6.3.16)', async () => {
    const { contexts, pages, clock } = setUp({ [url]: page({ x: 'http://example.org/old' }) });
    const old = await contexts.resolve(url);
    pages.set(url, page({ x: 'http://example.org/new' }));
    clock.time = 3_599 * 1_000_000;
    expect(contexts.resolve(url)).toBe(old);
    clock.time = 3_600 * 1_000_000;
    expect((await contexts.resolve(url)).expand('x')).toBe('http://example.org/new');
  });

  it('stays the same Context while the documents that it was made of are as they were', async () => {
    const inner = 'https://example.org/inner.jsonld';
    const { contexts, pages, asked, clock } = setUp({
      [url]: page([inner, { x: 'http://example.org/x' }]),
      [inner]: page({ y: 'http://example.org/y' }),
    });
    const context = await contexts.resolve(url);
    clock.time = 3_601 * 1_000_000;
    expect(await contexts.resolve(url)).toBe(context);
    expect(contexts.resolve(url)).toBe(context);
    expect(asked).toEqual([url, inner, url, inner]);
    pages.set(inner, page({ y: 'http://example.org/z' }));
    clock.time = 7_202 * 1_000_000;
    expect((await contexts.resolve(url)).expand('y')).toBe('http://example.org/z');
  });

  it('goes on with an expired context while its server does not answer', async () => {
    const { contexts, pages, clock } = setUp({ [url]: page({ x: 'http://example.org/x' }) });
    const context = await contexts.resolve(url);
    jest.useFakeTimers();
    pages.delete(url);
    clock.time = 3_601 * 1_000_000;
    const waiting = Promise.all([contexts.resolve(url), contexts.resolve(url)]);
    await jest.advanceTimersByTimeAsync(1_250);
    expect(await waiting).toEqual([context, context]);
    expect(contexts.resolve(url)).toBe(context);
  });

  it('goes on with an expired context when the new one is invalid or away, and says so', async () => {
    const onProblem = jest.fn();
    const { contexts, pages, clock } = setUp({ [url]: page({ x: 'http://example.org/x' }) }, { onProblem });
    const context = await contexts.resolve(url);
    pages.set(url, page({ x: { '@id': 5 } }));
    clock.time = 3_601 * 1_000_000;
    expect(await Promise.all([contexts.resolve(url), contexts.resolve(url)])).toEqual([context, context]);
    expect(onProblem).toHaveBeenCalledTimes(1);
    expect(contexts.resolve(url)).toBe(context);
  });

  it('knows a downloaded context after a restart without a network', async () => {
    const store = new Map();
    const archive = {
      get: async (key: string) => store.get(key),
      put: async (document: { url: string }) => void store.set(document.url, document),
    };
    const before = setUp({ [url]: page({ x: 'http://example.org/x' }) }, { archive });
    await before.contexts.resolve(url);
    const after = setUp({ [url]: new Error('offline') }, { archive });
    after.clock.time = 99_999 * 1_000_000;
    expect((await after.contexts.resolve(url)).expand('x')).toBe('http://example.org/x');
  });
});
