import type { Micros } from '../domain/entity.ts';
import type { AttemptEnd } from './attempt.ts';
import type { CompiledSubscription } from './compile-subscription.ts';

/**
 * Leaves an endpoint alone for a time after a failure (`endpoint.cooldown`, clause 5.2.15). What is to be notified of
 * meanwhile waits, as it does after any failure, and is not lost.
 */
export class Cooldown {
  #failure: { readonly at: Micros; readonly endpoint: string } | undefined;

  /** Takes note of an attempt at the endpoint. */
  note(sent: AttemptEnd['sent'], endpoint: string): void {
    if (sent) this.#failure = sent.error === undefined ? undefined : { at: sent.endedAt, endpoint };
  }

  /** Until when nothing is to be sent; a Subscription that has another endpoint by now does not wait. */
  until(compiled: CompiledSubscription | undefined): Micros {
    const cooldown = compiled?.subscription.notification.endpoint.cooldown;
    const failure = this.#failure;
    if (cooldown === undefined || failure === undefined || failure.endpoint !== compiled?.endpoint) return 0;
    return failure.at + Math.ceil(cooldown * 1000);
  }
}
