import { describe, expect, it } from '@jest/globals';
import {
  type CachedDocument,
  type ContextArchive,
  contextCache,
} from '../../../broker/jsonld/context-cache.ts';
import type { Download, Found } from '../../../broker/jsonld/download.ts';

const url = 'https://example.org/context.jsonld';
const second = 1_000_000;

function setUp({ archived }: { archived?: CachedDocument } = {}) {
  const known: (Found | undefined)[] = [];
  const state = {
    time: 0,
    downloads: 0,
    known,
    problems: [] as unknown[],
    answer: (): Download | Error | Promise<Download> => new Error('offline'),
  };
  const store = new Map<string, CachedDocument>(archived === undefined ? [] : [[archived.url, archived]]);
  const archive: ContextArchive = {
    get: async (key) => store.get(key),
    put: async (document) => {
      store.set(document.url, document);
    },
  };
  const cache = contextCache({
    now: () => state.time,
    archive,
    maxBytes: 1_000,
    patienceMs: 5,
    onProblem: (error) => void state.problems.push(error),
    download: async (_url, known) => {
      state.downloads++;
      state.known.push(known);
      const answer = state.answer();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const give = (context: string, freshFor = 60 * second): void => {
    state.answer = () => ({ context, base: url, freshFor });
  };
  return { state, store, cache, give };
}

describe('the cache of context documents', () => {
  it('downloads once for simultaneous and later requests while the document is fresh', async () => {
    const { cache, state, give } = setUp();
    give('one');
    const [first, second] = await Promise.all([cache.load(url), cache.load(url)]);
    expect(first).toBe(second);
    expect(await cache.load(url)).toBe(first);
    expect(state.downloads).toBe(1);
  });

  it('downloads again when it has expired', async () => {
    const { cache, state, give } = setUp();
    give('one');
    await cache.load(url);
    give('two');
    state.time = 61 * second;
    expect((await cache.load(url)).context).toBe('two');
  });

  it('keeps an expired copy in use for a while when it cannot be renewed', async () => {
    const { cache, state, give } = setUp();
    give('one');
    await cache.load(url);
    state.answer = () => new Error('offline');
    state.time = 61 * second;
    expect(state.problems).toEqual([]);
    expect((await cache.load(url)).context).toBe('one');
    expect((await cache.load(url)).context).toBe('one');
    expect(state.downloads).toBe(2);
    expect(state.problems).toEqual([new Error('offline')]);
    give('two');
    state.time = 92 * second;
    expect((await cache.load(url)).context).toBe('two');
  });

  it('repeats a failure for a second without asking, then asks again', async () => {
    const { cache, state, give } = setUp();
    await expect(cache.load(url)).rejects.toThrow('offline');
    give('one');
    await expect(cache.load(url)).rejects.toThrow('offline');
    expect(state.downloads).toBe(1);
    state.time = second;
    expect((await cache.load(url)).context).toBe('one');
  });

  it('archives only what has proven valid, and forgets what has not', async () => {
    const { cache, store, state, give } = setUp();
    give('invalid');
    cache.forget([await cache.load(url)]);
    expect(store.size).toBe(0);
    give('valid');
    const document = await cache.load(url);
    expect(document.context).toBe('valid');
    await cache.keep([document]);
    expect(store.get(url)).toBe(document);
    cache.forget([document]);
    expect(await cache.load(url)).toBe(document);
    expect(state.downloads).toBe(2);
  });

  it('goes on with an expired copy when its server is slow, and takes what comes late for the next request', async () => {
    const { cache, state, give } = setUp();
    give('one');
    await cache.load(url);
    let arrive = (_late: Download): void => {};
    state.answer = () =>
      new Promise((resolve) => {
        arrive = resolve;
      });
    state.time = 61 * second;
    expect((await cache.load(url)).context).toBe('one');
    arrive({ context: 'two', base: url, freshFor: 60 * second });
    await new Promise(setImmediate);
    expect((await cache.load(url)).context).toBe('two');
    expect(state.downloads).toBe(2);
  });

  it('asks for another one than it has, and keeps the time of what is as it was', async () => {
    const { cache, state } = setUp();
    const found = { context: { x: 'y' }, base: url, validators: { 'If-None-Match': '"1"' } };
    state.answer = () => ({ ...found, freshFor: 60 * second });
    const first = await cache.load(url);
    state.time = 61 * second;
    const renewed = await cache.load(url);
    expect(state.known).toEqual([undefined, first]);
    expect(renewed).toEqual({ ...first, expiresAt: 121 * second });
    state.answer = () => ({ ...found, context: { x: 'z' }, freshFor: 60 * second });
    state.time = 122 * second;
    expect((await cache.load(url)).createdAt).toBe(122 * second);
  });

  it('goes back to the old copy when the new one makes no valid context', async () => {
    const { cache, give, state } = setUp();
    give('valid');
    await cache.keep([await cache.load(url)]);
    give('invalid');
    state.time = 61 * second;
    cache.forget([await cache.load(url)]);
    expect((await cache.load(url)).context).toBe('valid');
    expect(state.downloads).toBe(2);
  });

  it('answers from the archive after a restart while the copy is fresh', async () => {
    const archived = { url, localId: 'urn:c:1', context: 'old', base: url, createdAt: -2, expiresAt: 1 };
    const { cache, state } = setUp({ archived });
    expect((await cache.load(url)).context).toBe('old');
    expect(state.downloads).toBe(0);
  });

  it('answers from the archive after a restart though expired, where there is no network', async () => {
    const archived = { url, localId: 'urn:c:1', context: 'old', base: url, createdAt: -2, expiresAt: -1 };
    const { cache, state } = setUp({ archived });
    expect((await cache.load(url)).context).toBe('old');
    expect((await cache.load(url)).context).toBe('old');
    expect(state.downloads).toBe(1);
  });

  it('holds no more than its bytes', async () => {
    const { cache, state, give } = setUp();
    give('x'.repeat(400));
    for (const name of ['a', 'b', 'c']) await cache.load(url + name);
    await cache.load(`${url}c`);
    expect(state.downloads).toBe(3);
    await cache.load(`${url}a`);
    expect(state.downloads).toBe(4);
  });
});
