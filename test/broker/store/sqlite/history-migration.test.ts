import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import { brokerSchema } from '../../../../broker/store/sqlite/schema.ts';
import type { HistoryEntity, HistoryInstance, HistoryPage } from '../../../../broker/store/temporal-store.ts';
import { migrate } from '../../../../runtime/sqlite/migrate.ts';
import { openDatabase } from '../../../../runtime/sqlite/open.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { LEVEL, property } from '../contract/entities.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const entity: HistoryEntity = { id: ID, types: ['urn:T'], scopes: [], createdAt: 1, modifiedAt: 1 };
/** Chunks from before: their ends told of those instances alone that had the time, all there are for one that none had. */
const chunks = [
  { ends: [20, 30], times: [20, 30] },
  { ends: [10, 40], times: [10, undefined, 40] },
  { ends: [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], times: [undefined] },
];

describe('a file from before histories were read in pages', () => {
  const folder = tempFolder();

  /** The text of a chunk: a time that an instance lacks may be one of its sub-Attribute's text all the same. */
  function bodyOf(times: readonly (number | undefined)[]): string {
    return JSON.stringify(
      times.map((observedAt, n) => [
        `${observedAt ?? 'none'}-${n}`,
        1,
        property(observedAt ?? 0, 5, { observedAt: observedAt ?? 99 }),
        ...(observedAt === undefined
          ? [{ createdAt: 5, modifiedAt: 5, observedAt: null, datasetId: null }]
          : []),
      ]),
    );
  }

  function makeOld(path: string): void {
    const paged = brokerSchema.migrations.findIndex((migration) =>
      migration.includes('observed_from, observed_to)'),
    );
    const database = openDatabase(`sqlite:${path}`);
    migrate(database, { ...brokerSchema, migrations: brokerSchema.migrations.slice(0, paged) });
    database.exec(`INSERT INTO name VALUES (1, '${LEVEL}');
      INSERT INTO history_entity VALUES (1, 1, '${ID}', 1, 0, 0, '${JSON.stringify(entity)}')`);
    const insert = database.prepare(`INSERT INTO history_chunk
      VALUES (NULL, 1, 1, ?, ?, 5, 5, 5, 5, ${Number.MAX_SAFE_INTEGER}, ${Number.MIN_SAFE_INTEGER}, ?)`);
    for (const { ends, times } of chunks) insert.run(...ends, bodyOf(times));
    database.close();
  }

  const timesOf = ({ instances }: HistoryPage) =>
    instances.get(LEVEL)?.map(({ observedAt }: HistoryInstance) => observedAt);

  it('gives them from both ends, what has no time first or last', async () => {
    const path = join(folder, 'old.db');
    makeOld(path);
    const store = openSqliteStore({
      path,
      now: () => 1,
      cellsOf: () => [],
      coreContextVersion: '1.9',
      historyOf: toHistory,
    });
    const { temporal } = store.of('');
    const read = async (query: object) =>
      timesOf(await temporal.instances(ID, { timeproperty: 'observedAt', ...query }));
    expect(await read({ limit: 3 })).toEqual([undefined, undefined, 10]);
    expect(await read({ lastN: 9, limit: 3 })).toEqual([40, 30, 20]);
    expect(await read({ from: 0 })).toEqual([10, 20, 30, 40]);
    expect(await read({ lastN: 9 })).toEqual([40, 30, 20, 10, undefined, undefined]);
    expect(await read({ timeproperty: 'deletedAt', from: 0 })).toBeUndefined();
    expect(await temporal.getEntity(ID)).toEqual(entity);
    await store.close();
  });
});

describe('a file from before histories were queried', () => {
  const folder = tempFolder();

  it('finds its Entities by their types, those that clients added too', async () => {
    const path = join(folder, 'old.db');
    const queried = brokerSchema.migrations.findIndex((migration) => migration.includes('history_type'));
    const database = openDatabase(`sqlite:${path}`);
    migrate(database, { ...brokerSchema, migrations: brokerSchema.migrations.slice(0, queried) });
    const insert = database.prepare(`INSERT INTO history_entity
      (tenant, id, changed_at, log_rows, log_size, body, added_types) VALUES (1, ?, 1, 0, 0, ?, ?)`);
    const known = (n: number, types: readonly string[]) => ({
      ...entity,
      id: `urn:ngsi-ld:Lamp:${n}`,
      types,
    });
    const put = (one: HistoryEntity, added: readonly string[]) =>
      insert.run(one.id, JSON.stringify(one), JSON.stringify(added));
    put(known(1, ['urn:T']), []);
    put(known(2, ['urn:U', 'urn:T']), ['urn:added', 'urn:U']);
    database.close();

    const store = openSqliteStore({
      path,
      now: () => 1,
      cellsOf: () => [],
      coreContextVersion: '1.9',
      historyOf: toHistory,
    });
    const found = async (...types: string[]) =>
      (await store.of('').temporal.candidates({ types, limit: 9 })).entities;
    const second = known(2, ['urn:U', 'urn:T', 'urn:added']);
    expect(await found('urn:T')).toEqual([known(1, ['urn:T']), second]);
    expect(await found('urn:added')).toEqual([second]);
    expect(await found('urn:U', 'urn:added')).toEqual([second]);
    expect(await found('urn:none')).toEqual([]);
    await store.close();
  });
});
