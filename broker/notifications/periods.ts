import type { Json, JsonObject, Micros } from '../domain/entity.ts';
import type { Documents } from '../store/documents.ts';
import { type Claim, claim, type Lease, leased, type Period, type PeriodPlan, released } from './period.ts';
import type { QueueOf } from './subscription-queue.ts';

export interface PeriodsParts {
  readonly documents: Pick<Documents, 'get' | 'create' | 'update' | 'remove' | 'list'>;
  /** The name of this process among those that share the store. */
  readonly self: string;
}

/** The kind of document that periods are stored as. */
export const PERIOD_KIND = 'period';

/** The periods of all periodic Subscriptions in the store. Every method throws what the store throws. */
export class Periods {
  readonly #documents: PeriodsParts['documents'];
  readonly #self: string;

  constructor({ documents, self }: PeriodsParts) {
    this.#documents = documents;
    this.#self = self;
  }

  /** All of them. */
  async all(): Promise<readonly (QueueOf & { readonly period: Period })[]> {
    const rows = await this.#documents.list(PERIOD_KIND);
    return rows.map(({ tenant, id, body }) => ({ tenant, subscriptionId: id, period: toPeriod(body) }));
  }

  /** What `begin` would come to, without a write. */
  async look({ tenant, subscriptionId }: QueueOf, plan: PeriodPlan, now: Micros): Promise<Claim> {
    const body = await this.#documents.get(PERIOD_KIND, tenant, subscriptionId);
    return claim(body === undefined ? undefined : toPeriod(body), plan, { by: this.#self, now });
  }

  /** Begins what is due, for this process alone. */
  async begin(of: QueueOf, plan: PeriodPlan, now: Micros): Promise<Claim> {
    const first = claim(undefined, plan, { by: this.#self, now });
    const begun = await this.#beginAgain(of, plan, now);
    if (begun !== undefined || first.kind === 'wait') return begun ?? first;
    const { tenant, subscriptionId } = of;
    if (await this.#documents.create(PERIOD_KIND, tenant, subscriptionId, toJson(first.period))) return first;
    return (
      (await this.#beginAgain(of, plan, now)) ?? {
        kind: 'wait',
        until: now + plan.interval,
        due: now + plan.interval,
      }
    );
  }

  /** Keeps what this process has begun from the others for a while; false when it is theirs by now. */
  async hold({ tenant, subscriptionId }: QueueOf, { at, until }: Omit<Lease, 'by'>): Promise<boolean> {
    const lease = { at, until, by: this.#self };
    const body = await this.#documents.update(PERIOD_KIND, tenant, subscriptionId, (held) =>
      toJson(leased(toPeriod(held), lease)),
    );
    return body !== undefined && toPeriod(body).lease?.by === this.#self;
  }

  /** Tells that this process has ended what it held. */
  async release({ tenant, subscriptionId }: QueueOf): Promise<void> {
    await this.#documents.update(PERIOD_KIND, tenant, subscriptionId, (body) =>
      toJson(released(toPeriod(body), this.#self)),
    );
  }

  /** Takes away what is known of a Subscription that is gone, or periodic no more. */
  async remove({ tenant, subscriptionId }: QueueOf): Promise<void> {
    await this.#documents.remove(PERIOD_KIND, tenant, subscriptionId);
  }

  /** Undefined when nothing is stored. */
  async #beginAgain(
    { tenant, subscriptionId }: QueueOf,
    plan: PeriodPlan,
    now: Micros,
  ): Promise<Claim | undefined> {
    let result: Claim | undefined;
    await this.#documents.update(PERIOD_KIND, tenant, subscriptionId, (body) => {
      // The last call is the one that counts.
      result = claim(toPeriod(body), plan, { by: this.#self, now });
      return result.kind === 'taken' ? toJson(result.period) : body;
    });
    return result;
  }
}

function toPeriod(body: Json): Period {
  return body as unknown as Period;
}

function toJson(period: Period): JsonObject {
  return period as unknown as JsonObject;
}
