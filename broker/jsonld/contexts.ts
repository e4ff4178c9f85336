import type { Json, Micros } from '../domain/entity.ts';
import { type Builder, buildContext, type OwnContexts, renewDocuments } from './build-context.ts';
import type { ManagedContexts } from './context.ts';
import { type ContextArchive, contextCache } from './context-cache.ts';
import { type CoreVersion, coreUrl, defaultCoreVersion } from './core-versions.ts';
import { type DownloadSettings, download } from './download.ts';
import { knownContexts } from './known-contexts.ts';
import { reloadDocument } from './reload-document.ts';
import { tableContext } from './table-context.ts';
import { termTable } from './term-table.ts';

/** What `createContexts` takes. The limits of `download` hold for contexts in request bodies, too. */
export interface ContextsOptions {
  readonly download: DownloadSettings;
  /** The clock of the process, in microseconds. */
  readonly now: () => Micros;
  readonly archive?: ContextArchive;
  /** Where @contexts without a URL get one; without it they have none. */
  readonly own?: OwnContexts;
  /** URL → document, from `readContextDirectory`. */
  readonly preloaded?: ReadonlyMap<string, Json>;
  readonly coreVersion?: CoreVersion;
  /** How many terms all contexts in memory may have together. */
  readonly maxTerms?: number;
  /** Told when a context in use could not be renewed or archived; it stays in use. */
  readonly onProblem?: (error: unknown) => void;
}

/** The contexts of a process: each is collected, checked and processed once, and then answered from memory. */
export function createContexts({
  download: settings,
  now,
  archive,
  own,
  preloaded = new Map(),
  coreVersion = defaultCoreVersion,
  maxTerms = 200_000,
  onProblem = () => {},
}: ContextsOptions): ManagedContexts {
  const downloading = { now, ...settings };
  const documents = contextCache({
    download: (url, known) => download(url, downloading, known),
    now,
    maxBytes: 64 * settings.maxBytes,
    patienceMs: settings.timeLimitMs / 4,
    onProblem,
    ...(archive === undefined ? {} : { archive }),
  });
  const builder: Builder = { coreVersion, documents, preloaded, onProblem, ...(own && { own }) };
  const url = coreUrl(coreVersion);
  const core = tableContext(termTable(coreVersion), { reference: url, url });
  const known = knownContexts({
    build: (reference) => buildContext(builder, reference),
    renew: (copies) => renewDocuments(builder, copies),
    ...{ now, onProblem, maxTerms, limits: settings },
  });
  return {
    core,
    resolve: (reference) => (reference === url ? core : known.resolve(reference)),
    takeUses: known.takeUses,
    forget: (isGone) => {
      documents.drop(isGone);
      known.drop(isGone);
    },
    reload: async (given) => {
      const { localId } = await reloadDocument(builder, documents, given, settings.timeLimitMs);
      known.drop((copy) => copy.localId === localId);
    },
  };
}
