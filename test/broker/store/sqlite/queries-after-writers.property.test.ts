import { expect } from '@jest/globals';
import { cellsOf } from '../../../../broker/domain/geo-cells.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { storeOn } from '../../../../broker/store/sqlite/open.ts';
import { openDatabase } from '../../../../runtime/sqlite/open.ts';
import { eventually } from '../../../support/eventually.ts';
import { queriesAfterWriters } from '../contract/queries-after-writers.ts';

queriesAfterWriters(async (now) => {
  const database = openDatabase('sqlite::memory:');
  const store = storeOn(database, {
    now,
    cellsOf,
    coreContextVersion: '1.9',
    historyOf: toHistory,
    cacheSize: 50_000,
    pause: () => new Promise(setImmediate),
  });
  const builtTo = database.prepare<[number]>('SELECT built_to FROM value_index');
  return {
    stores: [store],
    untilIndexed: (least) =>
      eventually(() => {
        const all = builtTo.all().map(([place]) => place);
        expect(all.length).toBeGreaterThanOrEqual(least);
        expect(all.every((place) => place === Number.MAX_SAFE_INTEGER)).toBe(true);
      }),
    dispose: () => store.close(),
  };
}, 300);
