import { expect, it } from '@jest/globals';
import { duplicates, sightingOf } from '../../../iot-agent/delivery/duplicates.ts';
import { rawRing } from '../../../iot-agent/spool/raw-ring.ts';
import { laterSpoolMigrations, spoolMigrations } from '../../../iot-agent/spool/schema.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { groupCommit } from '../../../runtime/sqlite/group-commit.ts';
import { migrate } from '../../../runtime/sqlite/migrate.ts';
import { openDatabase } from '../../../runtime/sqlite/open.ts';
import { timeOf, uplink } from '../running-pipeline.ts';

it('a file of before messages lay in the order of arrival keeps them, and what was settled', () => {
  const db = openDatabase('sqlite::memory:');
  migrate(db, { format: 'spool', migrations: spoolMigrations });
  const sighting = sightingOf(uplink(1, 1));
  db.prepare('INSERT INTO seen VALUES (?, ?, ?)').run(
    sighting?.key ?? '',
    sighting?.receivedAt ?? 0,
    timeOf(2),
  );
  const body = JSON.stringify({ ...uplink(1, 1), bytes: '' });
  const keep = db.prepare("INSERT INTO raw VALUES (?, ?, 'lorawan', ?, ?, 'sent', NULL, 'c', ?)");
  for (const [device, seq] of [
    ['b', 1],
    ['a', 3],
    ['b', 2],
  ] as const)
    keep.run(device, seq, timeOf(seq), timeOf(seq), body);
  migrate(db, { format: 'spool', migrations: [...spoolMigrations, ...laterSpoolMigrations] });
  const ring = rawRing({ db, group: groupCommit(db), clock: fakeClock(0), keep: 9, keepAge: 1 });
  expect(ring.list('b', { limit: 9 }).map(({ seq }) => seq)).toEqual([2, 1]);
  expect(ring.list('a', { limit: 9 })).toMatchObject([{ seq: 3, observedAt: timeOf(3), result: 'sent' }]);
  expect(duplicates(db, { size: 9, window: 1 }).has(sighting ?? never())).toBe(true);
  db.close();
});

function never(): never {
  throw new Error('an uplink has a sighting');
}
