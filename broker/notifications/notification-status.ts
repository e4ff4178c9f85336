import type { JsonObject, Micros } from '../domain/entity.ts';
import type { Documents } from '../store/documents.ts';
import type { NotificationLog } from './log.ts';
import { keyOf } from './tenant-key.ts';
import type { Timers } from './timers.ts';

/** The read-only members that tell how notifying goes (table 5.2.14.2-1). Attempts are counted, retries too; times are those of sending. */
export interface NotificationStatus {
  readonly timesSent: number;
  readonly timesFailed: number;
  readonly lastNotification: Micros;
  readonly lastSuccess?: Micros;
  readonly lastFailure?: Micros;
  /** Why the last one that failed did; the standard has no member for it. */
  readonly lastError?: string;
}

export interface NotificationStatusesParts {
  readonly documents: Pick<Documents, 'get' | 'getMany' | 'create' | 'update' | 'remove'>;
  readonly timers: Timers;
  readonly log: NotificationLog;
}

const KIND = 'subscription-status';
const FLUSH_INTERVAL = 1000;
/** Documents written at the same time. */
const AT_ONCE = 100;

interface Pending {
  readonly tenant: string;
  readonly id: string;
  readonly status: NotificationStatus;
}

/**
 * Keeps the counters of all Subscriptions, apart from the Subscriptions, so that a notification makes no mirror
 * reload. They are written at most once a second, or when somebody reads.
 */
export class NotificationStatuses {
  readonly #parts: NotificationStatusesParts;
  #pending = new Map<string, Pending>();
  #flushing: Promise<void> | undefined;
  #timed = false;
  #cancel = (): void => {};

  constructor(parts: NotificationStatusesParts) {
    this.#parts = parts;
  }

  /** Counts an attempt made at `at`; `error` when it failed. */
  record(tenant: string, id: string, attempt: { readonly at: Micros; readonly error?: string }): void {
    this.#add({ tenant, id, status: toStatus(attempt) });
    this.#flushLater();
  }

  /** Undefined before the first attempt. Lags behind nothing that this process did. */
  async read(tenant: string, id: string): Promise<NotificationStatus | undefined> {
    await this.flush();
    const body = await this.#parts.documents.get(KIND, tenant, id);
    return body as unknown as NotificationStatus | undefined;
  }

  /** Of those of the Subscriptions that had an attempt, by id. */
  async readMany(tenant: string, ids: readonly string[]): Promise<ReadonlyMap<string, NotificationStatus>> {
    await this.flush();
    if (ids.length === 0) return new Map();
    const bodies = await this.#parts.documents.getMany(KIND, tenant, ids);
    return new Map([...bodies].map(([id, body]) => [id, body as unknown as NotificationStatus]));
  }

  /** Takes away what is known of a Subscription that was deleted. */
  async remove(tenant: string, id: string): Promise<void> {
    while (this.#flushing) await this.#flushing.catch(() => undefined);
    this.#pending.delete(keyOf(tenant, id));
    await this.#parts.documents.remove(KIND, tenant, id);
  }

  /** Writes what is not yet written. @throws what the store throws; then nothing is lost */
  async flush(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    if (this.#pending.size > 0) this.#flushing ??= this.#writeAll();
    await this.#flushing;
  }

  /** Writes what is not yet written, for the last time. A store that is away keeps nobody from stopping. */
  async stop(): Promise<void> {
    this.#cancel();
    await this.flush().catch((error: unknown) => {
      this.#parts.log.warn({ err: error }, 'counters of notifications could not be written');
    });
  }

  #add(later: Pending): void {
    const key = keyOf(later.tenant, later.id);
    const earlier = this.#pending.get(key);
    this.#pending.set(key, earlier ? { ...later, status: sum(earlier.status, later.status) } : later);
  }

  #flushLater(): void {
    if (this.#timed) return;
    this.#timed = true;
    this.#cancel = this.#parts.timers.after(FLUSH_INTERVAL, () => {
      this.#timed = false;
      this.flush().catch((error: unknown) => {
        this.#parts.log.warn({ err: error }, 'counters of notifications could not be written; trying again');
        this.#flushLater();
      });
    });
  }

  async #writeAll(): Promise<void> {
    const batch = [...this.#pending.values()];
    this.#pending = new Map();
    const results: PromiseSettledResult<void>[] = [];
    for (let start = 0; start < batch.length; start += AT_ONCE) {
      const some = batch.slice(start, start + AT_ONCE).map((item) => this.#write(item));
      results.push(...(await Promise.allSettled(some)));
    }
    this.#flushing = undefined;
    const unwritten = batch.filter((_, index) => results[index]?.status === 'rejected');
    const newer = [...this.#pending.values()];
    this.#pending = new Map();
    for (const item of [...unwritten, ...newer]) this.#add(item);
    const refusal = results.find((result) => result.status === 'rejected');
    if (refusal) throw refusal.reason;
  }

  async #write({ tenant, id, status }: Pending): Promise<void> {
    const { documents } = this.#parts;
    const add = () =>
      documents.update(KIND, tenant, id, (body) =>
        toJson(sum(body as unknown as NotificationStatus, status)),
      );
    if ((await add()) !== undefined) return;
    if (!(await documents.create(KIND, tenant, id, toJson(status)))) await add();
  }
}

function toStatus({ at, error }: { readonly at: Micros; readonly error?: string }): NotificationStatus {
  const common = { timesSent: 1, lastNotification: at };
  if (error === undefined) return { ...common, timesFailed: 0, lastSuccess: at };
  return { ...common, timesFailed: 1, lastFailure: at, lastError: error };
}

/** Counts add up, the latest times hold, whichever process tells of them first. */
function sum(one: NotificationStatus, other: NotificationStatus): NotificationStatus {
  const lastSuccess = latest(one.lastSuccess, other.lastSuccess);
  const lastFailure = latest(one.lastFailure, other.lastFailure);
  const { lastError } = (one.lastFailure ?? 0) > (other.lastFailure ?? 0) ? one : other;
  return {
    timesSent: one.timesSent + other.timesSent,
    timesFailed: one.timesFailed + other.timesFailed,
    lastNotification: Math.max(one.lastNotification, other.lastNotification),
    ...(lastSuccess !== undefined && { lastSuccess }),
    ...(lastFailure !== undefined && { lastFailure }),
    ...(lastError !== undefined && { lastError }),
  };
}

function latest(one: Micros | undefined, other: Micros | undefined): Micros | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

function toJson(status: NotificationStatus): JsonObject {
  return { ...status };
}
