import { describe, expect, it } from '@jest/globals';
import { type Duplicates, duplicates, sightingOf } from '../../../iot-agent/delivery/duplicates.ts';
import type { DeviceEvent, Incoming } from '../../../iot-agent/measurement.ts';
import { laterSpoolMigrations, spoolMigrations } from '../../../iot-agent/spool/schema.ts';
import { type Database, openDatabase } from '../../../runtime/sqlite/open.ts';
import { measure, timeOf, uplink } from '../running-pipeline.ts';

const window = 600_000_000;

function openMemory(): Database {
  const db = openDatabase('sqlite::memory:');
  db.exec([...spoolMigrations, ...laterSpoolMigrations].join(''));
  return db;
}

/** One that has seen these. */
function having(seen: readonly Incoming[], db = openMemory()): Duplicates {
  const memory = duplicates(db, { size: 10, window });
  for (const incoming of seen) {
    const sightings = [sightingOf(incoming) ?? []].flat();
    memory.save(sightings);
    memory.remember(sightings);
  }
  return memory;
}

function isCopy(memory: Duplicates, incoming: Incoming): boolean {
  const sighting = sightingOf(incoming);
  return sighting !== undefined && memory.has(sighting);
}

function join(number: number, second: number): DeviceEvent {
  const { devEui, server } = uplink(number, second);
  return { kind: 'event', event: 'join', devEui, server, receivedAt: timeOf(second) };
}

describe('a copy of an uplink', () => {
  const one = uplink(1, 1, { deduplicationId: 'a' });

  it.each([
    ['came by another gateway a moment later', { rssi: -90, receivedAt: one.receivedAt + 400_000 }],
    ['came by another server', { server: 'chirpstack', deduplicationId: 'b' }],
    ['was sent again after less than the window', { receivedAt: one.receivedAt + window }],
  ] as const)('%s', (_why, overrides) => {
    expect(isCopy(having([one]), { ...one, ...overrides })).toBe(true);
  });

  it.each([
    ['came longer after it than the window', { receivedAt: one.receivedAt + window + 1 }],
    ['has other bytes', { bytes: Uint8Array.of(1) }],
    ['has another port', { fPort: 2 }],
    ['has another counter', { fCnt: 2 }],
    ['is of another device', { devEui: '70B3D57BA0000002' }],
  ] as const)('is nothing that %s', (_why, overrides) => {
    expect(isCopy(having([one]), { ...one, ...overrides })).toBe(false);
  });

  it('is none after the device has joined again, and its counter started anew', () => {
    const later = { ...one, receivedAt: timeOf(30) };
    expect(isCopy(having([one, join(1, 20)]), later)).toBe(false);
    expect(isCopy(having([join(1, 0), one]), later)).toBe(true);
    expect(isCopy(having([one, join(2, 20)]), later)).toBe(true);
    // The join came late.
    expect(isCopy(having([one, join(1, 40)]), later)).toBe(true);
  });

  it('is recognised within a batch', () => {
    const sighting = sightingOf(one);
    if (sighting === undefined) throw new Error('an uplink is something of its own');
    expect(having([]).has(sighting, new Map([[sighting.key, sighting.receivedAt]]))).toBe(true);
  });

  it('is not to be told from a measure, which may come twice with the same values', () => {
    expect(sightingOf(measure('k', 'd', { t: 1 }))).toBeUndefined();
  });
});

describe('the memory for duplicates', () => {
  it('holds the newest, also after a start, and forgets the oldest', () => {
    const db = openMemory();
    const seconds = Array.from({ length: 30 }, (_, index) => index + 1);
    const first = having(
      seconds.map((second) => uplink(1, second)),
      db,
    );
    const known = (memory: Duplicates): boolean[] =>
      [30, 21, 20].map((second) => isCopy(memory, uplink(1, second)));
    expect(known(first)).toEqual([true, true, false]);
    const [rows] = db.prepare<[number]>('SELECT COUNT(*) FROM seen').get() ?? [];
    expect(rows).toBeLessThanOrEqual(12);
    expect(known(duplicates(db, { size: 10, window }))).toEqual([true, true, false]);
    db.close();
  });
});
