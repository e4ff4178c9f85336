import { afterEach, expect, it } from '@jest/globals';
import { sessionFilterSchema, sessionFilters } from '../../../iot-agent/spool/session-filters.ts';
import { groupCommit } from '../../../runtime/sqlite/group-commit.ts';
import { openDatabase } from '../../../runtime/sqlite/open.ts';

const db = openDatabase('sqlite::memory:');
db.exec(sessionFilterSchema);
const group = groupCommit(db);
afterEach(() => db.exec('DELETE FROM session_filter'));

it('knows after a restart what each session has subscribed to', async () => {
  const before = sessionFilters(db, group);
  await before.note('agent-1\nmqtt://a', ['x/+', 'y/#']);
  await before.note('agent-1\nmqtt://b', ['z']);
  await before.note('agent-1\nmqtt://b', ['z', 'w']);
  const after = sessionFilters(db, group);
  expect(after.of('agent-1\nmqtt://a')).toEqual(['x/+', 'y/#']);
  expect(after.of('agent-1\nmqtt://b')).toEqual(['z', 'w']);
  expect(after.of('agent-2\nmqtt://a')).toEqual([]);
});

it('forgets a session that has ended, and keeps no login that its URL holds', async () => {
  const filters = sessionFilters(db, group);
  const session = 'agent-1\nmqtt://user:bell@broker';
  await filters.note(session, ['x']);
  const kept = db.prepare<[string, string]>('SELECT session, filters FROM session_filter').all();
  expect(kept).toHaveLength(1);
  expect(JSON.stringify(kept)).not.toContain('bell');
  await filters.note(session, []);
  expect(filters.of(session)).toEqual([]);
});
