import type { BrokerAnswer, BrokerClient, Fragment } from '../broker-client.ts';
import { BrokerDown, reach, unlessAway } from './deliver.ts';
import type { Shipment } from './judge.ts';
import { describe, isDown, isUnknownTenant, type Outcome } from './outcomes.ts';

/** How sending to the history ended. `late`: that is its place; `no-history`: the broker keeps none of that Entity. */
export type AppendOutcome = Outcome | { readonly kind: 'late' | 'no-history'; readonly reason: string };

/** What a broker without history, or without a history of this Entity, answers. */
const noHistory = new Set([404, 405, 501]);

/** Adds the fragment to the history of the shipment's Entity, where there is anything in it. @throws BrokerDown */
export async function appendLate(
  broker: BrokerClient,
  { tenant, context, entity, item }: Shipment,
  fragment: Fragment,
): Promise<AppendOutcome> {
  if (Object.keys(fragment).length === 0) return { kind: 'late', reason: 'nothing of it was observed' };
  const request = { tenant, context, correlationId: item.correlationId };
  return reach(broker.appendTemporal(entity.id, fragment, request)).then(
    outcomeOf,
    // One that the broker falls over must not be sent for ever, before all others.
    (error: unknown) => unlessAway(broker, entity.id, request, error),
  );
}

function outcomeOf(answer: BrokerAnswer): AppendOutcome {
  const { status, retryAfter } = answer;
  const reason = describe(answer);
  if (status >= 200 && status < 300) return { kind: 'late', reason };
  if (isUnknownTenant(answer)) return { kind: 'failed', reason };
  if (noHistory.has(status)) return { kind: 'no-history', reason };
  if (isDown(status)) throw new BrokerDown(reason, retryAfter);
  return { kind: status >= 500 ? 'failed' : 'refused', reason };
}
