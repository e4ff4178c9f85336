import type { Json, Micros } from '../domain/entity.ts';
import type { Download } from './download.ts';
import { weightedLru } from './weighted-lru.ts';

/** A context document in the cache. */
export interface CachedDocument {
  readonly url: string;
  /** The value of its `@context` member. */
  readonly context: Json;
  /** The base of relative URLs in it. */
  readonly base: string;
  readonly expiresAt: Micros;
}

/** Where downloaded contexts outlive the process, so that a restart without network still knows them. */
export interface ContextArchive {
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
  /** Call when the documents have proven valid: only then are they archived. */
  keep(documents: readonly CachedDocument[]): Promise<void>;
  /** Call when the documents made an invalid context: those that were never kept are forgotten. */
  forget(documents: readonly CachedDocument[]): void;
}

const failureLasts = 1_000_000;
const oldCopyLasts = 30_000_000;
const mostFailures = 1_000;

/** A cache that holds at most about `maxBytes` of documents. `now` is the clock of the process, in microseconds. */
export function contextCache({
  download,
  archive,
  now,
  maxBytes,
}: {
  readonly download: (url: string) => Promise<Download>;
  readonly archive?: ContextArchive;
  readonly now: () => Micros;
  readonly maxBytes: number;
}): ContextCache {
  const documents = weightedLru<CachedDocument>(maxBytes);
  const proven = new WeakSet<CachedDocument>();
  const loading = new Map<string, Promise<CachedDocument>>();
  const failures = new Map<string, { readonly error: unknown; readonly until: Micros }>();

  const remember = (document: CachedDocument): CachedDocument => {
    documents.set(document.url, document, JSON.stringify(document.context).length);
    return document;
  };
  const fetchAgain = async (url: string, old: CachedDocument | undefined): Promise<CachedDocument> => {
    try {
      const { context, base, freshFor } = await download(url);
      return remember({ url, context, base, expiresAt: now() + freshFor });
    } catch (error) {
      if (old !== undefined) return remember({ ...old, expiresAt: now() + oldCopyLasts });
      if (failures.size >= mostFailures) failures.clear();
      failures.set(url, { error, until: now() + failureLasts });
      throw error;
    }
  };
  const start = async (url: string): Promise<CachedDocument> => {
    const old = documents.get(url);
    const copy = old === undefined ? await archive?.get(url) : undefined;
    if (copy === undefined) return fetchAgain(url, old);
    proven.add(copy);
    return remember(copy);
  };

  return {
    load: async (url) => {
      const known = documents.get(url);
      if (known !== undefined && now() < known.expiresAt) return known;
      const failure = failures.get(url);
      if (failure !== undefined && now() < failure.until) throw failure.error;
      failures.delete(url);
      const running = loading.get(url) ?? start(url).finally(() => loading.delete(url));
      loading.set(url, running);
      return running;
    },
    keep: async (used) => {
      const fresh = used.filter((document) => !proven.has(document));
      for (const document of fresh) proven.add(document);
      if (archive !== undefined) await Promise.all(fresh.map((document) => archive.put(document)));
    },
    forget: (used) => {
      for (const document of used) if (!proven.has(document)) documents.delete(document.url);
    },
  };
}
