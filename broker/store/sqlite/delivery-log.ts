import type { Micros } from '../../domain/entity.ts';
import type { DeliveryLog, LoggedDelivery, LogOwner, LogPage, LogRange } from '../delivery-log.ts';
import { type DeliveryRow, deliveryColumns, toDelivery } from './delivery-row.ts';
import { queuesOf } from './queues.ts';
import type { Session } from './session.ts';

export interface DeliveryLogParts {
  readonly session: Session;
  readonly keptFor: Micros;
  /** The greatest number that was given to anything in the file. */
  readonly newest: () => number;
}

/** Of the index looked through in one go: a millisecond or two. */
const ENTRIES_AT_ONCE = 10_000;
/** Text read in one go: what readers that are slow hold in memory. */
const READ_AT_ONCE = 128 * 1024;

/** The log by the numbers of what deliveries tell of: one process writes them, in the order in which it gives them. */
export function deliveryLogOf({ session, keptFor, newest }: DeliveryLogParts): DeliveryLog {
  const { read } = session;
  const arrivals = arrivalFinder(session);
  const readPage = pageReader(session);
  return {
    keptFor,
    end: async () => String(newest()),
    has: (position) => /^\d{1,16}$/.test(position) && Number(position) <= newest(),
    arrivals: (after, limit) => read(() => arrivals(after, limit)),
    read: (of, range, limit) => read(() => readPage(of, range, limit)),
  };
}

/** Where so many entries of the index behind a number end. */
const windowEnd = `SELECT max(notified) FROM (SELECT notified FROM delivery INDEXED BY delivery_notified
  WHERE notified > ? AND notified <= ? ORDER BY notified LIMIT ?)`;

function arrivalFinder({ database }: Session) {
  const endOf = database.prepare<[number | null]>(windowEnd);
  const owners = database.prepare<[string, string]>(`SELECT tenant, subscription FROM queue WHERE no IN
    (SELECT queue FROM delivery INDEXED BY delivery_notified WHERE notified > ? AND notified <= ?)`);
  return (after: string, limit: number) => {
    const from = Number(after);
    const end = endOf.get(from, Number.MAX_SAFE_INTEGER, limit)?.[0] ?? undefined;
    if (end === undefined) return { of: [], position: after };
    const of = owners.all(from, end).map(([tenant, subscriptionId]) => ({ tenant, subscriptionId }));
    return { of, position: String(end) };
  };
}

type Entry = [notified: number, state: number, place: string, id: string];

function pageReader(session: Session) {
  const { database } = session;
  const queues = queuesOf(session);
  const endOf = database.prepare<[number | null]>(windowEnd);
  const list = database.prepare<Entry>(`SELECT notified, state, place, id FROM delivery
    INDEXED BY delivery_notified WHERE notified > ? AND notified <= ? AND queue = ? ORDER BY notified LIMIT ?`);
  const readRow = rowReader(session);
  return ({ tenant, subscriptionId }: LogOwner, { after, upTo }: LogRange, limit: number): LogPage => {
    const queue = queues.find(tenant, subscriptionId);
    const end = endOf.get(Number(after), Number(upTo), ENTRIES_AT_ONCE)?.[0] ?? undefined;
    if (queue === undefined || end === undefined) return { deliveries: [], position: upTo };
    const deliveries: LoggedDelivery[] = [];
    const entries = list.all(Number(after), end, queue, limit);
    let length = 0;
    for (const entry of entries) {
      length += readRow(queue, entry, deliveries);
      if (length > READ_AT_ONCE) break;
    }
    const isCut = entries.length === limit || deliveries.length < entries.length;
    return { deliveries, position: (isCut && deliveries.at(-1)?.position) || String(end) };
  };
}

/** Reads one delivery behind the others; the returned function tells the length of its text. */
function rowReader({ database }: Session) {
  const select = database.prepare<DeliveryRow>(
    `SELECT ${deliveryColumns} WHERE queue = ? AND state = ? AND place = ? AND id = ?`,
  );
  return (queue: number, [notified, state, place, id]: Entry, deliveries: LoggedDelivery[]): number => {
    const row = select.get(queue, state, place, id);
    if (row === undefined) return 0;
    deliveries.push({ delivery: toDelivery(row), position: String(notified) });
    return row[10].length + (row[11]?.length ?? 0);
  };
}
