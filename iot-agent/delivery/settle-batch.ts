import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Incoming } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import type { CauseName } from '../spool/causes.ts';
import type { Settlement, Spool, SpoolItem } from '../spool/spool.ts';
import type { DeviceNews, DeviceStates } from './device-states.ts';
import { type Duplicates, duplicateKey } from './duplicates.ts';
import type { Judgement } from './judge.ts';
import { entityKey, type LatestTimes } from './latest.ts';
import type { Shipped } from './ship.ts';

/** What settling needs of the pipeline. */
export interface SettleParts {
  readonly spool: Pick<Spool, 'settle'>;
  readonly duplicates: Duplicates;
  readonly latest: LatestTimes;
  readonly states: Pick<DeviceStates, 'observe'>;
  readonly metrics: {
    /** `result`: `sent`, `late`, `duplicate`, `nothing` or the name of a cause. */
    settled(incoming: Incoming, result: string): void;
    brokerError(kind: 'refused' | 'failed' | 'no-history'): void;
  };
  readonly clock: Clock;
  readonly log: Logger;
}

/** One settled item, and what there is to say about it. */
interface Result {
  readonly settlement: Settlement;
  /** For metrics and log. */
  readonly name: string;
  readonly device?: Device;
  readonly news?: DeviceNews;
  readonly fields?: { readonly [name: string]: unknown };
}

/**
 * Settles what is decided, in one transaction with what later batches must know of it. Items that are neither judged for good nor
 * shipped stay in the spool.
 */
export async function settleBatch(
  parts: SettleParts,
  judgements: readonly Judgement[],
  shipped: readonly Shipped[],
): Promise<void> {
  const byItem = groupedByItem(shipped);
  const results = judgements.flatMap((judgement) => resultOfJudgement(judgement, byItem));
  if (results.length === 0) return;
  const { spool, duplicates, latest, clock } = parts;
  const at = clock.now();
  const seen = results.flatMap(({ settlement }) => seenKey(settlement));
  const times = newestTimes(shipped);
  await spool.settle(
    results.map(({ settlement }) => settlement),
    () => {
      duplicates.save(seen, at);
      latest.save(times);
    },
  );
  duplicates.remember(seen, at);
  latest.remember(times);
  for (const result of results) report(parts, result);
}

function groupedByItem(shipped: readonly Shipped[]): ReadonlyMap<SpoolItem, readonly Shipped[]> {
  const groups = new Map<SpoolItem, Shipped[]>();
  for (const one of shipped) {
    const { item } = one.shipment;
    const group = groups.get(item);
    if (group === undefined) groups.set(item, [one]);
    else group.push(one);
  }
  return groups;
}

/** What is put aside comes again, and must then not be taken for its own duplicate. */
function seenKey({ item, obstacle }: Settlement): string[] {
  const key = obstacle === undefined ? duplicateKey(item.incoming) : undefined;
  return key === undefined ? [] : [key];
}

function resultOfJudgement(
  judgement: Judgement,
  byItem: ReadonlyMap<SpoolItem, readonly Shipped[]>,
): Result[] {
  switch (judgement.kind) {
    case 'send':
      return resultOfSending(judgement.shipments.length, byItem.get(judgement.item) ?? []);
    case 'aside': {
      const { item, obstacle } = judgement;
      const { cause, ...fields } = obstacle;
      return [{ settlement: { item, obstacle }, name: cause, fields }];
    }
    default: {
      const { kind, item, ...about } = judgement;
      return [{ settlement: { item }, name: kind, ...about }];
    }
  }
}

/** From what people must know of most to what goes without saying. */
const gravity: readonly Shipped['outcome']['kind'][] = [
  'failed',
  'refused',
  'no-history',
  'late',
  'accepted',
];

/** An item is as well off as the worst of its Entities; those that arrived may be sent again, which changes nothing. */
function resultOfSending(expected: number, shipped: readonly Shipped[]): Result[] {
  if (shipped.length < expected) return [];
  const kind = gravity.find((one) => shipped.some(({ outcome }) => outcome.kind === one));
  const telling = shipped.find(({ outcome }) => outcome.kind === kind);
  return telling === undefined ? [] : [resultOfShipping(telling)];
}

const obstacles = { refused: 'refused', failed: 'broker' } as const satisfies Record<string, CauseName>;

function resultOfShipping({ shipment, outcome, requestId }: Shipped): Result {
  const { item, device, news, entity, tenant } = shipment;
  const about = { device, ...(news === undefined ? {} : { news }) };
  const fields = { tenant, entity: entity.id, ...(requestId === item.correlationId ? {} : { requestId }) };
  if (outcome.kind === 'accepted') return { settlement: { item }, name: 'sent', fields, ...about };
  const { kind, reason } = outcome;
  if (kind === 'late' || kind === 'no-history')
    return { settlement: { item }, name: kind, fields: { ...fields, reason }, ...about };
  const obstacle = { cause: obstacles[kind], reason, tenant };
  return { settlement: { item, obstacle }, name: kind, fields: { ...fields, reason } };
}

function newestTimes(shipped: readonly Shipped[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { shipment, outcome } of shipped) {
    if (outcome.kind !== 'accepted') continue;
    const key = entityKey(shipment.tenant, shipment.entity.id);
    times.set(key, Math.max(shipment.observedAt, times.get(key) ?? 0));
  }
  return times;
}

/** Results that somebody should look into. */
const warnings = new Set(['refused', 'failed', 'invalid', 'undecodable', 'no-history']);

function report(
  { metrics, states, log }: SettleParts,
  { settlement, name, device, news, fields }: Result,
): void {
  const { item } = settlement;
  metrics.settled(item.incoming, name);
  if (name === 'refused' || name === 'failed' || name === 'no-history') metrics.brokerError(name);
  if (device && news) states.observe(device, news);
  const level = warnings.has(name) ? 'warn' : 'info';
  log[level]({ correlationId: item.correlationId, ...senderOf(item), ...fields }, `uplink ${name}`);
}

function senderOf({ incoming }: SpoolItem): { readonly device: string } {
  return { device: 'devEui' in incoming ? incoming.devEui : incoming.deviceId };
}
