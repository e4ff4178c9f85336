import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { runSize, showFigures, timeFor } from '../../support/fuzz/run-size.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { openStoreAt } from '../notifications/notifying-broker.ts';
import { fuzzEveryRoute } from './every-route/fuzz.ts';

const path = join(tempFolder(), 'carillon.db');
const size = runSize(3000);

it(
  `every route answers whatever comes (${size.requests} requests, PROPERTY_SEED=${size.seed})`,
  async () => {
    const figures = await fuzzEveryRoute({ ...size, openStore: (now) => openStoreAt(path, now) });
    expect(figures.requests).toBeGreaterThanOrEqual(size.requests);
    showFigures(figures);
  },
  timeFor(size),
);
