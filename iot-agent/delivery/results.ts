import type { Device } from '../registry/device.ts';
import type { CauseName } from '../spool/causes.ts';
import type { Remark } from '../spool/device-log.ts';
import type { Obstacle, SpoolItem } from '../spool/spool.ts';
import type { DeviceNews } from './device-news.ts';
import type { Judgement } from './judge.ts';
import type { Shipped } from './ship.ts';

/** What became of an item, and what there is to say about it. */
export interface Result {
  readonly item: SpoolItem;
  /** Why it is put aside; absent when it is done. */
  readonly obstacle?: Obstacle;
  /** `sent`, `late`, `no-history`, `duplicate`, `ignored`, `nothing`, `failed` or the name of a cause. */
  readonly name: string;
  readonly reason?: string;
  readonly device?: Device;
  readonly news?: DeviceNews;
  readonly remarks: readonly Remark[];
  /** For the log of the program. */
  readonly fields?: { readonly [name: string]: unknown };
}

type Sending = Extract<Judgement, { kind: 'send' }>;
type Aside = Extract<Judgement, { kind: 'aside' }>;

/** The result of a judgement; undefined while its Entities are not all shipped. */
export function resultOf(
  judgement: Judgement,
  shipped: ReadonlyMap<SpoolItem, readonly Shipped[]>,
): Result | undefined {
  switch (judgement.kind) {
    case 'send':
      return resultOfSending(judgement, shipped.get(judgement.item) ?? []);
    case 'aside':
      return resultOfPuttingAside(judgement);
    case 'duplicate':
    case 'ignored':
      return { item: judgement.item, name: judgement.kind, remarks: [] };
    case 'nothing': {
      const { kind: name, remarks = [], ...about } = judgement;
      return { name, remarks, ...about };
    }
  }
}

/** Who says that something is wrong, by cause; the others pass without anybody's doing, or have no device. */
const complainers: Partial<Readonly<Record<CauseName, Pick<Remark, 'source' | 'level'>>>> = {
  incomplete: { source: 'configuration', level: 'warning' },
  undecodable: { source: 'codec', level: 'error' },
  invalid: { source: 'quarantine', level: 'error' },
  refused: { source: 'broker', level: 'error' },
};

function complaint({ cause, reason }: Obstacle): readonly Remark[] {
  const complainer = complainers[cause];
  return complainer === undefined ? [] : [{ ...complainer, message: reason }];
}

function resultOfPuttingAside({ item, device, obstacle, remarks = [] }: Aside): Result {
  const { cause: name, reason, tenant } = obstacle;
  return {
    ...{ item, obstacle, name, reason, fields: { tenant } },
    remarks: [...remarks, ...complaint(obstacle)],
    ...(device === undefined ? {} : { device }),
  };
}

/** From what people must know of most to what goes without saying. */
const gravity: readonly Shipped['outcome']['kind'][] = [
  'failed',
  'refused',
  'no-history',
  'late',
  'accepted',
];

const taken: ReadonlySet<Shipped['outcome']['kind']> = new Set(['accepted', 'late', 'no-history']);

/** An item is as well off as the worst of its Entities. What the broker has of one that waits is not sent again with it. */
function resultOfSending(
  { item, shipments, ...about }: Sending,
  shipped: readonly Shipped[],
): Result | undefined {
  if (shipped.length < shipments.length) return undefined;
  const { device, news, remarks = [] } = about;
  const common = { item, device, remarks, ...(news === undefined ? {} : { news }) };
  const kind = gravity.find((one) => shipped.some(({ outcome }) => outcome.kind === one));
  const telling = shipped.find(({ outcome }) => outcome.kind === kind);
  // All of its Entities had arrived before.
  if (telling === undefined) return { ...common, name: 'sent' };
  const { outcome, shipment, requestId } = telling;
  const { tenant, entity } = shipment;
  const fields = { tenant, entity: entity.id, ...(requestId === item.correlationId ? {} : { requestId }) };
  if (outcome.kind === 'accepted') return { ...common, name: 'sent', fields };
  const { kind: name, reason } = outcome;
  const complete = { ...common, name, reason, fields };
  if (name === 'late' || name === 'no-history') return complete;
  const obstacle = obstacleOf(name, reason, item, shipped);
  return { ...complete, obstacle: { ...obstacle, tenant }, remarks: [...remarks, ...complaint(obstacle)] };
}

function obstacleOf(
  name: 'failed' | 'refused',
  reason: string,
  item: SpoolItem,
  shipped: readonly Shipped[],
): Obstacle {
  if (name === 'refused') return { cause: name, reason };
  const arrived = shipped.filter(({ outcome }) => taken.has(outcome.kind));
  const delivered = [...(item.delivered ?? []), ...arrived.map(({ shipment }) => shipment.entity.id)];
  return { cause: 'broker', reason, ...(delivered.length === 0 ? {} : { delivered }) };
}
