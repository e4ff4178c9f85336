import type { Json, Micros } from '../domain/entity.ts';
import { builtInContexts } from '../jsonld/built-in-contexts.ts';
import type { ManagedContexts } from '../jsonld/context.ts';
import { contextAddress } from '../jsonld/context-address.ts';
import { type ContextsOptions, createContexts } from '../jsonld/contexts.ts';
import type { NotificationLog } from '../notifications/log.ts';
import { systemTimers, type Timers } from '../notifications/timers.ts';
import type { Documents } from '../store/documents.ts';
import { contextArchive } from './context-archive.ts';
import { contextRecords } from './context-records.ts';
import { ContextUsages } from './context-usage.ts';
import { ContextWatch } from './context-watch.ts';
import { createJsonldContextService, type JsonldContextService } from './jsonld-contexts.ts';
import { publishedContexts } from './published-contexts.ts';

export interface ContextLibraryParts extends Pick<ContextsOptions, 'download' | 'coreVersion'> {
  readonly documents: Documents;
  readonly now: () => Micros;
  readonly log: NotificationLog;
  /** The URL at which clients and receivers of notifications reach this broker. */
  readonly publicUrl: string;
  /** A new URI for an @context. */
  readonly newId: () => string;
  /** URL → document, from `readContextDirectory`. */
  readonly preloaded?: ReadonlyMap<string, Json>;
  /** Milliseconds between looks for what other processes on the same store do; leave it out where there are none. */
  readonly pollInterval?: number;
  /** Node's own when not given. */
  readonly timers?: Timers;
}

/** The @contexts of a process, stored ones included, and the operations on them. */
export interface ContextLibrary {
  readonly contexts: ManagedContexts;
  readonly service: JsonldContextService;
  /** Begins to write usage down, and to look for what other processes do. */
  start(): void;
  /** Writes down what is left. To be called before the store is closed. */
  stop(): Promise<void>;
}

/** Wires the library; nothing runs before `start`. */
export function createContextLibrary(parts: ContextLibraryParts): ContextLibrary {
  const { documents, now, log, newId, preloaded, pollInterval, timers = systemTimers } = parts;
  const records = contextRecords(documents);
  const address = contextAddress(parts.publicUrl);
  const published = publishedContexts(records, address, now);
  const contexts = createContexts({
    download: parts.download,
    now,
    archive: contextArchive(records, address),
    own: published,
    ...(preloaded && { preloaded }),
    ...(parts.coreVersion && { coreVersion: parts.coreVersion }),
    onProblem: (error) =>
      log.warn({ err: error }, 'an @context could not be renewed: the old copy stays in use'),
  });
  const usages = new ContextUsages({ documents, contexts, timers, log });
  const watch =
    pollInterval === undefined
      ? undefined
      : new ContextWatch({ documents, records, contexts, published, timers, log, interval: pollInterval });
  const builtIn = builtInContexts(preloaded);
  return {
    contexts,
    service: createJsonldContextService({
      records,
      contexts,
      usages,
      published,
      address,
      builtIn,
      now,
      newId,
    }),
    start: () => {
      usages.start();
      watch?.start();
    },
    stop: async () => {
      watch?.stop();
      await usages.stop();
    },
  };
}
