import { Router } from 'express';
import { deviceKey } from '../registry/device-key.ts';
import type { ConfigApi } from './config-api.ts';
import { existingDevice } from './existing-device.ts';
import { presentLogEntry, presentRawMessage } from './present-message.ts';
import { highestLimit, wholeNumber } from './query.ts';

/** The newest messages of a device as they arrived, and its log. */
export function messageRoutes({ registry, ring, deviceLog }: ConfigApi): Router {
  const router = Router();
  router.get('/iot/devices/:id/uplinks', async (request, response) => {
    const { tenant, settings } = await existingDevice(registry, request);
    const limit = wholeNumber(request, 'limit', { default: 20, min: 1, max: highestLimit });
    const before = wholeNumber(request, 'before', {
      default: Number.MAX_SAFE_INTEGER,
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
    });
    const messages = ring.list(deviceKey(tenant, settings.device_id), { limit, before });
    response.json({ uplinks: messages.map(presentRawMessage) });
  });
  router.get('/iot/devices/:id/log', async (request, response) => {
    const { tenant, settings } = await existingDevice(registry, request);
    const entries = deviceLog.list(deviceKey(tenant, settings.device_id));
    response.json({ count: entries.length, log: entries.map(presentLogEntry) });
  });
  return router;
}
