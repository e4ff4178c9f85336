import { expect } from '@jest/globals';
import { cellsOf } from '../../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../../broker/domain/geometry/geometry.ts';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import type { ValueCatalog } from '../../../../broker/store/mongo/value-catalog.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { eventually } from '../../../support/eventually.ts';
import { queriesAfterWriters } from '../contract/queries-after-writers.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

describeWith('mongodb', () => {
  queriesAfterWriters(async (now) => {
    const url = freshUrl();
    const open = () =>
      openMongoStore({
        url,
        now,
        cellsOf: (geometry) => cellsOf(geometry as unknown as Geometry),
        coreContextVersion: 'v1.9',
      });
    const stores = [await open(), await open()] as const;
    return {
      stores,
      untilIndexed: (least) =>
        eventually(async () => {
          const catalogs = await stores[0].documents.list('value-indexes-1');
          const all = catalogs.flatMap(({ body }) => (body as unknown as ValueCatalog).indexes);
          expect(all.length).toBeGreaterThanOrEqual(least);
          expect(all.every(({ isReady }) => isReady)).toBe(true);
        }),
      dispose: async () => {
        await Promise.all(stores.map((store) => store.close()));
        await dropDatabase(url);
      },
    };
  }, 100);
});
