import { Router } from 'express';
import { listPresets } from '../mapping/presets.ts';
import { parameter } from './query.ts';

/** The quantities that an attribute can be configured as: `?type=` lists those that Entities of the type have room for. */
export function presetRoutes(): Router {
  const router = Router();
  router.get('/iot/presets', (request, response) => {
    const presets = listPresets(parameter(request, 'type'));
    response.json({ count: presets.length, presets });
  });
  return router;
}
