import type { Collection } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { Arrivals, DeliveryLog, LogOwner, LogPage, LogRange } from '../delivery-log.ts';
import { type DeliveryDocument, type Owner, ownerOfKey } from './delivery-document.ts';
import type { Gate } from './gate.ts';
import { rangeOf } from './keys.ts';
import {
  behindAll,
  type Positions,
  parsePositions,
  partsOfLogged,
  toPosition,
  writtenBy,
  writtenByNext,
} from './log-positions.ts';
import { mergeRuns, type Run } from './merge-runs.ts';

export interface DeliveryLogParts {
  readonly deliveries: Collection<DeliveryDocument>;
  readonly gate: Gate;
  readonly keptFor: Micros;
}

type Deliveries = Collection<DeliveryDocument>;

/** Text read in one go: what readers that are slow hold in memory. */
const READ_AT_ONCE = 128 * 1024;
const none: Positions = new Map();

/** The log of what any number of processes write. A look costs one query, however many Subscriptions there are. */
export function mongoDeliveryLog({ deliveries, gate, keptFor }: DeliveryLogParts): DeliveryLog {
  return {
    keptFor,
    end: () => gate.run(async () => toPosition(await endOf(deliveries))),
    has: (position) => parsePositions(position) !== undefined,
    arrivals: (after, limit) => gate.run(() => arrivals(deliveries, after, limit)),
    read: (of, range, limit) => gate.run(() => readPage(deliveries, of, range, limit)),
  };
}

/** From one process to the next: the cost follows their number. */
async function endOf(deliveries: Deliveries): Promise<Positions> {
  const positions = new Map<string, string>();
  const one = (logged: object, direction: 1 | -1) =>
    deliveries
      .find({ logged })
      .sort({ logged: direction })
      .limit(1)
      .project<Pick<DeliveryDocument, 'logged'>>({ _id: 0, logged: 1 })
      .next();
  for (let first = await one(writtenByNext(''), 1); first?.logged !== undefined; ) {
    const [writer] = partsOfLogged(first.logged);
    const last = await one(writtenBy(writer, {}), -1);
    positions.set(writer, partsOfLogged(last?.logged ?? first.logged)[1]);
    first = await one(writtenByNext(writer), 1);
  }
  return positions;
}

async function arrivals(deliveries: Deliveries, after: string, limit: number): Promise<Arrivals> {
  const positions = new Map(parsePositions(after) ?? none);
  const found = await deliveries
    .find(behindAll(positions))
    .sort({ logged: 1 })
    .limit(limit)
    .project<Pick<DeliveryDocument, '_id' | 'logged'>>({ logged: 1 })
    .toArray();
  const owners = new Map<string, Owner>();
  for (const { _id, logged = '' } of found) {
    const [writer, moment] = partsOfLogged(logged);
    positions.set(writer, moment);
    const owner = ownerOfKey(_id);
    owners.set(JSON.stringify(owner), owner);
  }
  return { of: [...owners.values()], position: toPosition(positions) };
}

async function readPage(
  deliveries: Deliveries,
  of: LogOwner,
  { after, upTo }: LogRange,
  limit: number,
): Promise<LogPage> {
  const from = parsePositions(after) ?? none;
  const to = [...(parsePositions(upTo) ?? none)].filter(([writer, end]) => end > (from.get(writer) ?? ''));
  const runs = await Promise.all(
    to.map(([writer, end]) => readRun(deliveries, of, { writer, after: from.get(writer), end }, limit)),
  );
  const { isWhole, ...page } = mergeRuns(from, runs, limit);
  return isWhole ? { ...page, position: upTo } : page;
}

async function readRun(
  deliveries: Deliveries,
  { tenant, subscriptionId }: LogOwner,
  {
    writer,
    after,
    end,
  }: { readonly writer: string; readonly after: string | undefined; readonly end: string },
  limit: number,
): Promise<Run> {
  const logged = writtenBy(writer, { ...(after !== undefined && { after }), upTo: end });
  const cursor = deliveries
    .find({ logged, _id: rangeOf(tenant, subscriptionId) })
    .hint('log')
    .sort({ logged: 1 })
    .limit(limit);
  const documents: DeliveryDocument[] = [];
  let length = 0;
  for await (const document of cursor) {
    documents.push(document);
    length += document.change.length;
    if (length > READ_AT_ONCE) break;
  }
  await cursor.close();
  const isCut = documents.length === limit || length > READ_AT_ONCE;
  return { writer, documents, ...(!isCut && { end }) };
}
