import type { Json, Micros } from '../domain/entity.ts';
import type { Documents } from '../store/documents.ts';
import type { NotificationLog } from './log.ts';
import { keyOf } from './tenant-key.ts';
import type { Timers } from './timers.ts';

export interface DeliverersParts {
  readonly documents: Pick<Documents, 'put' | 'update' | 'remove' | 'list'>;
  readonly timers: Timers;
  readonly log: NotificationLog;
  /** The name of this process among the others, never used before. */
  readonly self: string;
  /** What others may tell by that this process has ended; empty when they cannot. */
  readonly mark?: string;
  /** True when the process of the mark has surely ended; false when nobody here can tell. */
  readonly hasEnded?: (mark: string) => boolean;
  /** Milliseconds between signs of life, each with a look for those of the others. */
  readonly interval: number;
  readonly now: () => Micros;
  /** Called after every look. */
  readonly onLook: () => void;
}

const KIND = 'deliverer';
/** Looks without a sign of life after which a process counts as gone. */
const PATIENCE = 12;
/**
 * Intervals without a sign of life of its own after which a process delivers nothing: so much sooner than others take
 * over that it holds though a clock that was set back goes at half speed.
 */
const OWN_PATIENCE = 5;
/** Signs of life after which the others have seen a process that joins: only then it delivers. */
const PROBATION = 3;

/** A sign of life. */
interface Sign {
  readonly beat: number;
  readonly mark: string;
}

interface Seen extends Sign {
  /** The look that first met this beat. */
  readonly look: number;
}

/**
 * The processes that share a store, and which of them delivers to which Subscription: each of them to its part of all
 * Subscriptions, by rendezvous hashing, so that one that comes or goes moves no more than its own part. A lease
 * without clocks: each writes signs of life and judges those of the others by its own looks. While a part changes
 * hands, a notification may come twice.
 *
 * A part is taken over at once from a process that stops in good order, and from one of the same machine that has
 * ended otherwise; from one that is silent, and may be alive, after 12 intervals. A process that finds itself alone
 * delivers at once; one that joins others, or was silent for too long itself, after 3 signs of life.
 */
export class Deliverers {
  readonly #parts: DeliverersParts;
  readonly #seen = new Map<string, Seen>();
  #members: readonly string[] = [];
  #beat = 0;
  #look = 0;
  /** Signs of life since this process joined the others. */
  #standing = 0;
  /** When the last sign of life was begun to be written that a look followed. */
  #aliveAt: Micros = 0;
  /** The last turn; resolves to whether the store answered. */
  #turning: Promise<boolean> = Promise.resolve(false);
  #cancel = (): void => {};
  #stopped = false;

  constructor(parts: DeliverersParts) {
    this.#parts = parts;
  }

  /** Begins to look. Resolves after the first look, whatever came of it. */
  async start(): Promise<void> {
    this.#turning = this.#turn();
    await this.#turning;
  }

  /** True when it is for this process to deliver to the Subscription. */
  owns(tenant: string, subscriptionId: string): boolean {
    if (this.#stopped || this.#standing <= PROBATION || this.#isSilentSince(this.#aliveAt)) return false;
    const { self } = this.#parts;
    const key = keyOf(tenant, subscriptionId);
    const own = weightOf(self, key);
    return this.#members.every((member) => member === self || weightOf(member, key) < own);
  }

  /**
   * How many processes come before this one for the Subscription, as far as is known. Unlike `owns` it is no lease: for
   * what the store decides in the end, and what is better begun by one than by all.
   */
  rankOf(tenant: string, subscriptionId: string): number {
    const { self } = this.#parts;
    const key = keyOf(tenant, subscriptionId);
    const own = weightOf(self, key);
    return this.#members.filter((member) => member !== self && weightOf(member, key) >= own).length;
  }

  /**
   * Leaves its part to the others. To be called when nothing is sent any more. While the store is away there is nothing
   * to leave: the others see that it is silent.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    // What it still writes must not come behind the removal.
    if (await this.#turning)
      await this.#parts.documents.remove(KIND, '', this.#parts.self).catch(() => undefined);
  }

  #isSilentSince(time: Micros): boolean {
    return this.#parts.now() - time > OWN_PATIENCE * this.#parts.interval * 1000;
  }

  async #turn(): Promise<boolean> {
    const hasLooked = await this.#trySignalAndLook();
    if (this.#stopped) return hasLooked;
    this.#parts.onLook();
    this.#cancel = this.#parts.timers.after(this.#parts.interval, () => {
      this.#turning = this.#turn();
    });
    return hasLooked;
  }

  async #trySignalAndLook(): Promise<boolean> {
    const at = this.#parts.now();
    // The others may have taken over its part meanwhile: it joins as a new one does.
    if (this.#isSilentSince(this.#aliveAt)) this.#standing = 0;
    try {
      await this.#signal();
      await this.#lookAround();
      this.#aliveAt = at;
      return true;
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'the processes that deliver could not be read; trying again');
      return false;
    }
  }

  /** Gives a sign of life. Where others took the last one away, they have taken over its part. */
  async #signal(): Promise<void> {
    const { documents, self, mark = '' } = this.#parts;
    const sign: Json = { beat: this.#beat + 1, mark };
    if (this.#standing === 0 || (await documents.update(KIND, '', self, () => sign)) === undefined) {
      this.#standing = 0;
      await documents.put(KIND, '', self, sign);
    }
    this.#beat += 1;
  }

  async #lookAround(): Promise<void> {
    const { documents, self } = this.#parts;
    const rows = await documents.list(KIND, '');
    // Only looks that succeed count: while the store is away nobody can give a sign of life.
    this.#look += 1;
    const signs = new Map(rows.map(({ id, body }) => [id, body as unknown as Sign]));
    for (const [id, sign] of signs)
      if (this.#seen.get(id)?.beat !== sign.beat) this.#seen.set(id, { ...sign, look: this.#look });
    for (const [id, seen] of this.#seen) {
      const isGone = id !== self && this.#isGone(seen);
      if (signs.has(id) && !isGone) continue;
      this.#seen.delete(id);
      if (isGone) await documents.remove(KIND, '', id);
    }
    this.#members = this.#told([...this.#seen.keys()]);
    // Whoever comes from now on sees the sign of this one before it delivers.
    const isAlone = this.#members.every((id) => id === self);
    this.#standing = this.#standing === 0 && isAlone ? PROBATION + 1 : this.#standing + 1;
  }

  #told(members: readonly string[]): readonly string[] {
    const isSame =
      members.length === this.#members.length && members.every((id) => this.#members.includes(id));
    if (!isSame) this.#parts.log.info({ processes: members.length }, 'notifications are shared out anew');
    return members;
  }

  #isGone({ mark, look }: Seen): boolean {
    return this.#look - look > PATIENCE || (this.#parts.hasEnded?.(mark ?? '') ?? false);
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
