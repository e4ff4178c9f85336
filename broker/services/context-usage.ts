import type { Json, Micros } from '../domain/entity.ts';
import type { ContextUses, ManagedContexts } from '../jsonld/context.ts';
import type { NotificationLog } from '../notifications/log.ts';
import type { Timers } from '../notifications/timers.ts';
import type { Documents } from '../store/documents.ts';

/** The members of clause 5.13.3.5 that tell of use. */
export interface ContextUsage {
  /** How often the @context was found in the storage: by a request that needed it, or by one for itself. */
  readonly numberOfHits: number;
  /** When it was last needed or served. */
  readonly lastUsage?: Micros;
}

export interface ContextUsagesParts {
  readonly documents: Pick<Documents, 'get' | 'list' | 'create' | 'update' | 'remove'>;
  readonly contexts: Pick<ManagedContexts, 'takeUses'>;
  readonly timers: Timers;
  readonly log: NotificationLog;
}

const KIND = 'context-usage';
const EVERYBODY = '';
/** Milliseconds. */
const FLUSH_INTERVAL = 10_000;

/**
 * Keeps the usage of all stored @contexts, apart from them, so that a use makes no process reload. Uses are counted in
 * memory and written every ten seconds, or when somebody reads.
 */
export class ContextUsages {
  readonly #parts: ContextUsagesParts;
  #pending = new Map<string, ContextUsage>();
  #flushing: Promise<void> = Promise.resolve();
  #cancel = (): void => {};
  #stopped = false;

  constructor(parts: ContextUsagesParts) {
    this.#parts = parts;
  }

  /** Begins to write now and then. */
  start(): void {
    if (this.#stopped) return;
    this.#cancel = this.#parts.timers.after(FLUSH_INTERVAL, () => {
      void this.#flushSafely().then(() => this.start());
    });
  }

  /** Counts that an @context was found by a request for itself; `at` when that served its content. */
  count(localId: string, at?: Micros): void {
    this.#add(localId, { numberOfHits: 1, ...(at !== undefined && { lastUsage: at }) });
  }

  /** Undefined before the first use. Lags behind nothing that this process did. */
  async read(localId: string): Promise<ContextUsage | undefined> {
    await this.flush();
    return (await this.#parts.documents.get(KIND, EVERYBODY, localId)) as unknown as ContextUsage | undefined;
  }

  /** All, by local identifier. */
  async readAll(): Promise<ReadonlyMap<string, ContextUsage>> {
    await this.flush();
    const rows = await this.#parts.documents.list(KIND, EVERYBODY);
    return new Map(rows.map(({ id, body }) => [id, body as unknown as ContextUsage]));
  }

  /** Takes away what is known of an @context that was deleted. */
  async remove(localId: string): Promise<void> {
    await this.flush();
    await this.#parts.documents.remove(KIND, EVERYBODY, localId);
  }

  /** Writes what is not yet written. @throws what the store throws; then nothing is lost */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#writeAll());
    return this.#flushing;
  }

  /** Writes what is not yet written, for the last time. A store that is away keeps nobody from stopping. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#flushSafely();
  }

  async #flushSafely(): Promise<void> {
    await this.flush().catch((error: unknown) => {
      this.#parts.log.warn({ err: error }, 'the usage of @contexts could not be written');
    });
  }

  #add(localId: string, usage: ContextUsage): void {
    const earlier = this.#pending.get(localId);
    this.#pending.set(localId, earlier ? sum(earlier, usage) : usage);
  }

  async #writeAll(): Promise<void> {
    for (const [localId, uses] of this.#parts.contexts.takeUses()) this.#add(localId, toUsage(uses));
    const batch = [...this.#pending];
    this.#pending = new Map();
    const results = await Promise.allSettled(batch.map(([localId, usage]) => this.#write(localId, usage)));
    const unwritten = batch.filter((_, index) => results[index]?.status === 'rejected');
    for (const [localId, usage] of unwritten) this.#add(localId, usage);
    const refusal = results.find((result) => result.status === 'rejected');
    if (refusal) throw refusal.reason;
  }

  async #write(localId: string, usage: ContextUsage): Promise<void> {
    const { documents } = this.#parts;
    const add = () =>
      documents.update(KIND, EVERYBODY, localId, (body) =>
        toJson(sum(body as unknown as ContextUsage, usage)),
      );
    if ((await add()) !== undefined) return;
    if (!(await documents.create(KIND, EVERYBODY, localId, toJson(usage)))) await add();
  }
}

function toUsage({ count, last }: ContextUses): ContextUsage {
  return { numberOfHits: count, lastUsage: last };
}

function sum(one: ContextUsage, other: ContextUsage): ContextUsage {
  const last = Math.max(one.lastUsage ?? 0, other.lastUsage ?? 0);
  const numberOfHits = one.numberOfHits + other.numberOfHits;
  return last > 0 ? { numberOfHits, lastUsage: last } : { numberOfHits };
}

function toJson(usage: ContextUsage): Json {
  return { ...usage } as Json;
}
