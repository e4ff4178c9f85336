import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cellsOf } from '../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../broker/domain/geometry/geometry.ts';
import { defaultCoreVersion } from '../../../broker/jsonld/core-versions.ts';
import { openMongoStore } from '../../../broker/store/mongo/open.ts';
import { describeWith } from '../../support/describe-with.ts';
import { runSize, showFigures, timeFor } from '../../support/fuzz/run-size.ts';
import { dropDatabase, freshUrl } from '../store/mongo/fresh-database.ts';
import { fuzzEveryRoute } from './every-route/fuzz.ts';

describeWith('mongodb', () => {
  const size = runSize(500);
  let url: string;
  beforeAll(() => {
    url = freshUrl();
  });
  afterAll(() => dropDatabase(url));
  const openStore = (now: () => number) =>
    openMongoStore({
      url,
      now,
      cellsOf: (geometry) => cellsOf(geometry as unknown as Geometry),
      coreContextVersion: defaultCoreVersion,
    });

  it(
    `every route answers whatever comes (${size.requests} requests, PROPERTY_SEED=${size.seed})`,
    async () => {
      const figures = await fuzzEveryRoute({ ...size, openStore });
      expect(figures.requests).toBeGreaterThanOrEqual(size.requests);
      showFigures(figures);
    },
    timeFor(size),
  );
});
