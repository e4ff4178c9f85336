import type { BrokerClient, Fragment } from '../broker-client.ts';
import type { Json } from '../measurement.ts';
import type { OutgoingEntity } from '../registry/device.ts';
import { fieldsOf } from '../transports/envelope.ts';
import { parseTime } from '../transports/parse-time.ts';
import { type AppendOutcome, appendLate } from './append-late.ts';
import { type AttributeTimes, timesOf } from './attribute-times.ts';
import { BrokerDown, deliver, reach } from './deliver.ts';
import type { Shipment } from './judge.ts';
import { describe, isDown } from './outcomes.ts';

/** What of a shipment is older than what was known of its Entity. */
export interface PastOf {
  readonly shipment: Shipment;
  readonly past: Fragment;
}

/** What became of it. */
export interface Correction {
  readonly outcome: AppendOutcome;
  /** Of when the Attributes are that the Entity shows of it now, whatever became of the others. */
  readonly shown?: AttributeTimes;
}

/**
 * Sends late observations of one Entity that are replayed, oldest first: an Attribute that is not older than the current one takes
 * its place, which corrects it although others of the Entity are newer; the rest goes to the history. @throws BrokerDown
 */
export async function correct<P extends PastOf>(
  broker: BrokerClient,
  pasts: readonly P[],
  told: (past: P, correction: Correction) => void,
): Promise<void> {
  const ordered = pasts.toSorted((one, other) => one.shipment.observedAt - other.shipment.observedAt);
  const [first] = ordered;
  if (first === undefined) return;
  const times = await currentTimes(broker, first.shipment);
  for (const one of ordered) {
    const { current, past } = partsOf(one.past, times);
    told(one, await send(broker, one.shipment, current, past));
    for (const [name, instances] of Object.entries(current)) times.set(name, newest(instances));
  }
}

async function send(
  broker: BrokerClient,
  shipment: Shipment,
  current: Fragment,
  past: Fragment,
): Promise<Correction> {
  const { tenant, context, entity, item, observedAt } = shipment;
  const attributes = Object.entries(current).map(([name, value]) => [name, unwrapped(value)] as const);
  const corrected: OutgoingEntity = {
    ...Object.fromEntries(attributes),
    ...{ id: entity.id, type: entity.type },
  };
  if (attributes.length === 0) return { outcome: await appendLate(broker, shipment, past) };
  const request = { tenant, context, correlationId: item.correlationId };
  const [outcome] = await deliver(broker, [corrected], request);
  if (outcome !== undefined && outcome.kind !== 'accepted') return { outcome };
  const shown = timesOf(corrected, observedAt);
  if (Object.keys(past).length > 0) return { outcome: await appendLate(broker, shipment, past), shown };
  return { outcome: { kind: 'late', reason: 'it corrects the current state' }, shown };
}

/** The core API has one instance without a list around it. */
function unwrapped(instances: Json): Json {
  const [only = null, second] = [instances].flat();
  return second === undefined ? only : instances;
}

function partsOf(
  fragment: Fragment,
  times: ReadonlyMap<string, number>,
): { readonly current: Fragment; readonly past: Fragment } {
  const isPast = ([name, instances]: readonly [string, Json]): boolean =>
    newest(instances) < (times.get(name) ?? Number.NEGATIVE_INFINITY);
  const attributes = Object.entries(fragment);
  return {
    current: Object.fromEntries(attributes.filter((attribute) => !isPast(attribute))),
    past: Object.fromEntries(attributes.filter(isPast)),
  };
}

/** The newest observedAt of each Attribute that the Entity has; nothing is current where the broker cannot say. */
async function currentTimes(
  broker: BrokerClient,
  { tenant, context, entity, item }: Shipment,
): Promise<Map<string, number>> {
  const request = { tenant, context, correlationId: item.correlationId };
  const answer = await reach(broker.retrieve(entity.id, request));
  if (isDown(answer.status)) throw new BrokerDown(describe(answer), answer.retryAfter);
  if (answer.status !== 200)
    return new Map(Object.keys(entity).map((name) => [name, Number.POSITIVE_INFINITY]));
  return new Map(Object.entries(fieldsOf(answer.body)).map(([name, value]) => [name, newest(value)]));
}

/** Of an Attribute or a list of its instances, in microseconds; of one without a time, before all times. */
function newest(instances: unknown): number {
  const times = [instances].flat().map((instance) => {
    const time = fieldsOf(instance)['observedAt'];
    return (typeof time === 'string' ? parseTime(time) : undefined) ?? Number.NEGATIVE_INFINITY;
  });
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}
