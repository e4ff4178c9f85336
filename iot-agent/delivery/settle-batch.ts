import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Incoming } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import { deviceKey } from '../registry/device-key.ts';
import type { DeviceLog } from '../spool/device-log.ts';
import type { Spool, SpoolItem } from '../spool/spool.ts';
import type { AirQualityHours } from './air-quality-hours.ts';
import { type AttributeTimes, newerOf } from './attribute-times.ts';
import type { DeviceStates } from './device-states.ts';
import { type Duplicates, sightingOf } from './duplicates.ts';
import type { Judgement } from './judge.ts';
import { entityKey, type LatestTimes } from './latest.ts';
import { type Result, resultOf } from './results.ts';
import type { Shipped } from './ship.ts';

/** What is counted of a settled item. */
export interface SettledItem {
  readonly incoming: Incoming;
  /** `sent`, `late`, `duplicate`, `nothing` or the name of a cause. */
  readonly result: string;
  readonly device?: Device;
  /** Of an Entity that is not valid. */
  readonly attribute?: string;
}

/** Who wants to know what known devices sent, in the same transaction. */
export interface Recorder {
  /** Writes inside a transaction of the caller, and returns what is to be done when that is committed. */
  record(heard: readonly { readonly device: Device; readonly incoming: Incoming }[]): () => void;
}

/** What settling needs of the pipeline. */
export interface SettleParts {
  readonly spool: Pick<Spool, 'settle'>;
  readonly duplicates: Duplicates;
  readonly latest: LatestTimes;
  readonly states: Pick<DeviceStates, 'observe' | 'save'>;
  readonly deviceLog: Pick<DeviceLog, 'save'>;
  readonly commands: Recorder;
  readonly airQuality: Pick<AirQualityHours, 'save'>;
  readonly metrics: {
    settled(item: SettledItem): void;
    brokerError(kind: 'refused' | 'failed' | 'no-history'): void;
  };
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Settles what is decided, in one transaction with what later batches, and the owners of the devices, must know of it. Items that
 * are neither judged for good nor shipped stay in the spool.
 */
export async function settleBatch(
  parts: SettleParts,
  judgements: readonly Judgement[],
  shipped: readonly Shipped[],
): Promise<void> {
  const byItem = groupedByItem(shipped);
  const results = judgements.flatMap((judgement) => resultOf(judgement, byItem) ?? []);
  if (results.length === 0) return;
  const { spool, duplicates, latest, clock } = parts;
  const at = clock.now();
  const seen = results.flatMap(({ item, obstacle }) =>
    // What is put aside comes again, and must then not be taken for its own copy.
    obstacle === undefined ? (sightingOf(item.incoming) ?? []) : [],
  );
  const times = shownTimes(shipped);
  const taken = takenUntil(shipped);
  for (const { device, news } of results) if (device && news) parts.states.observe(device, news);
  const heard = results.flatMap(({ device, item }) =>
    // What is sent again says nothing about now.
    device === undefined || item.replay !== undefined ? [] : [{ device, incoming: item.incoming }],
  );
  let recorded = (): void => {};
  await spool.settle(results.map(settlementOf), () => {
    duplicates.save(seen);
    latest.save(times);
    parts.airQuality.save(taken);
    for (const result of results) keepAbout(parts, result, at);
    recorded = parts.commands.record(heard);
  });
  recorded();
  duplicates.remember(seen);
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

function settlementOf({ item, obstacle, device, name, reason }: Result) {
  const put = obstacle === undefined ? { item } : { item, obstacle };
  if (device === undefined) return put;
  const why = reason === undefined ? {} : { reason };
  return { ...put, fate: { device: deviceKey(device.tenant, device.deviceId), result: name, ...why } };
}

function keepAbout({ states, deviceLog }: SettleParts, result: Result, at: number): void {
  const { device, news, remarks } = result;
  if (device === undefined) return;
  if (news !== undefined) states.save(device, news);
  for (const remark of remarks) deviceLog.save(deviceKey(device.tenant, device.deviceId), remark, at);
}

/** What the Entities show now of what was sent. */
function shownTimes(shipped: readonly Shipped[]): Map<string, AttributeTimes> {
  const times = new Map<string, AttributeTimes>();
  for (const { shipment, shown } of shipped) {
    if (shown === undefined) continue;
    const key = entityKey(shipment.tenant, shipment.entity.id);
    const before = times.get(key);
    times.set(key, before === undefined ? shown : newerOf(before, shown));
  }
  return times;
}

function takenUntil(shipped: readonly Shipped[]): Map<string, number> {
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

function report({ metrics, log }: SettleParts, result: Result): void {
  const { item, name, device, obstacle, reason, fields } = result;
  const { attribute } = obstacle ?? {};
  metrics.settled({
    ...{ incoming: item.incoming, result: name },
    ...(device === undefined ? {} : { device }),
    ...(attribute === undefined ? {} : { attribute }),
  });
  if (name === 'refused' || name === 'failed' || name === 'no-history') metrics.brokerError(name);
  const level = warnings.has(name) ? 'warn' : 'info';
  const why = reason === undefined ? {} : { reason };
  const { correlationId } = item;
  log[level]({ correlationId, ...senderOf(item), ...fields, ...why }, `uplink ${name}`);
}

function senderOf({ incoming }: SpoolItem): { readonly device: string } {
  return { device: 'devEui' in incoming ? incoming.devEui : incoming.deviceId };
}
