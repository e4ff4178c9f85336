import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { exportDevices } from '../provisioning/export-devices.ts';
import type { ConfigApi } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { oneOf } from './query.ts';

/** `GET /iot/devices?format=csv`: all devices of the tenant as a file that `POST /iot/import` takes again. */
export function exportRoutes({ registry }: Pick<ConfigApi, 'registry'>): Router {
  const router = Router();
  router.get('/iot/devices', async (request: Request, response: Response, next: NextFunction) => {
    if (oneOf(request, 'format', ['json', 'csv']) === 'json') return next();
    const { tenant } = ownerOf(request.headers);
    response.type('text/csv').attachment('devices.csv');
    await sent(
      response,
      exportDevices(() => registry.everyDevice(tenant)),
    );
  });
  return router;
}

/** A reader who goes away is no fault of ours. */
async function sent(response: Response, lines: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(lines), response);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
