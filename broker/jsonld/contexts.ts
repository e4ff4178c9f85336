import { createHash } from 'node:crypto';
import type { Json, Micros } from '../domain/entity.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { type BuiltContext, buildContext } from './build-context.ts';
import type { Context, Contexts } from './context.ts';
import { type ContextArchive, contextCache } from './context-cache.ts';
import { userUrls } from './context-pointer.ts';
import { type CoreVersion, coreUrl, defaultCoreVersion } from './core-versions.ts';
import { type DownloadSettings, download } from './download.ts';
import { tableContext } from './table-context.ts';
import { termTable } from './term-table.ts';
import { type WeightedLru, weightedLru } from './weighted-lru.ts';
import { withinTime } from './within-time.ts';

/** What `createContexts` takes. The limits of `download` hold for contexts in request bodies, too. */
export interface ContextsOptions {
  readonly download: DownloadSettings;
  /** The clock of the process, in microseconds. */
  readonly now: () => Micros;
  readonly archive?: ContextArchive;
  /** URL → document, from `readContextDirectory`. */
  readonly preloaded?: ReadonlyMap<string, Json>;
  readonly coreVersion?: CoreVersion;
  /** How many terms all contexts in memory may have together. */
  readonly maxTerms?: number;
  /** Told when a context in use could not be renewed or archived; it stays in use. */
  readonly onProblem?: (error: unknown) => void;
}

type Build = (reference: Json) => Promise<BuiltContext>;

const retryAfter = 30_000_000;
const longestKey = 512;

/** The contexts of a process: each is collected, checked and processed once, and then answered from memory. */
export function createContexts({
  download: settings,
  now,
  archive,
  preloaded = new Map(),
  coreVersion = defaultCoreVersion,
  maxTerms = 200_000,
  onProblem = () => {},
}: ContextsOptions): Contexts {
  const documents = contextCache({
    download: (url) => download(url, settings),
    now,
    maxBytes: 64 * settings.maxBytes,
    ...(archive === undefined ? {} : { archive }),
  });
  const build: Build = (reference) =>
    buildContext({ coreVersion, documents, preloaded, onProblem }, reference);
  const url = coreUrl(coreVersion);
  const core = tableContext(termTable(coreVersion), { reference: url, url });
  const known = knownContexts({ build, now, onProblem, entries: weightedLru(maxTerms) });
  return {
    core,
    resolve: (reference) => (reference === url ? core : known(reference, settings)),
  };
}

interface Entry {
  readonly context: Context;
  expiresAt: Micros;
}

/** Answers from memory; an expired context is still answered while it is renewed behind the scenes. */
function knownContexts({
  build,
  now,
  onProblem,
  entries,
}: {
  readonly build: Build;
  readonly now: () => Micros;
  readonly onProblem: (error: unknown) => void;
  readonly entries: WeightedLru<Entry>;
}): (reference: Json, limits: DownloadSettings) => Context | Promise<Context> {
  const building = new Map<string, Promise<Context>>();
  const start = async (key: string, reference: Json): Promise<Context> => {
    const { context, expiresAt, size } = await build(reference);
    entries.set(key, { context, expiresAt }, size);
    return context;
  };
  const buildOnce = (key: string, reference: Json): Promise<Context> => {
    const running = building.get(key) ?? start(key, reference).finally(() => building.delete(key));
    building.set(key, running);
    return running;
  };
  return (reference, { timeLimitMs, maxBytes }) => {
    const key = keyOf(reference, maxBytes);
    const entry = entries.get(key);
    if (entry === undefined) {
      return withinTime(buildOnce(key, reference), timeLimitMs, () => tooLate(reference, timeLimitMs));
    }
    if (entry.expiresAt <= now()) {
      entry.expiresAt = now() + retryAfter;
      buildOnce(key, reference).catch(onProblem);
    }
    return entry.context;
  };
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
