import type { Micros } from '../domain/entity.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import type { DeliveryLog, LogOwner } from '../store/delivery-log.ts';
import type { AttemptParts } from './attempt.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import type { NotificationLog } from './log.ts';
import type { NotificationRequest } from './notification-request.ts';
import { Stream, type StreamSink } from './stream.ts';
import { parseCursor, type StreamCursor } from './stream-cursor.ts';
import { endEvent } from './stream-events.ts';
import { StreamPages, toShown } from './stream-pages.ts';
import { keyOf } from './tenant-key.ts';
import type { Timers } from './timers.ts';
import { UnusableSubscription } from './unusable-subscription.ts';

export interface StreamsParts {
  readonly deliveryLog: DeliveryLog;
  /** The Subscriptions, after a look into the store where they are not known. */
  readonly find: (tenant: string, id: string) => Promise<CompiledSubscription | undefined>;
  readonly toRequest: AttemptParts['toRequest'];
  readonly now: () => Micros;
  readonly timers: Timers;
  readonly log: NotificationLog;
  /** The most streams at a time. */
  readonly limit: number;
  /** Milliseconds of silence after which a stream gets a sign of life. */
  readonly heartbeat: number;
  /** Milliseconds that a reader may take nothing. */
  readonly patience: number;
  /** Milliseconds between looks for what other processes stored; absent where there are none. */
  readonly pollInterval?: number;
}

/** What a client asks for. */
export interface StreamRequest extends LogOwner {
  /** The place to resume from, as the client was told it; else from now on. */
  readonly lastEventId?: string;
}

/** A stream as its transport sees it. */
export type OpenStream = Pick<Stream, 'drained'> & { closed(): void };

/** Milliseconds between looks at the streams themselves. */
const TICK = 500;
/** Deliveries looked at in one go, to find whose they are. */
const ARRIVALS = 2000;
const PAUSE = 1000;

/**
 * The live streams of this process. One look into the log finds what came for all of them: what waits idly costs
 * nothing. Without a stream nothing is looked at.
 */
export class Streams {
  readonly #parts: StreamsParts;
  readonly #pages: StreamPages;
  readonly #open = new Map<string, Set<Stream>>();
  #count = 0;
  /** The end of the log as it was seen last; undefined while nobody looks. */
  #end: StreamCursor | undefined;
  #looking: Promise<void> = Promise.resolve();
  /** A look that has not begun yet. */
  #next: Promise<void> | undefined;
  #cancelTick: (() => void) | undefined;
  #stopped = false;

  constructor(parts: StreamsParts) {
    this.#parts = parts;
    this.#pages = new StreamPages(parts);
  }

  /** Streams that are open, for the metrics. */
  count(): number {
    return this.#count;
  }

  /** True when no other one may be opened now. */
  isFull(): boolean {
    return this.#count >= this.#parts.limit;
  }

  /**
   * Finds out whether such a stream can be; the returned function opens it.
   * @throws ResourceNotFound, BadRequestData for a last event id that is none, OperationNotSupported for a Subscription
   * that this version cannot read, Unavailable
   */
  async prepare({ lastEventId, ...of }: StreamRequest): Promise<(sink: StreamSink) => OpenStream> {
    const cursor = lastEventId === undefined ? undefined : parseCursor(lastEventId);
    if (lastEventId !== undefined && cursor === undefined)
      throw badRequest(
        `The last event id ${JSON.stringify(lastEventId)} is none of a stream: give the id of the last event, or none to begin now.`,
      );
    await this.#requireSubscription(of);
    await this.#catchUp();
    return (sink) => this.#openAt(of, sink, cursor);
  }

