import { randomUUID } from 'node:crypto';
import type { BrokerClient, Fragment, RequestContext } from '../broker-client.ts';
import { type AppendOutcome, appendLate } from './append-late.ts';
import { type AttributeTimes, newerOf } from './attribute-times.ts';
import { type Correction, correct, type PastOf } from './correct.ts';
import { BrokerDown, deliver } from './deliver.ts';
import type { Division } from './divide.ts';
import { BEHIND, type Shipment } from './judge.ts';
import { entityKey } from './latest.ts';
import type { OrderGuard } from './order-guard.ts';
import { type Batch, type Parcel, roundsOf } from './rounds.ts';

/** How a shipment ended. */
export interface Shipped {
  readonly shipment: Shipment;
  readonly outcome: AppendOutcome;
  /** The correlation id under which the broker got it. */
  readonly requestId: string;
  /** Of when the Attributes are that the Entity shows of it now, whatever became of the others. */
  readonly shown?: AttributeTimes;
}

/** What became of a batch of shipments; those that are not among `shipped` have to be sent again. */
export interface Shipping {
  readonly shipped: readonly Shipped[];
  readonly down?: BrokerDown;
}

/** What shipping needs. */
export interface ShipOptions {
  readonly broker: BrokerClient;
  readonly guard: OrderGuard;
  /** Most Entities in one request. */
  readonly batchSize: number;
  /** Items up to this `seq` were left over by an earlier run. */
  readonly leftOverUntil: number;
}

/** What of a shipment the Entity is to show. */
interface Current extends Parcel {
  readonly shipment: Shipment;
  /** Of when the Attributes are. */
  readonly times: AttributeTimes;
  /** The rest of it. */
  readonly past: Fragment | undefined;
}

/** What of a shipment belongs to the past. */
interface Past extends PastOf {
  /** What the Entity shows of it already. */
  readonly before?: Required<Pick<Shipped, 'requestId' | 'shown'>>;
}

/** Sends what is current in rounds of batch upserts, what is late to the history. */
export async function ship(options: ShipOptions, shipments: readonly Shipment[]): Promise<Shipping> {
  const shipped: Shipped[] = [];
  try {
    const divisions = await options.guard.divide(
      shipments.map((shipment) => observationOf(shipment, options)),
    );
    const { current, past } = partsOf(shipments, divisions);
    const told = (one: Shipped, rest: Fragment | undefined): void => {
      const { shipment, requestId, shown } = one;
      if (rest === undefined || shown === undefined) shipped.push(one);
      else past.push({ shipment, past: rest, before: { requestId, shown } });
    };
    for (const round of roundsOf(current, options.batchSize)) {
      const ready = withoutWaiting(round, shipped);
      await together(ready.map((batch) => upsert(options.broker, batch, told)));
    }
    // Where what made them late did not arrive, they may be the current state after all: the next try judges anew.
    const failed = new Set(shipped.filter(({ outcome }) => outcome.kind !== 'accepted').map(keyOf));
    await sendPast(options.broker, past, shipped, failed);
    return { shipped };
  } catch (error) {
    if (!(error instanceof BrokerDown)) throw error;
    return { shipped, down: error };
  }
}

/** The round without what would overtake an earlier one that is to be tried again: that counts as failed, too, and waits behind it. */
function withoutWaiting(round: readonly Batch<Current>[], shipped: Shipped[]): readonly Batch<Current>[] {
  const failed = new Set(shipped.filter(({ outcome }) => outcome.kind === 'failed').map(keyOf));
  if (failed.size === 0) return round;
  const outcome = { kind: 'failed', reason: BEHIND } as const;
  return round.flatMap((batch) => {
    const parcels = batch.parcels.filter((parcel) => !failed.has(keyOf(parcel)));
    for (const { shipment } of batch.parcels)
      if (failed.has(keyOf({ shipment })))
        shipped.push({ shipment, outcome, requestId: shipment.item.correlationId });
    return parcels.length === 0 ? [] : [{ ...batch, parcels }];
  });
}

function observationOf(
  { item, tenant, context, entity, observedAt }: Shipment,
  { leftOverUntil }: ShipOptions,
) {
  const request: RequestContext = { tenant, context, correlationId: item.correlationId };
  const isLeftOver = item.seq <= leftOverUntil;
  return { entity, observedAt, isLeftOver, isReplayed: item.replay !== undefined, request };
}

function partsOf(shipments: readonly Shipment[], divisions: readonly Division[]) {
  const current: Current[] = [];
  const past: Past[] = [];
  for (const [index, shipment] of shipments.entries()) {
    const { tenant, context } = shipment;
    const { current: now, past: before } = divisions[index] ?? {};
    if (now !== undefined) current.push({ shipment, tenant, context, ...now, past: before });
    else past.push({ shipment, past: before ?? {} });
  }
  return { current, past };
}

/** Waits for all, also when one fails: what the others achieved must not be lost. */
async function together(tasks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

async function upsert(
  broker: BrokerClient,
  batch: Batch<Current>,
  told: (shipped: Shipped, rest: Fragment | undefined) => void,
): Promise<void> {
  const { tenant, context, parcels } = batch;
  const [first, second] = parcels;
  // A request for several uplinks cannot carry all their ids: the log tells which id of ours stands for which.
  const requestId =
    second === undefined ? (first?.shipment.item.correlationId ?? randomUUID()) : randomUUID();
  const request = { tenant, context, correlationId: requestId };
  const outcomes = await deliver(
    broker,
    parcels.map(({ entity }) => entity),
    request,
  );
  for (const [index, { shipment, times, past }] of parcels.entries()) {
    const outcome = outcomes[index];
    if (outcome?.kind === 'accepted') told({ shipment, outcome, requestId, shown: times }, past);
    // Tried again, or replayed, it is divided anew.
    else if (outcome) told({ shipment, outcome, requestId }, undefined);
  }
}

/** Sends what belongs to the past; `failed`: the Entities of which something newer was not taken just before. */
async function sendPast(
  broker: BrokerClient,
  past: readonly Past[],
  shipped: Shipped[],
  failed: ReadonlySet<string>,
): Promise<void> {
  const told = ({ shipment, before }: Past, { outcome, shown: corrected }: Correction): void => {
    const both = before && corrected ? newerOf(before.shown, corrected) : (before?.shown ?? corrected);
    const shown = both === undefined ? {} : { shown: both };
    // Something of it is in the Entity, and the rest where it belongs.
    if (before !== undefined && outcome.kind === 'late')
      return void shipped.push({ shipment, outcome: { kind: 'accepted' }, ...before, ...shown });
    const isDoubtful = outcome.kind === 'no-history' && failed.has(keyOf({ shipment }));
    const { correlationId: requestId } = shipment.item;
    const told = isDoubtful ? { ...outcome, kind: 'failed' as const } : outcome;
    shipped.push({ shipment, outcome: told, requestId, ...shown });
  };
  const ordinary = past.filter(({ shipment: { item } }) => item.replay === undefined);
  const replayed = new Map<string, Past[]>();
  for (const one of past) {
    if (one.shipment.item.replay === undefined) continue;
    const ofEntity = replayed.get(keyOf(one));
    if (ofEntity === undefined) replayed.set(keyOf(one), [one]);
    else ofEntity.push(one);
  }
  await together([
    ...ordinary.map(async (one) => told(one, { outcome: await appendLate(broker, one.shipment, one.past) })),
    ...[...replayed.values()].map((some) => correct(broker, some, told)),
  ]);
}

function keyOf({ shipment: { tenant, entity } }: Pick<Shipped, 'shipment'>): string {
  return entityKey(tenant, entity.id);
}
