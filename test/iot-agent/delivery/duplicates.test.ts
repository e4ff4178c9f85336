import { describe, expect, it } from '@jest/globals';
import { duplicateKey, duplicates } from '../../../iot-agent/delivery/duplicates.ts';
import { spoolSchema } from '../../../iot-agent/spool/schema.ts';
import { openDatabase } from '../../../runtime/sqlite/open.ts';
import { measure, uplink } from '../running-pipeline.ts';

function openMemory() {
  const db = openDatabase('sqlite::memory:');
  db.exec(spoolSchema);
  return db;
}

describe('the identity of an uplink', () => {
  it("is the network server's own id where it has one, else the time of reception", () => {
    const one = uplink(1, 1, { deduplicationId: 'a' });
    expect(duplicateKey({ ...one, receivedAt: 5 })).toBe(duplicateKey(one));
    expect(duplicateKey({ ...one, deduplicationId: 'b' })).not.toBe(duplicateKey(one));
    expect(duplicateKey(uplink(1, 1, { rssi: -90 }))).toBe(duplicateKey(uplink(1, 1)));
    // A counter starts again when a device joins anew.
    expect(duplicateKey(uplink(1, 1, { receivedAt: 9 }))).not.toBe(duplicateKey(uplink(1, 1)));
  });

  it('is unknown for measures, which may come twice with the same values', () => {
    expect(duplicateKey(measure('k', 'd', { t: 1 }))).toBeUndefined();
  });
});

describe('the memory for duplicates', () => {
  it('holds the newest, also after a start, and forgets the oldest', () => {
    const db = openMemory();
    const first = duplicates(db, 10);
    for (let at = 1; at <= 30; at++) {
      first.save([`k${at}`], at);
      first.remember([`k${at}`], at);
    }
    expect([first.has('k30'), first.has('k21'), first.has('k20')]).toEqual([true, true, false]);
    const [rows] = db.prepare<[number]>('SELECT COUNT(*) FROM seen').get() ?? [];
    expect(rows).toBeLessThanOrEqual(12);
    const second = duplicates(db, 10);
    expect([second.has('k30'), second.has('k21'), second.has('k20')]).toEqual([true, true, false]);
    db.close();
  });
});
