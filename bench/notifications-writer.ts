import { Pool } from 'undici';
import { now } from './notifications-jobs.ts';

const CONNECTIONS = 32;
const headers = { 'content-type': 'application/json' };

/** Writes Entities of type Lamp whose `level` counts the writes, and Subscriptions. @throws when the broker refuses */
export interface Writer {
  /** Makes that many Entities at level 0, in no room. */
  seed(entities: number): Promise<void>;
  /** Sets each Entity once to each of the levels, an Entity's one after the other; answers the seconds it took. */
  raise(entities: number, levels: { readonly from: number; readonly to: number }): Promise<number>;
  /** The same with updates of 100 Entities each, which is quicker. */
  raiseInBatches(entities: number, levels: { readonly from: number; readonly to: number }): Promise<void>;
  subscribe(all: Iterable<object>): Promise<void>;
  stop(): Promise<void>;
}

/** The id of the Entity of that number. */
function lampId(number: number): string {
  return `urn:ngsi-ld:Lamp:${number}`;
}

/** A writer for the broker at that origin. */
export function startWriter(origin: string): Writer {
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const send = async (method: 'POST' | 'PATCH', path: string, body: object): Promise<void> => {
    const answer = await pool.request({
      method,
      path: `/ngsi-ld/v1${path}`,
      headers,
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300 || answer.statusCode === 207)
      throw new Error(`${method} ${path} answers ${answer.statusCode}: ${text.slice(0, 300)}`);
  };
  const inBatches = async (
    entities: number,
    path: string,
    make: (number: number) => object,
  ): Promise<void> => {
    for (let first = 0; first < entities; first += 100) {
      const numbers = Array.from({ length: Math.min(100, entities - first) }, (_, index) => first + index);
      await send('POST', `/entityOperations/${path}`, numbers.map(make));
    }
  };
  return {
    seed: (entities) => inBatches(entities, 'upsert', lamp),
    raiseInBatches: async (entities, { from, to }) => {
      for (let level = from; level <= to; level += 1)
        await inBatches(entities, 'update', (number) => ({
          id: lampId(number),
          type: 'Lamp',
          ...raised(level),
        }));
    },
    raise: async (entities, { from, to }) => {
      const begin = now();
      await inParallel(CONNECTIONS, async (client) => {
        for (let level = from; level <= to; level += 1)
          for (let number = client; number < entities; number += CONNECTIONS)
            await send('PATCH', `/entities/${lampId(number)}/attrs`, raised(level));
      });
      return (now() - begin) / 1000;
    },
    subscribe: async (all) => {
      const rest = all[Symbol.iterator]();
      await inParallel(CONNECTIONS, async () => {
        for (let next = rest.next(); !next.done; next = rest.next())
          await send('POST', '/subscriptions', next.value);
      });
    },
    stop: () => pool.close(),
  };
}

async function inParallel(count: number, work: (client: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, client) => work(client)));
}

function raised(level: number): object {
  return { level: { type: 'Property', value: level }, sentAt: { type: 'Property', value: now() } };
}

function lamp(number: number): object {
  const place = { type: 'Point', coordinates: [13.4, 52.5] };
  return {
    id: lampId(number),
    type: 'Lamp',
    ...raised(0),
    room: { type: 'Property', value: 'A' },
    location: { type: 'GeoProperty', value: place },
    scope: '/Berlin/Mitte',
  };
}
