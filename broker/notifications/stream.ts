import type { Micros } from '../domain/entity.ts';
import type { LogOwner } from '../store/delivery-log.ts';
import type { NotificationLog } from './log.ts';
import { formatCursor, type StreamCursor } from './stream-cursor.ts';
import { contextEvent, gapEvent, greeting, heartbeat, placeEvent } from './stream-events.ts';
import type { ShownNotification, StreamedEvent, StreamPages } from './stream-pages.ts';
import type { Timers } from './timers.ts';

/** Where a stream goes. */
export interface StreamSink {
  /** False when the reader is behind: nothing more comes until `drained` is called. */
  write(text: string): boolean;
  /** Ends it after what was written. */
  end(): void;
  /** Cuts it off. */
  cut(): void;
}

export interface StreamParts {
  readonly of: LogOwner;
  readonly sink: StreamSink;
  readonly pages: Pick<StreamPages, 'read'>;
  /** Microseconds that a delivery is kept at least. */
  readonly keptFor: Micros;
  readonly now: () => Micros;
  readonly timers: Timers;
  readonly log: NotificationLog;
}

/** Milliseconds until the store is asked again that did not answer. */
const PAUSE = 1000;

/**
 * One live stream: shows what comes behind its place, no faster than it is read. While its reader is behind, the rest
 * stays in the store.
 */
export class Stream {
  readonly of: LogOwner;
  readonly #parts: StreamParts;
  /** How far it has come, and what is known to be there. */
  #place: StreamCursor;
  #end: StreamCursor;
  /** The `since` of the last id that the client got. */
  #told: Micros;
  #contextUrl: string | undefined;
  #isPumping = false;
  /** True from a failure until it is tried again. */
  #isPausing = false;
  #isClosed = false;
  /** Since when nothing was taken, while the reader is behind. */
  #blockedSince: Micros | undefined;
  #writtenAt: Micros;
  #drained = (): void => {};

  /** Begins behind `place`; `end` is what is known to be there. */
  constructor(parts: StreamParts, place: StreamCursor, end: StreamCursor) {
    this.of = parts.of;
    this.#parts = parts;
    this.#place = place;
    this.#end = end;
    this.#told = 0;
    this.#writtenAt = parts.now();
    this.#write(greeting);
  }

  /** Tells the client that the place it named is none from which it can go on. */
  tellUnknownPlace(): void {
    this.#write(gapEvent(undefined));
  }

  /** Shows what is there. Also tells a new client where it stands, so that it can resume before the first event. */
  start(): void {
    if (this.#isIdle()) this.#tellPlace(this.#end);
    void this.#pump();
  }

  /** Something came between two ends of the log; before the first nothing came since the last call. */
  come(from: StreamCursor, end: StreamCursor): void {
    if (this.#isIdle()) this.#place = from;
    this.#end = end;
    void this.#pump();
  }

  /** Shows what is in no log, to a reader that can take it now. */
  show(shown: ShownNotification): void {
    if (this.#blockedSince === undefined) this.#writeShown(shown);
  }

  /**
   * To be called now and then: a sign of life after `silence`, the end of a reader that takes nothing for `patience`, both
   * in microseconds. `end` is that of the log, behind which this stream has nothing either.
   */
  tick(
    end: StreamCursor,
    { silence, patience }: { readonly silence: Micros; readonly patience: Micros },
  ): void {
    const now = this.#parts.now();
    if (this.#blockedSince !== undefined) {
      if (now - this.#blockedSince >= patience) this.#parts.sink.cut();
      return;
    }
    if (now - this.#writtenAt < silence) return;
    this.#write(heartbeat);
    if (this.#isIdle() && end.since - this.#told > this.#parts.keptFor / 3) this.#tellPlace(end);
  }

  /** The reader takes more. */
  drained(): void {
    this.#blockedSince = undefined;
    this.#drained();
  }

  /** Writes nothing any more. With a last word the client is told it first. */
  close(lastWord = ''): void {
    if (this.#isClosed) return;
    if (lastWord !== '') this.#write(lastWord);
    this.#isClosed = true;
    this.#drained();
    this.#parts.sink.end();
  }

  #isIdle(): boolean {
    return !this.#isPumping && this.#place.position === this.#end.position;
  }

  #tellPlace(place: StreamCursor): void {
    this.#told = place.since;
    this.#write(placeEvent(formatCursor(place)));
  }

  #write(text: string): void {
    if (this.#isClosed) return;
    this.#writtenAt = this.#parts.now();
    if (!this.#parts.sink.write(text)) this.#blockedSince ??= this.#writtenAt;
  }

  async #pump(): Promise<void> {
    if (this.#isPumping || this.#isPausing) return;
    this.#isPumping = true;
    try {
      while (!this.#isClosed && this.#place.position !== this.#end.position) {
        await this.#showPage();
        // A store that answers at once must not keep everybody else waiting while a long backlog is read through.
        if (this.#place.position !== this.#end.position) await new Promise(setImmediate);
      }
    } catch (error) {
      this.#parts.log.warn({ err: error, ...this.of }, 'a stream could not be read on; trying again');
      this.#isPausing = true;
      this.#parts.timers.after(PAUSE, () => {
        this.#isPausing = false;
        void this.#pump();
      });
    } finally {
      this.#isPumping = false;
    }
  }

  async #showPage(): Promise<void> {
    const end = this.#end;
    this.#tellGap();
    const range = { after: this.#place.position, upTo: end.position };
    const { events, position } = await this.#parts.pages.read(this.of, range);
    for (const event of events) {
      await this.#whenDrained();
      if (this.#isClosed) return;
      this.#show(event);
    }
    const since = position === end.position ? Math.max(this.#place.since, end.since) : this.#place.since;
    this.#place = { position, since };
  }

  #show({ position, at, ...shown }: StreamedEvent): void {
    this.#writeShown(shown);
    this.#place = { position, since: Math.max(this.#place.since, at) };
    this.#told = at;
  }

  #writeShown({ text, contextUrl }: ShownNotification): void {
    if (contextUrl !== undefined && contextUrl !== this.#contextUrl) {
      this.#contextUrl = contextUrl;
      this.#write(contextEvent(contextUrl));
    }
    this.#write(text);
  }

  /** What waited longer than it is kept may be gone. */
  #tellGap(): void {
    const now = this.#parts.now();
    const { position, since } = this.#place;
    if (now - since <= this.#parts.keptFor) return;
    this.#write(gapEvent(since));
    this.#place = { position, since: now };
  }

  async #whenDrained(): Promise<void> {
    if (this.#blockedSince === undefined || this.#isClosed) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }
}
