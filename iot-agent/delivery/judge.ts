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
  | { readonly kind: 'duplicate'; readonly item: SpoolItem }
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

/** Judges items of the spool, in their order. */
export async function judge(
  options: JudgeOptions,
  items: readonly SpoolItem[],
): Promise<readonly Judgement[]> {
  const ahead = new Map<string, number>();
  const judgements: (Judgement | Promise<Judgement>)[] = [];
  for (const item of items) {
    const sighting = sightingOf(item.incoming);
    // What is replayed came before: that is the point.
    const isCopy = sighting && item.replay === undefined && options.duplicates.has(sighting, ahead);
    if (sighting) ahead.set(sighting.key, sighting.receivedAt);
    judgements.push(isCopy ? { kind: 'duplicate', item } : (await judgeOne(options, item)).judgement);
  }
  return Promise.all(judgements);
}

const behind = 'waits behind earlier ones';

/** Resolves when the device is found: what interpreting takes then goes on beside the next items. */
async function judgeOne(
  options: JudgeOptions,
  item: SpoolItem,
): Promise<{ readonly judgement: Judgement | Promise<Judgement> }> {
  const { spool, directory } = options;
  // What an earlier item of the sender waits for must not let this one overtake it.
  if (spool.isWaiting(item.key, 'registry'))
    return { judgement: aside({ item }, { cause: 'registry', reason: behind }) };
  const found = await directory.find(item.incoming).catch(unlessAway);
  if (found.kind === 'away')
    return { judgement: aside({ item }, { cause: 'registry', reason: found.reason }) };
  if (found.kind === 'unknown') {
    const { reason, tenant } = found;
    const obstacle = {
      cause: 'unknown-device',
      reason,
      ...(tenant === undefined ? {} : { tenant }),
    } as const;
    return { judgement: aside({ item }, obstacle) };
  }
  const { device } = found;
  const { tenant } = device;
  if (spool.isWaiting(item.key, 'broker'))
    return { judgement: aside({ item, device }, { cause: 'broker', reason: behind, tenant }) };
  const interpretation = safely(options, device, item);
  return { judgement: interpretation.then((meaning) => judgementOf(item, device, meaning)) };
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
