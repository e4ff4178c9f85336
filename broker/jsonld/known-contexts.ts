import { createHash } from 'node:crypto';
import type { Json, Micros } from '../domain/entity.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import type { BuiltContext, UrlCopy } from './build-context.ts';
import type { Context, ContextCopy, ContextUses } from './context.ts';
import { userUrls } from './context-pointer.ts';
import type { DownloadSettings } from './download.ts';
import { weightedLru } from './weighted-lru.ts';
import { withinTime } from './within-time.ts';

/** The contexts that were built, in memory. */
export interface KnownContexts {
  /** Answers from memory what is fresh; an expired context is renewed, and stays for half a minute where that fails. */
  resolve(reference: Json): Context | Promise<Context>;
  /** The uses of the documents that the contexts were made of, since the last call. */
  takeUses(): ReadonlyMap<string, ContextUses>;
  /** Forgets the contexts that were made of such copies. */
  drop(isGone: (copy: ContextCopy) => boolean): void;
}

export interface KnownContextsParts {
  readonly build: (reference: Json) => Promise<BuiltContext>;
  /** When what was made of the copies expires now; undefined when it has to be built anew. */
  readonly renew: (copies: readonly UrlCopy[]) => Promise<Micros | undefined>;
  readonly now: () => Micros;
  /** Told when a context in use could not be renewed. */
  readonly onProblem: (error: unknown) => void;
  /** How many terms all contexts together may have. */
  readonly maxTerms: number;
  readonly limits: Pick<DownloadSettings, 'timeLimitMs' | 'maxBytes'>;
}

interface Entry {
  readonly context: Context;
  readonly copies: readonly UrlCopy[];
  expiresAt: Micros;
  /** Not yet taken. Counting here costs a request nothing else. */
  uses: number;
  lastUse: Micros;
}

const retryAfter = 30_000_000;
const longestKey = 512;

/** A memory for contexts; each is built once, however many ask for it at the same time. */
export function knownContexts({
  build,
  renew,
  now,
  onProblem,
  maxTerms,
  limits,
}: KnownContextsParts): KnownContexts {
  const entries = weightedLru<Entry>(maxTerms);
  const building = new Map<string, Promise<Entry>>();
  const start = async (key: string, reference: Json): Promise<Entry> => {
    const earlier = entries.get(key);
    const renewed = earlier && (await renew(earlier.copies));
    if (earlier !== undefined && renewed !== undefined) {
      earlier.expiresAt = renewed;
      return earlier;
    }
    const { context, expiresAt, size, documents } = await build(reference);
    const { uses = 0, lastUse = 0 } = entries.get(key) ?? {};
    const copies = documents.map(({ url, localId, createdAt }) => ({ url, localId, createdAt }));
    const entry = { context, copies, expiresAt, uses, lastUse };
    entries.set(key, entry, size);
    return entry;
  };
  const buildOnce = (key: string, reference: Json): Promise<Entry> => {
    const running = building.get(key) ?? start(key, reference).finally(() => building.delete(key));
    building.set(key, running);
    return running;
  };
  const buildInTime = (key: string, reference: Json): Promise<Entry> => {
    const { timeLimitMs } = limits;
    return withinTime(buildOnce(key, reference), timeLimitMs, () => tooLate(reference, timeLimitMs));
  };
  const stay = (entry: Entry, error: unknown): Entry => {
    if (postpone(entry, now())) onProblem(error);
    return entry;
  };
  return {
    resolve: (reference) => {
      const key = keyOf(reference, limits.maxBytes);
      const entry = entries.get(key);
      const at = now();
      if (entry !== undefined && at < entry.expiresAt) return use(entry, at);
      const built = buildInTime(key, reference);
      const inUse = entry === undefined ? built : built.catch((error: unknown) => stay(entry, error));
      return inUse.then((found) => use(found, now()));
    },
    takeUses: () => {
      const taken = new Map<string, ContextUses>();
      for (const [, entry] of entries.entries()) takeFrom(entry, taken);
      return taken;
    },
    drop: (isGone) => {
      for (const [key, { copies }] of entries.entries()) if (copies.some(isGone)) entries.delete(key);
    },
  };
}

/** True for the first of those who waited together: of what is fresh already nothing has to be said. */
function postpone(entry: Entry, at: Micros): boolean {
  if (at < entry.expiresAt) return false;
  entry.expiresAt = at + retryAfter;
  return true;
}

function use(entry: Entry, at: Micros): Context {
  entry.uses++;
  entry.lastUse = at;
  return entry.context;
}

function takeFrom(entry: Entry, taken: Map<string, ContextUses>): void {
  const { uses, lastUse } = entry;
  if (uses === 0) return;
  entry.uses = 0;
  for (const localId of new Set(entry.copies.map((copy) => copy.localId))) {
    const { count, last } = taken.get(localId) ?? { count: 0, last: 0 };
    taken.set(localId, { count: count + uses, last: Math.max(last, lastUse) });
  }
}

/** URLs are their own key; a long context is known by its digest. */
function keyOf(reference: Json, maxBytes: number): string {
  const text = typeof reference === 'string' ? reference : JSON.stringify(reference);
  if (text.length <= longestKey) return text;
  if (text.length <= maxBytes) return createHash('sha256').update(text).digest('base64');
  throw badRequest(`The @context has more than ${maxBytes} bytes. Give its URL instead.`);
}

function tooLate(reference: Json, timeLimitMs: number): NgsiLdError {
  const urls = userUrls(reference).join(', ').slice(0, 500);
  const detail = `The @context ${urls} was not complete within ${timeLimitMs} ms: something in it answers too slowly.`;
  return new NgsiLdError('LdContextNotAvailable', detail);
}