  /** Looks for what was stored since the last look, if anybody listens. To be called when something was. */
  wake(): void {
    if (this.#count > 0) this.#look().catch((error: unknown) => this.#lookAgain(error));
  }

  /** Shows a notification that is in no log to those who listen in this process; it cannot be resumed from. */
  show({ tenant, subscriptionId }: LogOwner, request: Pick<NotificationRequest, 'headers' | 'body'>): void {
    const streams = this.#open.get(keyOf(tenant, subscriptionId));
    if (streams === undefined) return;
    const notification = toShown(request);
    for (const stream of streams) stream.show(notification);
  }

  /** Ends the streams of a Subscription that was deleted. */
  remove(tenant: string, id: string): void {
    for (const stream of [...(this.#open.get(keyOf(tenant, id)) ?? [])]) stream.close(endEvent);
  }

  /** Ends all of them; clients that come again are for the next process. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTick?.();
    for (const stream of [...this.#open.values()].flatMap((streams) => [...streams])) stream.close();
  }

  async #requireSubscription({ tenant, subscriptionId }: LogOwner): Promise<void> {
    try {
      if (await this.#parts.find(tenant, subscriptionId)) return;
    } catch (error) {
      if (!(error instanceof UnusableSubscription)) throw error;
      throw new NgsiLdError('OperationNotSupported', `${error.message}: replace it.`);
    }
    throw new NgsiLdError('ResourceNotFound', `There is no Subscription ${subscriptionId}.`);
  }

  /** Also with what other processes stored until now: a client may have been told of it there. */
  async #catchUp(): Promise<void> {
    const { deliveryLog, now } = this.#parts;
    if (this.#count === 0) {
      const since = now();
      const position = await deliveryLog.end();
      // Nobody listens, so nobody has to be told what lies in between.
      if (this.#count === 0) this.#end = { position, since };
    }
    if (this.#count > 0) await this.#look();
  }

  #openAt(of: LogOwner, sink: StreamSink, cursor: StreamCursor | undefined): OpenStream {
    const { deliveryLog, now, timers, log } = this.#parts;
    const end = this.#end;
    if (this.#stopped || end === undefined)
      throw new NgsiLdError('Unavailable', 'the broker is stopping: try again');
    const isKnown = cursor !== undefined && deliveryLog.has(cursor.position);
    const parts = { of, sink, pages: this.#pages, keptFor: deliveryLog.keptFor, now, timers, log };
    const stream = new Stream(parts, isKnown ? cursor : end, end);
    this.#add(stream);
    if (cursor !== undefined && !isKnown) stream.tellUnknownPlace();
    stream.start();
    return { drained: () => stream.drained(), closed: () => this.#drop(stream) };
  }

  #add(stream: Stream): void {
    const key = keyOf(stream.of.tenant, stream.of.subscriptionId);
    const streams = this.#open.get(key) ?? new Set();
    this.#open.set(key, streams.add(stream));
    this.#count += 1;
    this.#cancelTick ??= this.#tickLater();
  }

  #drop(stream: Stream): void {
    const key = keyOf(stream.of.tenant, stream.of.subscriptionId);
    const streams = this.#open.get(key);
    if (!streams?.delete(stream)) return;
    if (streams.size === 0) this.#open.delete(key);
    this.#count -= 1;
    stream.close();
    if (this.#count > 0) return;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  #tickLater(): () => void {
    const { timers, pollInterval = TICK, heartbeat } = this.#parts;
    return timers.after(Math.min(pollInterval, heartbeat), () => {
      this.#cancelTick = this.#tickLater();
      this.#tick();
    });
  }

  #tick(): void {
    const { heartbeat, patience, pollInterval, now, deliveryLog } = this.#parts;
    const end = this.#end;
    if (end === undefined) return;
    if (pollInterval !== undefined || now() - end.since > deliveryLog.keptFor / 4) this.wake();
    for (const streams of this.#open.values())
      for (const stream of streams)
        stream.tick(end, { silence: heartbeat * 1000, patience: patience * 1000 });
  }

  /** Resolves after a look that began later than this call. @throws what the store throws */
  #look(): Promise<void> {
    this.#next ??= this.#looking.then(() => {
      this.#next = undefined;
      const look = this.#lookForAll();
      this.#looking = look.catch(() => undefined);
      return look;
    });
    return this.#next;
  }

  async #lookForAll(): Promise<void> {
    const { deliveryLog, now } = this.#parts;
    for (let isMore = true; isMore; ) {
      const from = this.#end;
      if (from === undefined) return;
      const since = now();
      const { of, position } = await deliveryLog.arrivals(from.position, ARRIVALS);
      // Everybody left meanwhile, and somebody came for whom it ends elsewhere.
      if (this.#end !== from) continue;
      isMore = position !== from.position;
      this.#announce(of, from, { position, since });
    }
  }

  #announce(of: readonly LogOwner[], from: StreamCursor, end: StreamCursor): void {
    this.#end = end;
    this.#pages.forget();
    for (const { tenant, subscriptionId } of of)
      for (const stream of this.#open.get(keyOf(tenant, subscriptionId)) ?? []) stream.come(from, end);
  }

  #lookAgain(error: unknown): void {
    if (this.#stopped) return;
    const { log, timers, pollInterval } = this.#parts;
    log.warn({ err: error }, 'what came for streams could not be read; trying again');
    if (pollInterval === undefined) timers.after(PAUSE, () => this.wake());
  }
}
