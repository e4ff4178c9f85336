import type { Change } from '../domain/change/changes.ts';
import type { Json, Micros } from '../domain/entity.ts';
import type { SubscriptionDocument } from '../domain/subscription/subscription-document.ts';
import type { DocumentChanges, DocumentFeed, Documents } from '../store/documents.ts';
import { type CompiledSubscription, compileSubscription } from './compile-subscription.ts';
import type { NotificationLog } from './log.ts';
import { SubscriptionIndex } from './subscription-index.ts';
import { keyOf } from './tenant-key.ts';
import type { Timers } from './timers.ts';
import { UnusableSubscription } from './unusable-subscription.ts';

/** The kind of document that Subscriptions are stored as. */
export const SUBSCRIPTION_KIND = 'subscription';

export interface SubscriptionMirrorParts {
  readonly documents: Pick<Documents, 'get' | 'follow'>;
  readonly timers: Timers;
  readonly log: NotificationLog;
  /** Milliseconds between looks for what other processes wrote; absent where there are no others (SQLite). */
  readonly pollInterval?: number;
  /** Told of every Subscription that comes, changes or goes, whoever wrote it, and of all of them at the start. */
  readonly onPut?: (tenant: string, document: SubscriptionDocument, compiled: CompiledSubscription) => void;
  /** Every Subscription is notified of updates that leave Attributes equal, not only those that ask for it. */
  readonly allHearUnchanged?: boolean;
  readonly onRemove?: (tenant: string, id: string) => void;
}

interface Written {
  readonly tenant: string;
  readonly id: string;
}

/**
 * All Subscriptions in memory, compiled once. What this process writes takes effect at once (`put`, `remove`), what
 * others write within a poll; a poll reads what was written since the one before.
 */
export class SubscriptionMirror {
  readonly #parts: SubscriptionMirrorParts;
  readonly #feed: DocumentFeed;
  readonly #index: SubscriptionIndex;
  /** Which version of each Subscription is in the index, by tenant and id. */
  readonly #versions = new Map<string, string>();
  /** Those that this version cannot read. */
  readonly #unusable = new Set<string>();
  /**
   * Written by this process since the last look. Another one may have been quicker, and the look may have seen that
   * before this process told of its own write: the next look is right again.
   */
  #written = new Map<string, Written>();
  /** False where no look will follow: then nobody else writes. */
  #isFollowing = true;
  #looking: Promise<void> = Promise.resolve();
  #cancelPoll = (): void => {};
  #stopped = false;

  constructor(parts: SubscriptionMirrorParts) {
    this.#parts = parts;
    this.#feed = parts.documents.follow(SUBSCRIPTION_KIND);
    this.#index = new SubscriptionIndex(parts.allHearUnchanged);
  }

  /** Loads all Subscriptions; resolves when `match` knows them. @throws what the store throws */
  async start(): Promise<void> {
    await this.#look();
    this.#isFollowing = this.#parts.pollInterval !== undefined;
    this.#pollLater();
  }

  /** Polls no more; resolves when the look in hand has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPoll();
    await this.#looking;
  }

  /** Ids of the Subscriptions that the change notifies (clause 5.8.6). Synchronous. */
  match(tenant: string, change: Change, now: Micros): readonly string[] {
    return this.#index.match(tenant, change, now);
  }

  /** True when a Subscription of the tenant may be notified of what is written and stays equal. */
  hearsUnchanged(tenant: string): boolean {
    return this.#index.hearsUnchanged(tenant);
  }

  get(tenant: string, id: string): CompiledSubscription | undefined {
    return this.#index.get(tenant, id);
  }

  /**
   * As `get`, after a look into the store when it is not known; undefined when there is none.
   * @throws what the store throws, UnusableSubscription when this version cannot read the one that is stored
   */
  async find(tenant: string, id: string): Promise<CompiledSubscription | undefined> {
    if (!this.get(tenant, id)) {
      const body = await this.#parts.documents.get(SUBSCRIPTION_KIND, tenant, id);
      if (body !== undefined) this.put(tenant, body as unknown as SubscriptionDocument);
    }
    return this.get(tenant, id);
  }

