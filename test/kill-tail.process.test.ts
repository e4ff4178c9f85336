import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { openDatabase } from '../runtime/sqlite/open.ts';
import { startBroker } from './support/built-programs.ts';
import { freePort } from './support/free-port.ts';
import { until } from './support/notifications.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();

afterEach(killSpawned);

/** More by hand: `KILL_ROUNDS=50 npm run jest -- test/kill-tail`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3);
const writers = 4;
/** Of each writer: changed in one request, again and again. */
const lamps = 60;
/** So many changes stand together before they are put in order, of which kills are to come in the middle. */
const many = 16_000;

interface Load {
  /** Changes that were acknowledged. */
  changes(): number;
  /** Ends it; gives the last value that each writer was told is kept. */
  stop(): Promise<readonly number[]>;
}

/** Writers that set the level of their lamps to 1, 2, 3 and so on; what was not acknowledged is sent again. */
function startLoad(origin: string): Load {
  const kept = Array.from({ length: writers }, () => 0);
  let isStopped = false;
  const write = async (writer: number): Promise<void> => {
    while (!isStopped) {
      const level = (kept[writer] ?? 0) + 1;
      const isKept = await upsert(origin, writer, level).catch(() => false);
      if (isKept) kept[writer] = level;
      else await delay(20);
    }
  };
  const all = kept.map((_, writer) => write(writer));
  return {
    changes: () => kept.reduce((sum, level) => sum + level * lamps, 0),
    stop: async () => {
      isStopped = true;
      await Promise.all(all);
      return kept;
    },
  };
}

function idOf(writer: number, lamp: number): string {
  return `urn:ngsi-ld:Lamp:${writer}-${lamp}`;
}

async function upsert(origin: string, writer: number, level: number): Promise<boolean> {
  const entities = Array.from({ length: lamps }, (_, lamp) => ({
    id: idOf(writer, lamp),
    type: 'Lamp',
    level,
  }));
  const response = await fetch(`${origin}/ngsi-ld/v1/entityOperations/upsert?options=update`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(entities),
  });
  await response.arrayBuffer();
  return response.ok;
}

async function levelsOf(origin: string, id: string): Promise<readonly number[]> {
  const path = `/ngsi-ld/v1/temporal/entities/${id}?timeproperty=modifiedAt&format=temporalValues`;
  const body = (await (await fetch(origin + path)).json()) as {
    level: { values: readonly (readonly [number, string])[] };
  };
  return body.level.values.map(([level]) => level);
}

/** Instances of the file, and how many different ones they are. */
function storedInstances(path: string): readonly number[] {
  const database = openDatabase(`sqlite:${path}`);
  const row = database
    .prepare<[number, number]>(`WITH body (body) AS (
        SELECT body FROM history_chunk UNION ALL SELECT body FROM history_log
        UNION ALL SELECT body FROM history_tail AS t WHERE NOT EXISTS (
          SELECT 1 FROM history_move AS m WHERE t.no <= m.up_to AND t.entity <= m.entity))
      SELECT count(*), count(DISTINCT i.value ->> 0) FROM body, json_each(body.body) AS i`)
    .get();
  database.close();
  return row ?? [];
}

it(
  `kill -9 of the broker while the newest history is put in order: all that was acknowledged is there, once, ${rounds} times`,
  async () => {
    const port = await freePort();
    const env = { TEMPORAL_PAGE_SIZE: '100000', LOG_LEVEL: 'warn' };
    let broker = await startBroker(folder, { port, env });
    const load = startLoad(broker.origin);
    for (let round = 0; round < rounds; round += 1) {
      const before = load.changes();
      await until(() => load.changes() > before + many);
      await delay(Math.random() * 300);
      await broker.kill();
      broker = await startBroker(folder, { port, env });
    }
    const kept = await load.stop();
    for (const [writer, last] of kept.entries()) {
      for (let lamp = 0; lamp < lamps; lamp += 1) {
        const levels = await levelsOf(broker.origin, idOf(writer, lamp));
        // A value that was written but not acknowledged is written again, which changes nothing.
        expect(levels.slice(0, last)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
        expect(levels.length - last).toBeLessThanOrEqual(1);
      }
    }
    await broker.stop();
    const [stored, different] = storedInstances(join(folder, 'carillon.db'));
    expect(stored).toBe(different);
    expect(stored).toBeGreaterThanOrEqual(load.changes());
    process.stderr.write(`${rounds} kills, ${load.changes()} changes, ${stored} instances, none twice\n`);
  },
  600_000 + rounds * 60_000,
);
