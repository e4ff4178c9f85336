import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Entity } from '../../../../broker/domain/entity.ts';
import { foldRecords } from '../../../../broker/notifications/fold-records.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import type { Decision } from '../../../../broker/store/store.ts';
import { type Database, openDatabase } from '../../../../runtime/sqlite/open.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { creating, LEVEL, setting } from '../contract/entities.ts';

const ID = 'urn:ngsi-ld:Lamp:1';

/** What waited for the relay of a change that notified nobody; the state after it where everything was created. */
interface Left {
  readonly facts: { readonly kind: string; readonly at: number; readonly [fact: string]: unknown };
  readonly entity?: Entity;
}

function leaveRecord(database: Database, stamp: number, { facts, entity }: Left): void {
  const text = JSON.stringify({ typesChanged: false, scopesChanged: false, ...facts });
  database
    .prepare('INSERT INTO record (stamp, tenant, entity_id, facts, entity) VALUES (?, 1, ?, ?, ?)')
    .run(stamp, ID, text, entity === undefined ? null : JSON.stringify(entity));
}

/** The same change, of which nothing goes into the history. */
function unrecorded<T>(decide: (current: Entity | undefined, now: number) => Decision<T>): typeof decide {
  return (current, now) => ({ ...decide(current, now), isHistory: false });
}

describe('a file from before changes wrote their history themselves', () => {
  const folder = tempFolder();

  it('has what waited for the relay once, and what comes then behind it, whatever comes first', async () => {
    const path = join(folder, 'old.db');
    const options = {
      path,
      now: () => 100,
      cellsOf: () => [],
      coreContextVersion: '1.9',
      historyOf: toHistory,
    };
    const before = openSqliteStore(options);
    const made = await before.of('').change(ID, unrecorded(creating(ID)));
    const set = await before.of('').change(ID, unrecorded(setting(() => 1)));
    await before.close();
    const database = openDatabase(`sqlite:${path}`);
    const bare = { ...set, attributes: {} };
    const attributes = [{ attribute: LEVEL, kind: 'updated', after: set.attributes[LEVEL]?.[0] }];
    leaveRecord(database, 1, { facts: { kind: 'created', at: made.createdAt }, entity: made });
    leaveRecord(database, 2, {
      facts: { kind: 'updated', at: set.modifiedAt, attributes, entity: bare, before: bare },
    });
    database.close();

    const store = openSqliteStore(options);
    const { outbox } = store;
    store.setDrain(async (tenant, entityId) => {
      const records = await outbox.pending(10, { tenant, entityId });
      await outbox.fold(records, foldRecords(records));
    });
    const last = await store.of('').change(
      ID,
      setting(() => 2),
    );
    const { temporal } = store.of('');
    for (let time = 0; time < 2; time += 1) {
      const { instances } = await temporal.instances(ID, { timeproperty: 'modifiedAt' });
      const levels = instances.get(LEVEL)?.map(({ attributeInstance: { value } }) => value);
      expect(levels).toEqual([0, 1, 2]);
    }
    expect(await temporal.getEntity(ID)).toMatchObject({ types: made.types, modifiedAt: last.modifiedAt });
    expect(await outbox.pending(10)).toEqual([]);
    await store.close();
  });
});
