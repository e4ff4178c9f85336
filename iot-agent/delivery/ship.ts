import { randomUUID } from 'node:crypto';
import type { BrokerClient, RequestContext } from '../broker-client.ts';
import { type AppendOutcome, appendLate } from './append-late.ts';
import { correct } from './correct.ts';
import { BrokerDown, deliver } from './deliver.ts';
import type { Shipment } from './judge.ts';
import { lateFragment } from './late-fragment.ts';
import { entityKey } from './latest.ts';
import type { OrderGuard } from './order-guard.ts';
import { type Batch, roundsOf } from './rounds.ts';

/** How a shipment ended. */
export interface Shipped {
  readonly shipment: Shipment;
  readonly outcome: AppendOutcome;
  /** The correlation id under which the broker got it. */
  readonly requestId: string;
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

/** Sends current observations in rounds of batch upserts, late ones to the history. */
export async function ship(options: ShipOptions, shipments: readonly Shipment[]): Promise<Shipping> {
  const shipped: Shipped[] = [];
  try {
    const late = await options.guard.late(shipments.map((shipment) => observationOf(shipment, options)));
    const current = shipments.filter((_, index) => !late[index]);
    for (const round of roundsOf(current, options.batchSize))
      await together(round.map((batch) => upsert(options.broker, batch, shipped)));
    const past = shipments.filter((_, index) => late[index]);
    // Where what made them late did not arrive, they may be the current state after all: the next try judges anew.
    const failed = new Set(shipped.filter(({ outcome }) => outcome.kind !== 'accepted').map(keyOf));
    await sendPast(options.broker, past, shipped, failed);
    return { shipped };
  } catch (error) {
    if (!(error instanceof BrokerDown)) throw error;
    return { shipped, down: error };
  }
}

function observationOf(
  { item, tenant, context, entity, observedAt }: Shipment,
  { leftOverUntil }: ShipOptions,
) {
  const request: RequestContext = { tenant, context, correlationId: item.correlationId };
  const { id: entityId, type } = entity;
  return { entityId, type, observedAt, isLeftOver: item.seq <= leftOverUntil, request };
}

/** Waits for all, also when one fails: what the others achieved must not be lost. */
async function together(tasks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

async function upsert(broker: BrokerClient, batch: Batch<Shipment>, shipped: Shipped[]): Promise<void> {
  const { tenant, context, parcels } = batch;
  const [first, second] = parcels;
  // A request for several uplinks cannot carry all their ids: the log tells which id of ours stands for which.
  const requestId = second === undefined ? (first?.item.correlationId ?? randomUUID()) : randomUUID();
  const request = { tenant, context, correlationId: requestId };
  const outcomes = await deliver(
    broker,
    parcels.map(({ entity }) => entity),
    request,
  );
  for (const [index, shipment] of parcels.entries()) {
    const outcome = outcomes[index];
    if (outcome) shipped.push({ shipment, outcome, requestId });
  }
}

/** Sends what belongs to the past; `failed`: the Entities of which something newer was not taken just before. */
async function sendPast(
  broker: BrokerClient,
  past: readonly Shipment[],
  shipped: Shipped[],
  failed: ReadonlySet<string>,
): Promise<void> {
  const told = (shipment: Shipment, outcome: AppendOutcome): void => {
    const isDoubtful = outcome.kind === 'no-history' && failed.has(keyOf({ shipment }));
    const requestId = shipment.item.correlationId;
    shipped.push({ shipment, outcome: isDoubtful ? { ...outcome, kind: 'failed' } : outcome, requestId });
  };
  const ordinary = past.filter(({ item }) => item.replay === undefined);
  const replayed = new Map<string, Shipment[]>();
  for (const shipment of past)
    if (shipment.item.replay !== undefined)
      replayed.set(keyOf({ shipment }), [...(replayed.get(keyOf({ shipment })) ?? []), shipment]);
  await together([
    ...ordinary.map(async (shipment) =>
      told(shipment, await appendLate(broker, shipment, lateFragment(shipment.entity))),
    ),
    ...[...replayed.values()].map((shipments) => correct(broker, shipments, told)),
  ]);
}

function keyOf({ shipment: { tenant, entity } }: Pick<Shipped, 'shipment'>): string {
  return entityKey(tenant, entity.id);
}
