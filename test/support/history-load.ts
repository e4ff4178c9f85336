import { setTimeout as delay } from 'node:timers/promises';

const json = { 'content-type': 'application/json' };
/** What the history has of a `count` that was deleted with its Entity. */
const DELETED = 'urn:ngsi-ld:null';

/** What the history has to have of an Entity, in the order in which it was written. */
export interface ExpectedHistory {
  /** Values of `count`, which changes of the current Entity wrote. */
  readonly count: readonly (number | string)[];
  /** Values of `late`, which temporal provision wrote. */
  readonly late: readonly number[];
}

/** Clients that write history without end until they are told to stop. */
export interface HistoryLoad {
  /** Steps done so far, of two acknowledged writes or more each. */
  steps(): number;
  /** Ends after the step in hand of each client; resolves to what is due, by Entity id. */
  stop(): Promise<ReadonlyMap<string, ExpectedHistory>>;
}

/** Does a request until it is answered with one of these statuses. */
type Send = (method: string, path: string, statuses: readonly number[], body?: object) => Promise<void>;

/**
 * One client for each of so many Entities. Each step writes the Entity and provides an instance of the past; some read
 * its history, delete the Entity, or delete its history. Every request is repeated until it is acknowledged, so that
 * each is due exactly once: one that had been done when its answer was lost changes nothing again.
 */
export function startHistoryLoad(origin: () => string, entities: number): HistoryLoad {
  const expected = new Map<string, ExpectedHistory>();
  const send: Send = async (method, path, statuses, body) => {
    const request = { method, headers: json, ...(body !== undefined && { body: JSON.stringify(body) }) };
    while (!statuses.includes(await statusOf(`${origin()}/ngsi-ld/v1${path}`, request))) await delay(20);
  };
  let isStopping = false;
  let steps = 0;
  const client = async (id: string): Promise<void> => {
    for (let step = 1; !isStopping; step += 1) {
      expected.set(id, await takeStep(send, { id, step }, expected.get(id) ?? NOTHING));
      steps += 1;
    }
  };
  const ids = Array.from({ length: entities }, (_, index) => `urn:ngsi-ld:Remembered:${index}`);
  const clients = Promise.all(ids.map(client));
  return {
    steps: () => steps,
    stop: async () => {
      isStopping = true;
      await clients;
      return expected;
    },
  };
}

const NOTHING: ExpectedHistory = { count: [], late: [] };
const DELETED_AFTER = 7;
const FORGOTTEN_AFTER = 11;

async function takeStep(
  send: Send,
  { id, step }: { readonly id: string; readonly step: number },
  before: ExpectedHistory,
): Promise<ExpectedHistory> {
  const count = { type: 'Property', value: step };
  if (step % DELETED_AFTER === 1)
    await send('POST', '/entities', [201, 409], { id, type: 'Remembered', count });
  else await send('PATCH', `/entities/${id}/attrs`, [204], { count });
  const late = [{ type: 'Property', value: step, observedAt: `2020-01-01T00:00:00.${100_000 + step}Z` }];
  await send('POST', `/temporal/entities/${id}/attrs`, [204], { late });
  let after: ExpectedHistory = { count: [...before.count, step], late: [...before.late, step] };
  if (step % 3 === 0) await send('GET', `/temporal/entities/${id}?lastN=1`, [200]);
  if (step % DELETED_AFTER === 0) {
    await send('DELETE', `/entities/${id}`, [204, 404]);
    after = { ...after, count: [...after.count, DELETED] };
  }
  if (step % FORGOTTEN_AFTER !== 0) return after;
  await send('DELETE', `/temporal/entities/${id}`, [204, 404]);
  return NOTHING;
}

/** 0 when there was no answer. */
async function statusOf(url: string, request: RequestInit): Promise<number> {
  try {
    const answer = await fetch(url, request);
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}

/** What the broker's history has of an Entity; its pages have to be large enough. */
export async function historyOf(origin: string, id: string): Promise<ExpectedHistory> {
  const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/entities/${id}?timeproperty=modifiedAt`);
  if (answer.status === 404) return NOTHING;
  const { count = [], late = [] } = (await answer.json()) as Readonly<
    Record<string, readonly { readonly value: number }[]>
  >;
  return { count: count.map(({ value }) => value), late: late.map(({ value }) => value) };
}
