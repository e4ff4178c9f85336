import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { tempFolder } from '../../support/temp-folder.ts';
import { fuzzEveryRoute } from './every-route/fuzz.ts';

const folder = tempFolder();
/** EVERY_ROUTE_REQUESTS and EVERY_ROUTE_SEED make a run longer, or the same again. */
const requests = Number(process.env['EVERY_ROUTE_REQUESTS'] ?? 3000);
const seed = Number(process.env['EVERY_ROUTE_SEED'] ?? Date.now() % 2 ** 31);

it(
  `every route answers whatever comes, over SQLite (${requests} requests, EVERY_ROUTE_SEED=${seed})`,
  async () => {
    const path = join(folder, 'carillon.db');
    const figures = await fuzzEveryRoute({ requests, seed, path });
    expect(figures.requests).toBeGreaterThan(requests / 2);
    if (process.env['EVERY_ROUTE_FIGURES']) console.info(JSON.stringify(figures, null, 1));
  },
  30_000 + requests * 50,
);
