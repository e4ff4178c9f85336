import type { Micros } from '../domain/entity.ts';
import { isEqualJson } from '../domain/json-equality.ts';
import type { ContextCopy } from './context.ts';
import { cachedContextId } from './context-ids.ts';
import type { Download, Found } from './download.ts';
import { type RecentFailures, recentFailures } from './recent-failures.ts';
import { type WeightedLru, weightedLru } from './weighted-lru.ts';
import { withinTime } from './within-time.ts';

/** A context document in the cache; `createdAt` is when it was first downloaded with this content. */
export interface CachedDocument extends ContextCopy, Found {
  readonly url: string;
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
   * The document at a URL: from memory or the archive while it is fresh, else downloaded; the old copy, for half a
   * minute, when the download fails or is slow. Simultaneous requests share one; a failure is repeated for a second.
   */
  load(url: string): Promise<CachedDocument>;
  /** The document at a URL as it is there now; the cache stays as it is. */
  download(url: string): Promise<CachedDocument>;
  /** Archives a document and puts it in the place of the one that is there. */
  replace(document: CachedDocument): Promise<void>;
  /** Call when the documents have proven valid: only then are they archived. */
  keep(documents: readonly CachedDocument[]): Promise<void>;
  /** Call when the documents made an invalid context: those that were never kept give way to their old copies, if any. */
  forget(documents: readonly CachedDocument[]): void;
  /** Takes documents out of memory; the archive stays as it is. */
  drop(isGone: (copy: ContextCopy) => boolean): void;
}

const oldCopyLasts = 30_000_000;

interface CacheParts {
  /** May answer what is `known` again, where it is as it was. */
  readonly download: (url: string, known?: Found) => Promise<Download>;
  readonly archive?: ContextArchive;
  readonly now: () => Micros;
  readonly maxBytes: number;
  /** How long a request waits for what takes the place of an old copy. */
  readonly patienceMs: number;
  /** Told why an old copy had to stay in use. */
  readonly onProblem: (error: unknown) => void;
}

/** What the functions of a cache share. */
interface CacheState extends Omit<CacheParts, 'maxBytes'> {
  readonly documents: WeightedLru<CachedDocument>;
  /** Documents that made a valid context. */
  readonly proven: WeakSet<CachedDocument>;
  /** New document → the copy whose place it took. */
  readonly replaced: WeakMap<CachedDocument, CachedDocument>;
  readonly failures: RecentFailures;
}

/** A cache that holds at most about `maxBytes` of documents. `now` is the clock of the process, in microseconds. */
export function contextCache({ maxBytes, ...parts }: CacheParts): ContextCache {
  const documents = weightedLru<CachedDocument>(maxBytes);
  const proven = new WeakSet<CachedDocument>();
  const failures = recentFailures(parts.now);
  const state: CacheState = { ...parts, documents, proven, replaced: new WeakMap(), failures };
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
        if (!proven.has(document) && documents.get(document.url) === document) fallBack(state, document);
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
  const old = state.documents.get(url) ?? (await archived(state, url));
  if (old !== undefined) return state.now() < old.expiresAt ? old : renew(state, old);
  try {
    return remember(state, await download(state, url));
  } catch (error) {
    throw state.failures.add(url, error);
  }
}

async function archived(state: CacheState, url: string): Promise<CachedDocument | undefined> {
  const copy = await state.archive?.get(url);
  if (copy === undefined) return undefined;
  state.proven.add(copy);
  return remember(state, copy);
}

/** What comes too late for this request is there for the next. */
function renew(state: CacheState, old: CachedDocument): Promise<CachedDocument> {
  const renewed = download(state, old.url, old).then((fresh) => {
    state.replaced.set(fresh, old);
    return remember(state, fresh);
  });
  const late = (): Error =>
    new Error(
      `The @context ${old.url} was not renewed within ${state.patienceMs} ms: its old copy stays in use.`,
    );
  return withinTime(renewed, state.patienceMs, late).catch((error: unknown) => {
    state.onProblem(error);
    return stay(state, old);
  });
}

/** The old copy stays for a while when there is no new one. */
function stay(state: CacheState, old: CachedDocument): CachedDocument {
  const copy = { ...old, expiresAt: state.now() + oldCopyLasts };
  if (state.proven.has(old)) state.proven.add(copy);
  return remember(state, copy);
}

function fallBack(state: CacheState, invalid: CachedDocument): void {
  const old = state.replaced.get(invalid);
  if (old === undefined) state.documents.delete(invalid.url);
  else stay(state, old);
}

async function download(state: CacheState, url: string, old?: CachedDocument): Promise<CachedDocument> {
  const { freshFor, ...found } = await state.download(url, old);
  const at = state.now();
  const isAsItWas = old !== undefined && old.base === found.base && isEqualJson(old.context, found.context);
  const createdAt = isAsItWas ? old.createdAt : at;
  return { ...found, url, localId: cachedContextId(url), createdAt, expiresAt: at + freshFor };
}

function remember({ documents }: CacheState, document: CachedDocument): CachedDocument {
  documents.set(document.url, document, JSON.stringify(document.context).length);
  return document;
}
