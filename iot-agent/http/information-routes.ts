import { Router } from 'express';
import { version } from '../../runtime/version.ts';
import type { ConfigApi } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { presentModel, presentProblem } from './present.ts';
import { pageOf } from './query.ts';

/** What people ask the agent about itself: its version, its device models, what waits or was put aside and why. */
export function informationRoutes({ catalogue, spool }: ConfigApi): Router {
  const models = catalogue.list().map(presentModel);
  const router = Router();
  router.get('/iot/about', (request, response) => {
    const port = String(request.socket.localPort);
    response.json({ libVersion: version, version, port, baseRoot: '/' });
  });
  router.get('/iot/models', (_request, response) => {
    response.json({ count: models.length, models });
  });
  router.get('/iot/problems', (request, response) => {
    const { tenant } = ownerOf(request.headers);
    const { count, problems } = spool.problems({ tenant, ...pageOf(request) });
    response.json({ count, problems: problems.map(presentProblem) });
  });
  return router;
}
