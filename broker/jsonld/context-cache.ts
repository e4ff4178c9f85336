import type { Json, Micros } from '../domain/entity.ts';
import type { ContextCopy } from './context.ts';
import { cachedContextId } from './context-ids.ts';
import type { Download } from './download.ts';
import { type RecentFailures, recentFailures } from './recent-failures.ts';
import { type WeightedLru, weightedLru } from './weighted-lru.ts';

/** A context document in the cache; `createdAt` is when it was downloaded. */
export interface CachedDocument extends ContextCopy {
  readonly url: string;
  /** The value of its `@context` member. */
  readonly context: Json;
  /** The base of relative URLs in it. */
  readonly base: string;
  readonly expiresAt: Micros;
}

/** Where downloaded contexts outlive the process, so that a restart without network still knows them. */
export interface ContextArchive {
  /** The document at a URL, those included that this broker serves itself. */
  get(url: string): Promise<CachedDocument | undefined>;
  put(document: CachedDocument): Promise<void>;
}

/** The downloaded context documents, by URL. */
export interface ContextCache {
  /**
   * The document at a URL: from memory while it is fresh, else from the archive as old as it is there, else downloaded;
   * an old copy when the download fails. Simultaneous requests share one download; a failure is repeated for a second.
   */
  load(url: string): Promise<CachedDocument>;
  /** The document at a URL as it is there now; the cache stays as it is. */
  download(url: string): Promise<CachedDocument>;
  /** Archives a document and puts it in the place of the one that is there. */
  replace(document: CachedDocument): Promise<void>;
  /** Call when the documents have proven valid: only then are they archived. */
  keep(documents: readonly CachedDocument[]): Promise<void>;
  /** Call when the documents made an invalid context: those that were never kept are forgotten. */
  forget(documents: readonly CachedDocument[]): void;
  /** Takes documents out of memory; the archive stays as it is. */
  drop(isGone: (copy: ContextCopy) => boolean): void;
}

const oldCopyLasts = 30_000_000;

interface CacheParts {
  readonly download: (url: string) => Promise<Download>;
  readonly archive?: ContextArchive;
  readonly now: () => Micros;
  readonly maxBytes: number;
}

/** What the functions of a cache share. */
interface CacheState extends Omit<CacheParts, 'maxBytes'> {
  readonly documents: WeightedLru<CachedDocument>;
  /** Documents that made a valid context. */
  readonly proven: WeakSet<CachedDocument>;
  readonly failures: RecentFailures;
}

/** A cache that holds at most about `maxBytes` of documents. `now` is the clock of the process, in microseconds. */
export function contextCache({ maxBytes, ...parts }: CacheParts): ContextCache {
  const documents = weightedLru<CachedDocument>(maxBytes);
  const proven = new WeakSet<CachedDocument>();
  const failures = recentFailures(parts.now);
  const state = { ...parts, documents, proven, failures };
  return {
    load: loader(state),
    download: (url) => download(state, url),
    replace: async (document) => {
      await parts.archive?.put(document);
      proven.add(remember(state, document));
      failures.forgive(document.url);
    },
    keep: async (used) => {
      const fresh = used.filter((document) => !proven.has(document));
      await Promise.all(fresh.map((document) => parts.archive?.put(document)));
      for (const document of fresh) proven.add(document);
    },
    forget: (used) => {
      for (const document of used) {
        if (!proven.has(document) && documents.get(document.url) === document) documents.delete(document.url);
      }
    },
    drop: (isGone) => {
      for (const [url, document] of documents.entries()) if (isGone(document)) documents.delete(url);
    },
  };
}

function loader(state: CacheState): ContextCache['load'] {
  const loading = new Map<string, Promise<CachedDocument>>();
  return async (url) => {
    const known = state.documents.get(url);
    if (known !== undefined && state.now() < known.expiresAt) return known;
    state.failures.check(url);
    const running = loading.get(url) ?? loadAnew(state, url).finally(() => loading.delete(url));
    loading.set(url, running);
    return running;
  };
}

async function loadAnew(state: CacheState, url: string): Promise<CachedDocument> {
  const old = state.documents.get(url);
  if (old !== undefined) return renew(state, old);
  const copy = await state.archive?.get(url);
  if (copy !== undefined) {
    state.proven.add(copy);
    return remember(state, copy);
  }
  try {
    return remember(state, await download(state, url));
  } catch (error) {
    throw state.failures.add(url, error);
  }
}

/** The old copy stays for a while when there is no new one. */
async function renew(state: CacheState, old: CachedDocument): Promise<CachedDocument> {
  try {
    return remember(state, await download(state, old.url));
  } catch {
    const copy = { ...old, expiresAt: state.now() + oldCopyLasts };
    if (state.proven.has(old)) state.proven.add(copy);
    return remember(state, copy);
  }
}

async function download({ download: fetch, now }: CacheState, url: string): Promise<CachedDocument> {
  const { context, base, freshFor } = await fetch(url);
  const createdAt = now();
  return { url, localId: cachedContextId(url), context, base, createdAt, expiresAt: createdAt + freshFor };
}

function remember({ documents }: CacheState, document: CachedDocument): CachedDocument {
  documents.set(document.url, document, JSON.stringify(document.context).length);
  return document;
}
