import { type Request, type Response, Router } from 'express';
import { namingOf } from '../provisioning/newcomers.ts';
import { type PendingDevice, pendingStates } from '../registry/pending-device.ts';
import { isOfStrangers } from '../spool/causes.ts';
import type { ConfigApi } from './config-api.ts';
import { deviceParser } from './device-parser.ts';
import { announceDevices, warningsOf } from './device-routes.ts';
import { existingDevice } from './existing-device.ts';
import { ownerOf } from './owner.ts';
import { applied } from './patch-in-body.ts';
import { presentDevice, presentPending } from './present.ts';
import { pageOf, parameter } from './query.ts';
import { Refusal } from './refusal.ts';
import { warnIn } from './warnings.ts';

/** Devices that send and wait for approval: to be mounted before those that are registered. */
export function pendingRoutes(api: ConfigApi): Router {
  const router = Router();
  router.get('/iot/devices', async (request, response, next) => {
    const text = parameter(request, 'state');
    if (text === undefined || text === 'registered') return next();
    const state = pendingStates.find((name) => name === text);
    if (state === undefined)
      throw new Refusal(
        'WRONG_SYNTAX',
        `The parameter state must be registered, ${pendingStates.join(' or ')}`,
      );
    const page = pageOf(request);
    const { tenant } = ownerOf(request.headers);
    const { count, records } = await api.registry.pendingDevices(tenant, state, page);
    response.json({ count, devices: records.map((record) => presented(api, record)) });
  });
  router.get('/iot/devices/:id', async (request, response, next) => {
    const record = await unregistered(api, request);
    if (record === undefined) return next();
    response.json(presented(api, record));
  });
  router.delete('/iot/devices/:id', async (request, response, next) => {
    const record = await unregistered(api, request);
    if (record === undefined) return next();
    // Its next uplink makes it wait again.
    await api.registry.removePending(record.key);
    await api.spool.forget(record.key);
    api.changed(() => false);
    response.status(204).end();
  });
  router.post('/iot/devices/:id/approve', (request, response) => approve(api, request, response));
  router.post('/iot/devices/:id/reject', async (request, response) => {
    const { key } = await existingPending(api, request);
    await api.registry.setPendingState(key, 'rejected');
    api.changed(() => false);
    await api.spool.forget(key);
    response.status(204).end();
  });
  return router;
}

/** The body completes or changes the settings, as a merge patch. */
async function approve(api: ConfigApi, request: Request, response: Response): Promise<void> {
  const pending = await existingPending(api, request);
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal('WRONG_SYNTAX', 'The body must be empty, or an object with the settings that change');
  const settings = applied(pending.settings, body);
  const nameOf = namingOf(pending);
  const draft = { settings, owner: pending, at: 'the device' };
  const parsed = await deviceParser(api)({ ...draft, ...(nameOf === undefined ? {} : { nameOf }) });
  await api.registry.addDevices([parsed.record]);
  await api.registry.removePending(pending.key);
  announceDevices(api, [parsed]);
  // Also what came under the identity that it had until now.
  api.changed((key, cause) => key === pending.key && isOfStrangers(cause));
  const warnings = await warningsOf(api, [parsed]);
  warnIn(response, warnings);
  response
    .status(201)
    .json({ ...presentDevice(parsed.record), ...(warnings.length === 0 ? {} : { warnings }) });
}

async function existingPending({ registry }: ConfigApi, request: Request): Promise<PendingDevice> {
  const { tenant } = ownerOf(request.headers);
  const id = String(request.params['id']);
  const record = await registry.pendingDevice(tenant, id);
  if (record !== undefined) return record;
  const isRegistered = await existingDevice(registry, request).then(
    () => ', and is registered',
    () => '',
  );
  throw new Refusal(
    'DEVICE_NOT_FOUND',
    `No device with the id ${id} waits for approval${isRegistered}. GET /iot/devices?state=pending lists those of this tenant`,
  );
}

/** One that waits, unless a device of that id is registered. */
async function unregistered({ registry }: ConfigApi, request: Request): Promise<PendingDevice | undefined> {
  const { tenant } = ownerOf(request.headers);
  const id = String(request.params['id']);
  if ((await registry.device(tenant, id)) !== undefined) return undefined;
  return registry.pendingDevice(tenant, id);
}

function presented({ spool }: ConfigApi, record: PendingDevice): object {
  return presentPending(
    record,
    spool.problemsOf((key) => key === record.key),
  );
}
