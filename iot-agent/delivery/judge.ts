import type { LorawanUplink, Place } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import type { Directory } from '../registry/directory.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import type { Remark } from '../spool/device-log.ts';
import type { Obstacle, Spool, SpoolItem } from '../spool/spool.ts';
import type { DeviceNews } from './device-news.ts';
import { type Duplicates, sightingOf } from './duplicates.ts';
import type { Interpret } from './interpret.ts';
import type { Interpretation } from './interpretation.ts';
import type { Parcel } from './rounds.ts';

/** An Entity that an item becomes, or one of several. */
export interface Shipment extends Parcel {
  readonly item: SpoolItem;
  readonly device: Device;
  /** Microseconds since 1970. */
  readonly observedAt: number;
}

/** What is known of an item besides what is to be done with it. */
export interface About {
  readonly item: SpoolItem;
  readonly device: Device;
  readonly news?: DeviceNews;
  readonly remarks?: readonly Remark[];
}

/** What is to be done with an item of the spool. */
export type Judgement =
  /** The item is done when all of its shipments are; those that arrived before are not among them. */
  | ({ readonly kind: 'send'; readonly shipments: readonly Shipment[] } & About)
  /** The device is absent while it is not known. */
  | ({ readonly kind: 'aside'; readonly obstacle: Obstacle } & Pick<About, 'item' | 'remarks'> &
      Partial<Pick<About, 'device'>>)
  /** `ignored`: its device was rejected. */
  | { readonly kind: 'duplicate' | 'ignored'; readonly item: SpoolItem }
  /** It holds no measurement, but may tell something about the device. */
  | ({ readonly kind: 'nothing'; readonly reason: string } & About);

/** What a judge asks. */
export interface JudgeOptions {
  readonly spool: Pick<Spool, 'isWaiting'>;
  readonly directory: Pick<Directory, 'find'>;
  readonly duplicates: Pick<Duplicates, 'has'>;
  readonly interpret: Interpret;
  /** Where its network server has located a device. */
  readonly placeOf: (device: Device) => Place | undefined;
}

/** Judges items of the spool, in their order. Those of different devices are interpreted beside each other, those of one in turn. */
export async function judge(
  options: JudgeOptions,
  items: readonly SpoolItem[],
): Promise<readonly Judgement[]> {
  const ahead = new Map<string, number>();
  const judgements: (Judgement | Promise<Judgement>)[] = [];
  const lastOf = new Map<string, Promise<Judgement>>();
  for (const item of items) {
    const sighting = sightingOf(item.incoming);
    // What is replayed came before: that is the point.
    const isCopy = sighting && item.replay === undefined && options.duplicates.has(sighting, ahead);
    if (sighting) ahead.set(sighting.key, sighting.receivedAt);
    const ruling: Ruling = isCopy ? { kind: 'duplicate', item } : await rule(options, item);
    if (ruling.kind !== 'interpret') {
      judgements.push(ruling);
      continue;
    }
    const judgement = interpreted(options, item, ruling.device, lastOf.get(item.key));
    lastOf.set(item.key, judgement);
    judgements.push(judgement);
  }
  return Promise.all(judgements);
}

/** A judgement, or that the item is to be interpreted for one. */
type Ruling = Judgement | { readonly kind: 'interpret'; readonly device: Device };

/** Why an item is put aside whose sender has an earlier one there. */
export const BEHIND = 'waits behind earlier ones';

async function rule({ spool, directory }: JudgeOptions, item: SpoolItem): Promise<Ruling> {
  // What an earlier item of the sender waits for must not let this one overtake it.
  if (spool.isWaiting(item.key, 'registry')) return aside({ item }, { cause: 'registry', reason: BEHIND });
  const found = await directory.find(item.incoming).catch(unlessAway);
  if (found.kind === 'away') return aside({ item }, { cause: 'registry', reason: found.reason });
  if (found.kind === 'rejected') return { kind: 'ignored', item };
  if (found.kind === 'pending') {
    const { reason, tenant } = found;
    return aside({ item }, { cause: 'pending', reason, tenant });
  }
  if (found.kind === 'unknown') {
    const { reason, tenant } = found;
    return aside({ item }, { cause: 'unknown-device', reason, ...(tenant === undefined ? {} : { tenant }) });
  }
  const { device } = found;
  const { tenant } = device;
  if (spool.isWaiting(item.key, 'broker'))
    return aside({ item, device }, { cause: 'broker', reason: BEHIND, tenant });
  return { kind: 'interpret', device };
}

async function interpreted(
  options: JudgeOptions,
  item: SpoolItem,
  device: Device,
  previous: Promise<Judgement> | undefined,
): Promise<Judgement> {
  await previous;
  return judgementOf(item, device, await safely(options, device, item));
}

/** Senders that are remembered go on while the registry is away. */
function unlessAway(error: unknown): { readonly kind: 'away'; readonly reason: string } {
  if (error instanceof RegistryAway) return { kind: 'away', reason: error.message };
  throw error;
}

/** One strange payload must never stop the others, whatever a decoder does with it. */
async function safely(
  { interpret, placeOf }: JudgeOptions,
  device: Device,
  { incoming }: SpoolItem,
): Promise<Interpretation> {
  try {
    return await interpret(
      device,
      incoming.kind === 'lorawan' ? located(incoming, placeOf(device)) : incoming,
    );
  } catch (error) {
    return { mapped: { kind: 'undecodable', reason: (error as Error).message } };
  }
}

function located(uplink: LorawanUplink, place: Place | undefined): LorawanUplink {
  return place === undefined || uplink.location !== undefined ? uplink : { ...uplink, location: place };
}

function judgementOf(item: SpoolItem, device: Device, { mapped, ...rest }: Interpretation): Judgement {
  const { tenant } = device;
  const about = { item, device, ...rest };
  switch (mapped.kind) {
    case 'entities': {
      const entities = mapped.entities.filter(({ entity }) => !item.delivered?.includes(entity.id));
      const shipments = entities.map((one) => ({ item, device, tenant, ...one }));
      return { kind: 'send', shipments, ...about };
    }
    case 'nothing':
      return { ...mapped, ...about };
    case 'incomplete':
    case 'undecodable':
      return aside(about, { cause: mapped.kind, reason: mapped.reason, tenant });
    case 'invalid': {
      const { kind: cause, ...fault } = mapped;
      return aside(about, { cause, reason: `${fault.attribute}: ${fault.rule}`, tenant, ...fault });
    }
  }
}

type AsideAbout = Pick<About, 'item' | 'remarks'> & Partial<Pick<About, 'device'>>;

function aside({ item, device, remarks }: AsideAbout, obstacle: Obstacle): Judgement {
  return {
    ...{ kind: 'aside', item, obstacle },
    ...(device === undefined ? {} : { device }),
    ...(remarks === undefined ? {} : { remarks }),
  };
}
