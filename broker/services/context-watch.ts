import type { ManagedContexts } from '../jsonld/context.ts';
import type { NotificationLog } from '../notifications/log.ts';
import type { Timers } from '../notifications/timers.ts';
import type { Documents } from '../store/documents.ts';
import { type ContextRecords, RECORD_KIND } from './context-records.ts';
import type { PublishedContexts } from './published-contexts.ts';

export interface ContextWatchParts {
  readonly documents: Pick<Documents, 'revision'>;
  readonly records: Pick<ContextRecords, 'list'>;
  readonly contexts: Pick<ManagedContexts, 'forget'>;
  readonly published: Pick<PublishedContexts, 'forget'>;
  readonly timers: Timers;
  readonly log: NotificationLog;
  /** Milliseconds between looks. */
  readonly interval: number;
}

/**
 * Looks for @contexts that other processes on the same store deleted or renewed, and forgets what this one made of
 * them. New ones need no look: what is not in memory is read from the store.
 */
export class ContextWatch {
  readonly #parts: ContextWatchParts;
  #revision: string | undefined;
  #cancel = (): void => {};
  #stopped = false;

  constructor(parts: ContextWatchParts) {
    this.#parts = parts;
  }

  /** Begins to look. */
  start(): void {
    if (this.#stopped) return;
    this.#cancel = this.#parts.timers.after(this.#parts.interval, () => void this.#look());
  }

  /** Looks no more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #look(): Promise<void> {
    try {
      const revision = await this.#parts.documents.revision(RECORD_KIND);
      if (revision !== this.#revision) await this.#compare();
      this.#revision = revision;
    } catch (error) {
      this.#parts.log.warn(
        { err: error },
        '@contexts of other processes could not be looked for; trying again',
      );
    }
    this.start();
  }

  async #compare(): Promise<void> {
    const { records, contexts, published } = this.#parts;
    const rows = await records.list();
    const createdAt = new Map(rows.map(({ localId, record }) => [localId, record.createdAt]));
    contexts.forget((copy) => createdAt.get(copy.localId) !== copy.createdAt);
    published.forget((localId) => !createdAt.has(localId));
  }
}
