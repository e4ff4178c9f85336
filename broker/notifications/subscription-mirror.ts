import type { Change } from '../domain/change/changes.ts';
import type { Json, Micros } from '../domain/entity.ts';
import type { SubscriptionDocument } from '../domain/subscription/subscription-document.ts';
import type { Documents } from '../store/store.ts';
import { type CompiledSubscription, compileSubscription } from './compile-subscription.ts';
import type { NotificationLog } from './log.ts';
import { SubscriptionIndex } from './subscription-index.ts';
import { keyOf } from './tenant-key.ts';
import type { Timers } from './timers.ts';

/** The kind of document that Subscriptions are stored as. */
export const SUBSCRIPTION_KIND = 'subscription';

export interface SubscriptionMirrorParts {
  readonly documents: Pick<Documents, 'get' | 'list' | 'revision'>;
  readonly timers: Timers;
  readonly log: NotificationLog;
  /** Milliseconds between looks for what other processes wrote; absent where there are no others (SQLite). */
  readonly pollInterval?: number;
}

/**
 * All Subscriptions in memory, compiled once. What this process writes takes effect at once (`put`, `remove`), what
 * others write within a poll.
 */
export class SubscriptionMirror {
  readonly #parts: SubscriptionMirrorParts;
  readonly #index = new SubscriptionIndex();
  /** Which version of each Subscription is in the index, by tenant and id. */
  readonly #versions = new Map<string, string>();
  /** Written by this process while the mirror was reading: what it read may be older. */
  readonly #writtenMeanwhile = new Set<string>();
  #revision: string | undefined;
  #reloading: Promise<void> | undefined;
  #cancelPoll = (): void => {};
  #stopped = false;

  constructor(parts: SubscriptionMirrorParts) {
    this.#parts = parts;
  }

  /** Loads all Subscriptions; resolves when `match` knows them. @throws what the store throws */
  async start(): Promise<void> {
    await this.#reload();
    this.#pollLater();
  }

  /** Polls no more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelPoll();
  }

  /** Ids of the Subscriptions that the change notifies (clause 5.8.6). Synchronous. */
  match(tenant: string, change: Change, now: Micros): readonly string[] {
    return this.#index.match(tenant, change, now);
  }

  get(tenant: string, id: string): CompiledSubscription | undefined {
    return this.#index.get(tenant, id);
  }

  /**
   * As `get`, after a look into the store when it is not known; undefined when there is none.
   * @throws what the store throws, and when the one that is stored is not usable
   */
  async find(tenant: string, id: string): Promise<CompiledSubscription | undefined> {
    if (!this.get(tenant, id)) {
      const body = await this.#parts.documents.get(SUBSCRIPTION_KIND, tenant, id);
      if (body !== undefined) this.put(tenant, body as unknown as SubscriptionDocument);
    }
    return this.get(tenant, id);
  }

  /** Takes in a Subscription as it has just been stored. */
  put(tenant: string, document: SubscriptionDocument): void {
    if (this.#reloading) this.#writtenMeanwhile.add(keyOf(tenant, document.id));
    this.#take(tenant, document);
  }

  /** Forgets a Subscription that this process has just deleted. */
  remove(tenant: string, id: string): void {
    if (this.#reloading) this.#writtenMeanwhile.add(keyOf(tenant, id));
    this.#drop(tenant, id);
  }

  #pollLater(): void {
    const { pollInterval, timers } = this.#parts;
    if (pollInterval === undefined || this.#stopped) return;
    this.#cancelPoll = timers.after(pollInterval, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    try {
      const revision = await this.#parts.documents.revision(SUBSCRIPTION_KIND);
      if (revision !== this.#revision) await this.#reload();
    } catch (error) {
      this.#parts.log.warn(
        { err: error },
        'subscriptions of other processes could not be read; trying again',
      );
    }
    this.#pollLater();
  }

  #reload(): Promise<void> {
    this.#reloading ??= this.#readAll().finally(() => {
      this.#reloading = undefined;
      this.#writtenMeanwhile.clear();
    });
    return this.#reloading;
  }

  async #readAll(): Promise<void> {
    const { documents } = this.#parts;
    // Before the list: what is written in between moves the revision again and makes another reload.
    const revision = await documents.revision(SUBSCRIPTION_KIND);
    const rows = await documents.list(SUBSCRIPTION_KIND);
    const present = new Set<string>();
    for (const { tenant, id, body } of rows) {
      present.add(keyOf(tenant, id));
      if (!this.#writtenMeanwhile.has(keyOf(tenant, id))) this.#takeStored(tenant, id, body);
    }
    for (const [tenant, id] of this.#index.keys()) {
      const key = keyOf(tenant, id);
      if (!present.has(key) && !this.#writtenMeanwhile.has(key)) this.#drop(tenant, id);
    }
    this.#revision = revision;
  }

  #takeStored(tenant: string, id: string, body: Json): void {
    try {
      this.#take(tenant, body as unknown as SubscriptionDocument);
    } catch (error) {
      // One that this version cannot read must not keep the others from working.
      this.#parts.log.error(
        { err: error, tenant, subscriptionId: id },
        'a stored subscription is not usable',
      );
    }
  }

  #take(tenant: string, document: SubscriptionDocument): void {
    const key = keyOf(tenant, document.id);
    const version = `${document.createdAt} ${document.modifiedAt}`;
    if (this.#versions.get(key) === version) return;
    this.#index.put(tenant, compileSubscription(document));
    this.#versions.set(key, version);
  }

  #drop(tenant: string, id: string): void {
    this.#index.remove(tenant, id);
    this.#versions.delete(keyOf(tenant, id));
  }
}
