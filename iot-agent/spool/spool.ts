import type { Incoming, Json } from '../measurement.ts';
import type { CauseName } from './causes.ts';
import type { Quarantine } from './quarantine.ts';
import type { Replays } from './replays.ts';

/** What arrived, safely on disk until it is settled. */
export interface SpoolItem {
  /** Place in the order of arrival; no two items that are kept have the same. */
  readonly seq: number;
  readonly correlationId: string;
  /** Who it came from: see registry/sender-key.ts. */
  readonly key: string;
  readonly incoming: Incoming;
  /** The replay that it is sent again for. */
  readonly replay?: number;
  /** Ids of its Entities that the broker has already; the others wait for it to recover. */
  readonly delivered?: readonly string[];
}

/** Why an item is put aside. */
export interface Obstacle {
  readonly cause: CauseName;
  readonly reason: string;
  /** Absent when the sender is not known. */
  readonly tenant?: string;
  /** The Attribute that is not valid, the rule that it breaks, and its value. */
  readonly attribute?: string;
  readonly rule?: string;
  readonly value?: Json;
  /** Ids of the Entities that the broker took although it failed on another one of the item. */
  readonly delivered?: readonly string[];
}

/** What the ring of a device keeps of an item besides the message; see raw-ring.ts. */
export interface Fate {
  /** A device key. */
  readonly device: string;
  /** `sent`, `late`, `nothing`… or the name of a cause. */
  readonly result: string;
  readonly reason?: string;
}

/** What became of an item: it is done, or put aside. */
export interface Settlement {
  readonly item: SpoolItem;
  readonly obstacle?: Obstacle;
  /** Absent when its device is not known, or nothing is to be kept of it. */
  readonly fate?: Fate;
}

/** A message that could not be understood at all. */
export interface MalformedMessage {
  /** Topic or path that it came by. */
  readonly source: string;
  readonly reason: string;
  /** What was received, cut to a length that people can look at. */
  readonly text: string;
  readonly correlationId: string;
}

/** The obstacles of one sender, for people. */
export interface Problem {
  readonly key: string;
  readonly tenant?: string;
  readonly cause: CauseName;
  /** Of the newest item. */
  readonly reason: string;
  readonly items: number;
  /** Microseconds since 1970: when the newest item was put aside. */
  readonly lastAt: number;
  /** The newest item as it arrived; a message's own text when it was malformed. */
  readonly last: string;
}

/** Which problems to list; without a tenant, those of all. Senders of no known tenant are shown to the default one, which is empty. */
export interface ProblemsPage {
  readonly tenant?: string;
  readonly limit: number;
  readonly offset: number;
}

/**
 * The durable queue between transports and broker. Items come out in the order of their arrival and stay until they
 * are settled, also through the end of the process. Memory does not grow with its length.
 */
export interface Spool {
  /** Resolves when the items are on disk; rejects, and has none of them, when that fails. @throws SpoolFull */
  add(incoming: readonly Incoming[], correlationId: string): Promise<void>;
  /** Keeps a message that could not be understood among the problems. */
  addMalformed(message: MalformedMessage): Promise<void>;
  /** The oldest items that are not settled. The caller settles them all before it reads again. */
  read(limit: number): readonly SpoolItem[];
  /** Settles items in one transaction, in which `also` writes what must not get out of step with that. */
  settle(settlements: readonly Settlement[], also?: () => void): Promise<void>;
  /** Puts what fits, unless it is malformed, back at its old place in the order; resolves to the number of items. */
  release(fits: (key: string, cause: CauseName) => boolean): Promise<number>;
  /** True while items of the sender wait for that cause. */
  isWaiting(key: string, cause: CauseName): boolean;
  /** The greatest `seq` that was in the spool when it was opened. */
  readonly openedAt: number;
  /** Items on their way. */
  depth(): number;
  /** Microseconds since 1970 since when the oldest of them is there. */
  oldestAt(): number | undefined;
  /** Items put aside, by cause. */
  aside(): ReadonlyMap<CauseName, number>;
  /** One row for each sender and cause, newest first: those of the tenant. */
  problems(page: ProblemsPage): { readonly count: number; readonly problems: readonly Problem[] };
  /** The problems of the senders that fit. */
  problemsOf(fits: (key: string) => boolean): readonly Problem[];
  /** Drops the put-aside items of a sender; resolves to their number. */
  forget(key: string): Promise<number>;
  /** Drops the put-aside items of a device, whatever identity they came under. */
  forgetDevice(device: string): Promise<void>;
  /** What is put aside for people to look at. */
  readonly quarantine: Quarantine;
  readonly replays: Replays;
  /** The one function to call whenever there is something new to read. */
  onFilled(listener: () => void): void;
}
