import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { exportDevices, type Pages } from '../provisioning/export-devices.ts';
import type { Registry } from '../registry/registry.ts';
import type { ConfigApi } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { oneOf } from './query.ts';

/** `GET /iot/devices?format=csv`: all devices of the tenant as a file that `POST /iot/import` takes again. */
export function exportRoutes({ registry }: Pick<ConfigApi, 'registry'>): Router {
  const router = Router();
  router.get('/iot/devices', async (request: Request, response: Response, next: NextFunction) => {
    if (oneOf(request, 'format', ['json', 'csv']) === 'json') return next();
    const pages = pagesOf(registry, ownerOf(request.headers).tenant);
    response.type('text/csv').attachment('devices.csv');
    await sent(response, exportDevices(pages));
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

const pageSize = 1000;

function pagesOf(registry: Pick<Registry, 'devices'>, tenant: string): Pages {
  return async function* pages() {
    for (let offset = 0; ; offset += pageSize) {
      const { records } = await registry.devices(tenant, { limit: pageSize, offset });
      if (records.length > 0) yield records;
      if (records.length < pageSize) return;
    }
  };
}