  /** How many there are that this version cannot read. */
  unusable(): number {
    return this.#unusable.size;
  }

  /** `ok`, or that there are some, for operators. */
  state(): string {
    const count = this.#unusable.size;
    return count === 0 ? 'ok' : `${count} that this version cannot read: the log names them`;
  }

  /** Takes in a Subscription as it has just been stored. */
  put(tenant: string, document: SubscriptionDocument): void {
    this.#note(tenant, document.id);
    this.#take(tenant, document);
  }

  /** Forgets a Subscription that this process has just deleted. */
  remove(tenant: string, id: string): void {
    this.#note(tenant, id);
    this.#drop(tenant, id);
  }

  #note(tenant: string, id: string): void {
    if (this.#isFollowing) this.#written.set(keyOf(tenant, id), { tenant, id });
  }

  #pollLater(): void {
    const { pollInterval, timers } = this.#parts;
    if (pollInterval === undefined || this.#stopped) return;
    this.#cancelPoll = timers.after(pollInterval, () => {
      this.#looking = this.#poll();
    });
  }

  async #poll(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      this.#parts.log.warn(
        { err: error },
        'subscriptions of other processes could not be read; trying again',
      );
    }
    this.#pollLater();
  }

  async #look(): Promise<void> {
    const written = this.#written;
    this.#written = new Map();
    try {
      for (const key of this.#apply(await this.#feed.next())) written.delete(key);
      for (const of of written.values()) await this.#readAgain(of);
    } catch (error) {
      this.#written = new Map([...written, ...this.#written]);
      throw error;
    }
  }

  /** Takes in what is newer than what this process wrote; answers what it was told of. */
  #apply({ present, gone, isWhole }: DocumentChanges): ReadonlySet<string> {
    const told = new Set<string>();
    if (isWhole) this.#unusable.clear();
    for (const { tenant, id, body } of present) {
      told.add(keyOf(tenant, id));
      if (!this.#isWrittenMeanwhile(tenant, id)) this.#takeStored(tenant, id, body);
    }
    const absent = isWhole ? this.#index.keys().filter((of) => !told.has(keyOf(...of))) : [];
    for (const [tenant, id] of [...absent, ...gone.map((of) => [of.tenant, of.id] as const)]) {
      told.add(keyOf(tenant, id));
      if (!this.#isWrittenMeanwhile(tenant, id)) this.#drop(tenant, id);
    }
    return told;
  }

  async #readAgain({ tenant, id }: Written): Promise<void> {
    const body = await this.#parts.documents.get(SUBSCRIPTION_KIND, tenant, id);
    if (this.#isWrittenMeanwhile(tenant, id)) return;
    if (body === undefined) this.#drop(tenant, id);
    else this.#takeStored(tenant, id, body);
  }

  #isWrittenMeanwhile(tenant: string, id: string): boolean {
    return this.#written.has(keyOf(tenant, id));
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
    const compiled = this.#compile(key, document);
    this.#index.put(tenant, compiled);
    this.#versions.set(key, version);
    this.#parts.onPut?.(tenant, document, compiled);
  }

  #compile(key: string, document: SubscriptionDocument): CompiledSubscription {
    try {
      const compiled = compileSubscription(document);
      this.#unusable.delete(key);
      return compiled;
    } catch (error) {
      this.#unusable.add(key);
      throw new UnusableSubscription(document.id, error);
    }
  }

  #drop(tenant: string, id: string): void {
    this.#index.remove(tenant, id);
    this.#unusable.delete(keyOf(tenant, id));
    if (this.#versions.delete(keyOf(tenant, id))) this.#parts.onRemove?.(tenant, id);
  }
}
