import type { Device } from '../registry/device.ts';
import type { Directory } from '../registry/directory.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import type { Obstacle, Spool, SpoolItem } from '../spool/spool.ts';
import type { DeviceNews } from './device-states.ts';
import { type Duplicates, duplicateKey } from './duplicates.ts';
import type { Interpret, Interpretation } from './interpret.ts';
import type { Parcel } from './rounds.ts';

/** An Entity that an item becomes, or one of several. */
export interface Shipment extends Parcel {
  readonly item: SpoolItem;
  readonly device: Device;
  /** Microseconds since 1970. */
  readonly observedAt: number;
  readonly news?: DeviceNews;
}

/** What is to be done with an item of the spool. */
export type Judgement =
  /** At least one shipment; the item is done when all of them are. */
  | { readonly kind: 'send'; readonly item: SpoolItem; readonly shipments: readonly Shipment[] }
  | { readonly kind: 'aside'; readonly item: SpoolItem; readonly obstacle: Obstacle }
  | { readonly kind: 'duplicate'; readonly item: SpoolItem }
  /** It holds no measurement, but may tell something about the device. */
  | {
      readonly kind: 'nothing';
      readonly item: SpoolItem;
      readonly device: Device;
      readonly news?: DeviceNews;
    };

/** What a judge asks. */
export interface JudgeOptions {
  readonly spool: Pick<Spool, 'isWaiting'>;
  readonly directory: Pick<Directory, 'find'>;
  readonly duplicates: Pick<Duplicates, 'has'>;
  readonly interpret: Interpret;
}

/** Judges items of the spool, in their order. */
export async function judge(
  options: JudgeOptions,
  items: readonly SpoolItem[],
): Promise<readonly Judgement[]> {
  const seen = new Set<string>();
  const judgements: Judgement[] = [];
  for (const item of items) {
    const key = duplicateKey(item.incoming);
    if (key !== undefined && (seen.has(key) || options.duplicates.has(key))) {
      judgements.push({ kind: 'duplicate', item });
      continue;
    }
    if (key !== undefined) seen.add(key);
    judgements.push(await judgeOne(options, item));
  }
  return judgements;
}

const behind = 'waits behind earlier ones';

async function judgeOne({ spool, directory, interpret }: JudgeOptions, item: SpoolItem): Promise<Judgement> {
  // What an earlier item of the sender waits for must not let this one overtake it.
  if (spool.isWaiting(item.key, 'registry')) return aside(item, { cause: 'registry', reason: behind });
  const found = await directory.find(item.incoming).catch(unlessAway);
  if (found.kind === 'away') return aside(item, { cause: 'registry', reason: found.reason });
  if (found.kind === 'unknown') {
    const { reason, tenant } = found;
    return aside(item, { cause: 'unknown-device', reason, ...(tenant === undefined ? {} : { tenant }) });
  }
  const { device } = found;
  const { tenant } = device;
  if (spool.isWaiting(item.key, 'broker')) return aside(item, { cause: 'broker', reason: behind, tenant });
  return judgementOf(item, device, safely(interpret, device, item));
}

/** Senders that are remembered go on while the registry is away. */
function unlessAway(error: unknown): { readonly kind: 'away'; readonly reason: string } {
  if (error instanceof RegistryAway) return { kind: 'away', reason: error.message };
  throw error;
}

/** One strange payload must never stop the others, whatever a decoder does with it. */
function safely(interpret: Interpret, device: Device, { incoming }: SpoolItem): Interpretation {
  try {
    return interpret(device, incoming);
  } catch (error) {
    return { mapped: { kind: 'undecodable', reason: (error as Error).message } };
  }
}

function judgementOf(item: SpoolItem, device: Device, { mapped, news }: Interpretation): Judgement {
  const { tenant } = device;
  const about = news === undefined ? {} : { news };
  switch (mapped.kind) {
    case 'entities': {
      const shipments = mapped.entities.map((one) => ({ item, device, tenant, ...one, ...about }));
      return { kind: 'send', item, shipments };
    }
    case 'nothing':
      return { kind: 'nothing', item, device, ...about };
    case 'incomplete':
    case 'undecodable':
      return aside(item, { cause: mapped.kind, reason: mapped.reason, tenant });
    case 'invalid':
      return aside(item, { cause: 'invalid', reason: `${mapped.attribute}: ${mapped.rule}`, tenant });
  }
}

function aside(item: SpoolItem, obstacle: Obstacle): Judgement {
  return { kind: 'aside', item, obstacle };
}
