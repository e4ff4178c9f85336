import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import { brokerSchema } from '../../../../broker/store/sqlite/schema.ts';
import { migrate } from '../../../../runtime/sqlite/migrate.ts';
import { openDatabase } from '../../../../runtime/sqlite/open.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const folder = tempFolder();

it('dead letters of a file from before their time was kept are as old as their notifications', async () => {
  const path = join(folder, 'old.db');
  const dated = brokerSchema.migrations.findIndex((migration) => migration.includes('dead_at'));
  const database = openDatabase(`sqlite:${path}`);
  migrate(database, { ...brokerSchema, migrations: brokerSchema.migrations.slice(0, dated) });
  database.exec(`
    INSERT INTO queue (no, tenant, subscription) VALUES (1, '', 'urn:s:1');
    INSERT INTO notified (no, facts) VALUES (1, '{}');
    INSERT INTO delivery (queue, state, place, id, entity_id, at, attempts, due_at, notified) VALUES
      (1, 0, '1', 'waiting', 'urn:x:1', 100, 0, 100, 1),
      (1, 2, '2', 'older', 'urn:x:1', 200, 1, 200, 1),
      (1, 2, '3', 'newer', 'urn:x:1', 300, 1, 300, 1)`);
  database.close();
  const { outbox, close } = openSqliteStore({
    path,
    now: () => 1000,
    cellsOf: () => [],
    coreContextVersion: 'v1.9',
    historyOf: toHistory,
  });
  expect(await outbox.forgetDeadLetters('', 'urn:s:1', { since: 300, most: 10 })).toBe(false);
  expect((await outbox.dead.list('', 'urn:s:1', { limit: 10 })).map(({ id }) => id)).toEqual(['newer']);
  expect((await outbox.deliveries('', 'urn:s:1', 10)).map(({ id }) => id)).toEqual(['waiting']);
  await close();
});
