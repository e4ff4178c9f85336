import { type Request, type Response, Router } from 'express';
import { changedMeanwhile } from '../registry/clashes.ts';
import { deviceKey } from '../registry/device-key.ts';
import type { DeviceRecord } from '../registry/registry.ts';
import type { DeviceSettings } from '../registry/settings.ts';
import { untilUnchanged } from '../registry/until-unchanged.ts';
import { checkSettings } from './check-settings.ts';
import type { ConfigApi } from './config-api.ts';
import { deviceParser } from './device-parser.ts';
import { warningsOf } from './device-routes.ts';
import { etagOf, refuseStale } from './etag.ts';
import { existingDevice } from './existing-device.ts';
import { listIn } from './list-in-body.ts';
import { ownerOf } from './owner.ts';
import { patchIn } from './patch-in-body.ts';
import { Refusal } from './refusal.ts';
import { refuseFixed } from './refuse-fixed.ts';
import { keysOf } from './waiting-keys.ts';
import { warnIn } from './warnings.ts';

/** Changes and removals of devices; each honours `If-Match`. */
export function deviceChangeRoutes(api: ConfigApi): Router {
  const router = Router();
  router.put('/iot/devices/:id', async (request, response) => {
    const change = checkSettings<Partial<DeviceSettings>>('deviceChange', request.body, 'the body');
    // Members of the body take the place of the record's, the others stay.
    await changeDevice(api, request, response, (settings) => ({ ...settings, ...change }));
  });
  router.patch('/iot/devices/:id', async (request, response) => {
    await changeDevice(api, request, response, patchIn(request));
  });
  router.delete('/iot/devices/:id', async (request, response) => {
    const record = await untilUnchanged(async () => {
      const found = await existingDevice(api.registry, request);
      const about = `device ${found.settings.device_id}`;
      refuseStale(request, found, about);
      if (await api.registry.removeDevice(found.tenant, found.settings.device_id, found)) return found;
      throw changedMeanwhile(about);
    });
    await forgetDevices(api, [record]);
    response.status(204).end();
  });
  router.post('/iot/op/delete', async (request, response) => {
    await removeListed(api, request);
    response.status(204).end();
  });
  return router;
}

async function changeDevice(
  api: ConfigApi,
  request: Request,
  response: Response,
  change: (settings: DeviceRecord['settings']) => { readonly [name: string]: unknown },
): Promise<void> {
  const parsed = await untilUnchanged(async () => {
    const before = await existingDevice(api.registry, request);
    refuseStale(request, before, `device ${before.settings.device_id}`);
    const settings = change(before.settings);
    refuseFixed(before.settings, settings);
    const after = await deviceParser(api)({ settings, owner: before, at: 'the device' });
    await api.registry.replaceDevice(after.record, before);
    return after;
  });
  const fits = keysOf([parsed.record.settings]);
  api.changed((key) => fits(key));
  warnIn(response, await warningsOf(api, [parsed]));
  response.set('ETag', etagOf(parsed.record)).status(204).end();
}

/** FIWARE's batch: those that are there are removed, also when others are not, which the 404 names. */
async function removeListed(api: ConfigApi, request: Request): Promise<void> {
  const { tenant } = ownerOf(request.headers);
  const wanted = listIn(request, ['devices']).map((value, index) => {
    const entry = checkSettings<ListedDevice>('listedDevice', value, `devices[${index}]`);
    return { id: entry.deviceId ?? entry.device_id ?? '', apikey: entry.apikey || undefined };
  });
  const found = await api.registry.devicesById(
    tenant,
    wanted.map(({ id }) => id),
  );
  const byId = new Map(found.map((record) => [record.settings.device_id, record]));
  const isThere = ({
    id,
    apikey,
  }: {
    readonly id: string;
    readonly apikey?: string | undefined;
  }): boolean => {
    const record = byId.get(id);
    // Without an apikey of its own, it is a member of any group of its tenant.
    return record !== undefined && (apikey ?? record.settings.apikey) === (record.settings.apikey ?? apikey);
  };
  const ids = new Set(wanted.filter(isThere).map(({ id }) => id));
  for (const some of inPieces([...ids]))
    await Promise.all(some.map((id) => api.registry.removeDevice(tenant, id)));
  await forgetDevices(
    api,
    found.filter(({ settings }) => ids.has(settings.device_id)),
  );
  const missing = wanted.filter((one) => !isThere(one)).map(({ id }) => id);
  if (missing.length === 0) return;
  throw new Refusal(
    'DEVICE_NOT_FOUND',
    `${ids.size} of ${wanted.length} devices were deleted. No device was found with id: ${missing.slice(0, 20).join(', ')}`,
  );
}

/** Devices that are removed in one transaction, so that other work comes between. */
const removedAtOnce = 250;

function inPieces(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / removedAtOnce);
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * removedAtOnce, (index + 1) * removedAtOnce),
  );
}

/** A device of FIWARE's batch, whose API writes `deviceId` here. */
interface ListedDevice {
  readonly deviceId?: string;
  readonly device_id?: string;
  readonly apikey?: string;
}

/** Drops what the agent keeps of devices that were removed, once nothing more is added to it. */
async function forgetDevices(api: ConfigApi, records: readonly DeviceRecord[]): Promise<void> {
  if (records.length > 0) api.changed(() => false);
  await api.forgetDevices(records.map(({ tenant, settings }) => deviceKey(tenant, settings.device_id)));
  const fits = keysOf(records.map(({ settings }) => settings));
  const tenants = new Set(records.map(({ tenant }) => tenant));
  for (const { key, tenant: owner } of api.spool.problemsOf(fits))
    if (owner !== undefined && tenants.has(owner)) await api.spool.forget(key);
}
