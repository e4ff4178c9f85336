import type { Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import type { DeliveryLog, LoggedDelivery, LogOwner, LogRange } from '../store/delivery-log.ts';
import type { AttemptParts } from './attempt.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import type { NotificationLog } from './log.ts';
import type { NotificationRequest } from './notification-request.ts';
import { formatCursor } from './stream-cursor.ts';
import { notificationEvent } from './stream-events.ts';

export interface StreamPagesParts {
  readonly deliveryLog: Pick<DeliveryLog, 'read'>;
  readonly find: (tenant: string, id: string) => Promise<CompiledSubscription | undefined>;
  readonly toRequest: AttemptParts['toRequest'];
  readonly log: NotificationLog;
}

/** A notification as a stream shows it. */
export interface ShownNotification {
  readonly text: string;
  /** URL of its @context, where it is not in the body. */
  readonly contextUrl: string | undefined;
}

/** One of the log. */
export interface StreamedEvent extends ShownNotification {
  readonly position: string;
  /** When it happened: what comes behind it was stored later. */
  readonly at: Micros;
}

export interface StreamPage {
  readonly events: readonly StreamedEvent[];
  /** How far it was looked. */
  readonly position: string;
}

/** The event of a notification; without an id it is no place to resume from. */
export function toShown(
  { headers, body }: Pick<NotificationRequest, 'headers' | 'body'>,
  id?: string,
): ShownNotification {
  return {
    text: notificationEvent(body, id),
    contextUrl: /^<([^>]*)>/.exec(headers['Link'] ?? '')?.[1],
  };
}

/** Deliveries read in one go. */
const LIMIT = 32;

/**
 * Reads what streams show. Streams of one Subscription that have come equally far share one reading, until `forget`:
 * a hundred dashboards cost little more than one.
 */
export class StreamPages {
  readonly #parts: StreamPagesParts;
  readonly #shared = new Map<string, Promise<StreamPage>>();

  constructor(parts: StreamPagesParts) {
    this.#parts = parts;
  }

  /** What comes next between two positions. @throws what the store throws */
  read(of: LogOwner, range: LogRange): Promise<StreamPage> {
    const key = JSON.stringify([of.tenant, of.subscriptionId, range.after, range.upTo]);
    let page = this.#shared.get(key);
    if (page === undefined) {
      page = this.#read(of, range);
      this.#shared.set(key, page);
      page.catch(() => this.#shared.delete(key));
    }
    return page;
  }

  /** Lets go of what was read: others will have to be read from now on. */
  forget(): void {
    this.#shared.clear();
  }

  async #read(of: LogOwner, range: LogRange): Promise<StreamPage> {
    const { deliveryLog, find } = this.#parts;
    const { deliveries, position } = await deliveryLog.read(of, range, LIMIT);
    const compiled = await find(of.tenant, of.subscriptionId);
    const events: StreamedEvent[] = [];
    for (const logged of compiled ? deliveries : []) {
      const event = await this.#toEvent(compiled as CompiledSubscription, logged);
      if (event) events.push(event);
    }
    return { events, position };
  }

  /** Undefined when the receiver would not be sent it either. */
  async #toEvent(
    compiled: CompiledSubscription,
    { delivery, position }: LoggedDelivery,
  ): Promise<StreamedEvent | undefined> {
    const { toRequest, log } = this.#parts;
    try {
      const request = await toRequest(compiled, [delivery]);
      if (request === undefined) return undefined;
      const id = formatCursor({ position, since: delivery.at });
      return { ...toShown(request, id), position, at: delivery.at };
    } catch (error) {
      if (error instanceof NgsiLdError && error.type === 'Unavailable') throw error;
      const { tenant, subscriptionId } = delivery;
      log.error({ err: error, tenant, subscriptionId }, 'a notification could not be made for a stream');
      return undefined;
    }
  }
}
