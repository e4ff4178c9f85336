import { setTimeout as delay } from 'node:timers/promises';
import type { Noted } from './notifications.ts';

const json = { 'content-type': 'application/json' };
const idOf = (index: number): string => `urn:ngsi-ld:Updated:${index}`;

/** Clients that write without end until they are told to stop. */
export interface UpdateLoad {
  /** Answers other than success, by status, or `gone` where there was none. */
  readonly refused: ReadonlyMap<number | 'gone', number>;
  /** Writes acknowledged so far. */
  acknowledged(): number;
  /** Ends after the write in hand of each client; resolves to the last `count` that was acknowledged, by Entity id. */
  stop(): Promise<ReadonlyMap<string, number>>;
}

/**
 * One client for each of `entities` Entities of type Updated. It writes `count` 1, 2, 3 and so on, each to a broker that
 * `origin` gives, and each until it is acknowledged: so every number up to the last one is due, exactly once.
 */
export function startUpdateLoad(
  origin: () => string,
  { entities, pauseMs = 0 }: { readonly entities: number; readonly pauseMs?: number },
): UpdateLoad {
  const last = new Map<string, number>();
  const refused = new Map<number | 'gone', number>();
  let isStopping = false;
  let acknowledged = 0;
  const client = async (index: number): Promise<void> => {
    for (let count = 1; !isStopping; count += 1) {
      while (!(await isAcknowledged(origin(), idOf(index), count, refused))) await delay(20);
      last.set(idOf(index), count);
      acknowledged += 1;
      if (pauseMs > 0) await delay(pauseMs);
    }
  };
  const clients = Promise.all(Array.from({ length: entities }, (_, index) => client(index)));
  return {
    refused,
    acknowledged: () => acknowledged,
    stop: async () => {
      isStopping = true;
      await clients;
      return last;
    },
  };
}

/** The first write creates; one that is tried again may have done so already. */
async function isAcknowledged(
  origin: string,
  id: string,
  count: number,
  refused: Map<number | 'gone', number>,
): Promise<boolean> {
  const attributes = { count: { type: 'Property', value: count } };
  const [method, path, body] =
    count === 1
      ? ['POST', '/entities', { id, type: 'Updated', ...attributes }]
      : ['PATCH', `/entities/${id}/attrs`, attributes];
  const status = await statusOf(`${origin}/ngsi-ld/v1${path}`, { method, body: JSON.stringify(body) });
  if (status === 201 || status === 204 || (count === 1 && status === 409)) return true;
  refused.set(status, (refused.get(status) ?? 0) + 1);
  return false;
}

async function statusOf(url: string, request: RequestInit): Promise<number | 'gone'> {
  try {
    const answer = await fetch(url, { ...request, headers: json });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 'gone';
  }
}

/** What came of a load at a receiver. */
export interface Arrivals {
  /** `<Subscription> <Entity> <count>` of what was due and did not arrive. */
  readonly missing: readonly string[];
  readonly arrived: number;
  /** Arrivals under the id of an earlier one, which hold the very same. */
  readonly duplicates: number;
  /** First arrivals behind a later one of their Entity and Subscription. */
  readonly swaps: number;
  /** Duplicates and swaps that their id and `notifiedAt` do not tell. */
  readonly unrecognisable: readonly string[];
}

type Update = Noted & { readonly notifiedAt: string };

/** Judges what a receiver noted, in its order, by what was due to each of the Subscriptions. */
export function judgeArrivals(
  noted: readonly Noted[],
  subscriptionIds: readonly string[],
  last: ReadonlyMap<string, number>,
): Arrivals {
  const first = new Map<string, Update>();
  const again: Update[] = [];
  for (const update of noted as readonly Update[]) {
    if (first.has(keyOf(update))) again.push(update);
    else first.set(keyOf(update), update);
  }
  const swapped = swappedIn([...first.values()]);
  const due = subscriptionIds.flatMap((id) =>
    [...last].flatMap(([entity, count]) =>
      Array.from({ length: count }, (_, n) => `${id} ${entity} ${n + 1}`),
    ),
  );
  return {
    missing: due.filter((key) => !first.has(key)),
    arrived: noted.length,
    duplicates: again.length,
    swaps: swapped.length,
    unrecognisable: [
      ...again.filter((update) => !isSame(first.get(keyOf(update)), update)),
      ...swapped.filter(([newer, late]) => newer.notifiedAt <= late.notifiedAt).map(([, late]) => late),
    ].map(keyOf),
  };
}

/** Those that came behind a newer one of their Entity and Subscription, with that one. */
function swappedIn(first: readonly Update[]): readonly (readonly [newer: Update, late: Update])[] {
  const latest = new Map<string, Update>();
  return first.flatMap((update) => {
    const newest = latest.get(laneOf(update));
    if (newest && countOf(newest) > countOf(update)) return [[newest, update] as const];
    latest.set(laneOf(update), update);
    return [];
  });
}

function countOf({ data: [entity] }: Noted): number {
  return (entity?.['count'] as { readonly value: number } | undefined)?.value ?? Number.NaN;
}

function laneOf({ subscriptionId, data }: Noted): string {
  return `${subscriptionId} ${data[0]?.id}`;
}

function keyOf(update: Noted): string {
  return `${laneOf(update)} ${countOf(update)}`;
}

function isSame(one: Update | undefined, other: Update): boolean {
  return one?.id === other.id && one.notifiedAt === other.notifiedAt;
}
