import { describe, expect, it } from '@jest/globals';
import type { Micros } from '../../../../broker/domain/entity.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { storeOn } from '../../../../broker/store/sqlite/open.ts';
import { openDatabase } from '../../../../runtime/sqlite/open.ts';
import { creating, deleting } from '../contract/entities.ts';

const START: Micros = 1_800_000_000_000_000;
const SECOND: Micros = 1_000_000;
const DAY: Micros = 24 * 3600 * SECOND;

function setUp() {
  const clock = { time: START };
  const database = openDatabase('sqlite::memory:');
  const store = storeOn(database, {
    now: () => clock.time,
    cellsOf: () => [],
    coreContextVersion: '1.9',
    historyOf: toHistory,
  });
  const ids = database.prepare<[string]>('SELECT id FROM tombstone ORDER BY id');
  /** A write, more than a second after the one before. */
  const write = async (id: string) => {
    clock.time += 2 * SECOND;
    await store.of('').change(id, creating(id));
  };
  return { clock, database, store, write, tombstones: () => ids.all().map(([id]) => id) };
}

describe('tombstones', () => {
  it('go with later writes once they are older than a clock may go back', async () => {
    const { clock, store, write, tombstones } = setUp();
    for (const [id, age] of [
      ['urn:x:old', 31 * DAY],
      ['urn:x:young', 29 * DAY],
    ] as const) {
      clock.time = START - age;
      await store.of('').change(id, creating(id));
      await store.of('').change(id, deleting());
    }
    expect(tombstones()).toEqual(['urn:x:old', 'urn:x:young']);
    clock.time = START;
    await write('urn:x:1');
    expect(tombstones()).toEqual(['urn:x:young']);
    await store.close();
  });

  it('are swept in slices, round and round, so that no write waits for many', async () => {
    const { database, store, write, tombstones } = setUp();
    await write('urn:x:first');
    await store.of('').change('urn:x:first', deleting());
    const insert = database.prepare('INSERT INTO tombstone (tenant, id, at) VALUES (1, ?, 1)');
    for (let no = 1000; no < 2000; no++) insert.run(`urn:y:${no}`);
    const counts: number[] = [];
    for (let round = 0; round < 4; round++) {
      await write(`urn:z:${round}`);
      counts.push(tombstones().length);
    }
    expect(counts).toEqual([702, 402, 102, 1]);
    insert.run('urn:y:again');
    await write('urn:z:last');
    expect(tombstones()).toEqual(['urn:x:first']);
    await store.close();
  });
});
