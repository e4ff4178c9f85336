import type { Micros } from '../domain/entity.ts';
import type { Documents } from '../store/store.ts';
import type { NotificationLog } from './log.ts';
import { keyOf } from './tenant-key.ts';
import type { Timers } from './timers.ts';

export interface DeliverersParts {
  readonly documents: Pick<Documents, 'put' | 'remove' | 'list'>;
  readonly timers: Timers;
  readonly log: NotificationLog;
  /** The name of this process among the others, never used before. */
  readonly self: string;
  /** Milliseconds between signs of life, each with a look for those of the others. */
  readonly interval: number;
  readonly now: () => Micros;
  /** Called after every look. */
  readonly onLook: () => void;
}

const KIND = 'deliverer';
/** Looks without a sign of life after which a process counts as gone. */
const PATIENCE = 12;
/** Intervals without a sign of life of its own after which a process delivers nothing: sooner than others take over. */
const OWN_PATIENCE = 6;
/** Looks after which the others have seen a new process: only then it delivers. */
const PROBATION = 3;

interface Seen {
  readonly beat: number;
  /** The look that first met this beat. */
  readonly look: number;
}

/**
 * The processes that share a store, and which of them delivers to which Subscription: each of them to its part of all
 * Subscriptions, by rendezvous hashing, so that one that comes or goes moves no more than its own part. A lease
 * without clocks: each writes signs of life and judges those of the others by its own looks. While a part changes
 * hands, a notification may come twice.
 */
export class Deliverers {
  readonly #parts: DeliverersParts;
  readonly #seen = new Map<string, Seen>();
  #members: readonly string[] = [];
  #beat = 0;
  #look = 0;
  /** When the last sign of life was begun to be written. */
  #aliveAt: Micros = 0;
  #cancel = (): void => {};
  #stopped = false;

  constructor(parts: DeliverersParts) {
    this.#parts = parts;
  }

  /** Begins to look. Resolves after the first look, whatever came of it. */
  async start(): Promise<void> {
    await this.#turn();
  }

  /** True when it is for this process to deliver to the Subscription. */
  owns(tenant: string, subscriptionId: string): boolean {
    const { self, now, interval } = this.#parts;
    if (this.#stopped || this.#beat <= PROBATION) return false;
    if (now() - this.#aliveAt > OWN_PATIENCE * interval * 1000) return false;
    const key = keyOf(tenant, subscriptionId);
    const own = weightOf(self, key);
    return this.#members.every((member) => member === self || weightOf(member, key) < own);
  }

  /** Leaves its part to the others. To be called when nothing is sent any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#parts.documents.remove(KIND, '', this.#parts.self).catch(() => undefined);
  }

  async #turn(): Promise<void> {
    this.#look += 1;
    const at = this.#parts.now();
    try {
      await this.#parts.documents.put(KIND, '', this.#parts.self, { beat: this.#beat + 1 });
      this.#beat += 1;
      this.#aliveAt = at;
      await this.#lookAround();
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'the processes that deliver could not be read; trying again');
    }
    if (this.#stopped) return;
    this.#parts.onLook();
    this.#cancel = this.#parts.timers.after(this.#parts.interval, () => void this.#turn());
  }

  async #lookAround(): Promise<void> {
    const rows = await this.#parts.documents.list(KIND, '');
    const beats = new Map(rows.map(({ id, body }) => [id, (body as { readonly beat: number }).beat]));
    for (const [id, beat] of beats)
      if (this.#seen.get(id)?.beat !== beat) this.#seen.set(id, { beat, look: this.#look });
    for (const [id, { look }] of this.#seen) {
      const isGone = this.#look - look > PATIENCE;
      if (beats.has(id) && !isGone) continue;
      this.#seen.delete(id);
      if (isGone) await this.#parts.documents.remove(KIND, '', id);
    }
    this.#members = [...this.#seen.keys()];
  }
}

/** How much a member wants a key: FNV-1a over both, well mixed; the member decides between equals. */
function weightOf(member: string, key: string): number {
  let hash = 0x811c9dc5;
  const text = `${member}\u0000${key}`;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}
