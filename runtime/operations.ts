import { Router } from 'express';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';
import { version } from './version.ts';

/**
 * What operators ask a program: `/health/live` or `/health` (the process answers), `/health/ready` or `/ready` (200, or 503 with
 * the checks that fail), `/metrics` (Prometheus) and `/version`. Mount it at the root of an Express app.
 */
export function operations({
  name,
  health,
  metrics,
}: {
  readonly name: string;
  readonly health: Health;
  readonly metrics: Metrics;
}): Router {
  const router = Router();
  router.get(['/health/live', '/health'], (_request, response) => {
    response.json({ live: true });
  });
  router.get(['/health/ready', '/ready'], async (_request, response) => {
    const readiness = await health.ready();
    if (!readiness.ready) response.set('Retry-After', '1');
    response
      .status(readiness.ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(readiness);
  });
  router.get('/metrics', async (_request, response) => {
    response.set('Content-Type', metrics.contentType).send(await metrics.text());
  });
  router.get('/version', (_request, response) => {
    response.json({ name, version, node: process.version });
  });
  return router;
}
