import { Pool } from 'undici';
import type { BuiltProgram } from '../test/support/built-programs.ts';
import { type Fleet, measurement, stationId } from './history-fleet.ts';
import { cpuSeconds, untilCalm } from './process-usage.ts';

/** How fast instances came into the history by one way. */
export interface Loaded {
  readonly way: string;
  readonly instances: number;
  readonly perSecond: number;
  /** CPU microseconds of the broker for each, folding included. */
  readonly cpuMicros: number;
}

/** Instances in a request of temporal provision. */
const provided = 500;
/** Entities in a batch of updates. */
const batchSize = 100;
/** Moments that come by updates: more than an Entity's log holds. */
const updated = 40;
const connections = 4;

/**
 * Fills the history of a fleet in the order of time, all Entities in turn, so that what belongs to one of them lies as
 * far apart as it does after years: the past by temporal provision, and the last moments by updates of the current state.
 */
export async function loadFleet(
  broker: BuiltProgram,
  { entities, moments }: Fleet,
): Promise<readonly Loaded[]> {
  const pool = new Pool(broker.origin, { connections, pipelining: 1 });
  const recent = Math.min(updated, Math.ceil(moments / 2));
  try {
    return [
      await timed(broker, 'provision', entities * (moments - recent), () =>
        inTurn(pool, provisions({ entities, moments: moments - recent })),
      ),
      await timed(broker, 'updates', entities * recent, async () => {
        // The moments of a station come one after the other, as they do from its gateway.
        for (let moment = moments - recent; moment < moments; moment += 1)
          await inTurn(pool, updates(entities, moment));
      }),
    ];
  } finally {
    await pool.close();
  }
}

async function timed(
  { pid }: BuiltProgram,
  way: string,
  instances: number,
  load: () => Promise<void>,
): Promise<Loaded> {
  const [begin, cpu] = [performance.now(), cpuSeconds(pid)];
  await load();
  const perSecond = (instances * 1000) / (performance.now() - begin);
  await untilCalm(pid);
  return { way, instances, perSecond, cpuMicros: ((cpuSeconds(pid) - cpu) * 1e6) / instances };
}

interface Provision {
  readonly path: string;
  readonly body: object;
}

function* provisions({ entities, moments }: Fleet): Generator<Provision> {
  for (let first = 0; first < moments; first += provided) {
    const size = Math.min(provided, moments - first);
    for (let number = 0; number < entities; number += 1) {
      const attributes = { NO2: Array.from({ length: size }, (_, index) => measurement(first + index)) };
      const id = stationId(number);
      yield first === 0
        ? { path: 'temporal/entities', body: { id, type: 'AirQualityObserved', ...attributes } }
        : { path: `temporal/entities/${id}/attrs`, body: attributes };
    }
  }
}

function* updates(entities: number, moment: number): Generator<Provision> {
  for (let first = 0; first < entities; first += batchSize) {
    const body = Array.from({ length: Math.min(batchSize, entities - first) }, (_, index) => ({
      id: stationId(first + index),
      type: 'AirQualityObserved',
      NO2: measurement(moment),
    }));
    yield { path: 'entityOperations/upsert', body };
  }
}

/** Sends all of them, as many at once as there are connections, in their order. */
async function inTurn(pool: Pool, requests: Iterator<Provision>): Promise<void> {
  const sender = async (): Promise<void> => {
    for (let next = requests.next(); !next.done; next = requests.next()) await send(pool, next.value);
  };
  await Promise.all(Array.from({ length: connections }, sender));
}

async function send(pool: Pool, { path, body }: Provision): Promise<void> {
  const { statusCode, body: answer } = await pool.request({
    method: 'POST',
    path: `/ngsi-ld/v1/${path}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (statusCode > 204) throw new Error(`POST ${path} answers ${statusCode}: ${text.slice(0, 300)}`);
}
