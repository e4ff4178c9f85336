import { type Request, type Response, Router } from 'express';
import type { DeviceRecord, GroupRecord, Registry } from '../registry/registry.ts';
import type { DeviceSettings } from '../registry/settings.ts';
import type { Problem } from '../spool/spool.ts';
import { checkSettings } from './check-settings.ts';
import type { ConfigApi } from './config-api.ts';
import { existingDevice } from './existing-device.ts';
import { listIn } from './list-in-body.ts';
import { ownerOf } from './owner.ts';
import { parseDevice } from './parse-device.ts';
import { presentDevice } from './present.ts';
import { detailedOf, pageOf } from './query.ts';
import { Refusal } from './refusal.ts';
import { refuseUnknownCodec } from './refuse-codec.ts';
import { keysOf } from './waiting-keys.ts';
import { deviceWarnings, warnIn } from './warnings.ts';

/** Devices of FIWARE's configuration API. */
export function deviceRoutes(api: ConfigApi): Router {
  const router = Router();
  router.post('/iot/devices', (request, response) => createDevices(api, request, response));
  router.get('/iot/devices', (request, response) => listDevices(api, request, response));
  router.get('/iot/devices/:id', async (request, response) => {
    const record = await existingDevice(api.registry, request);
    response.json(presentDevice(record, problemsOf(api, [record])(record)));
  });
  router.put('/iot/devices/:id', (request, response) => changeDevice(api, request, response));
  router.delete('/iot/devices/:id', async (request, response) => {
    await removeDevice(api, await existingDevice(api.registry, request));
    response.status(204).end();
  });
  return router;
}

async function createDevices(api: ConfigApi, request: Request, response: Response): Promise<void> {
  const owner = ownerOf(request.headers);
  const groupOf = groupFinder(api.registry, owner.tenant);
  const registered: { readonly record: DeviceRecord; readonly group: GroupRecord | undefined }[] = [];
  for (const [index, value] of listIn(request, ['devices']).entries()) {
    const settings = checkSettings<DeviceSettings>('newDevice', value, `devices[${index}]`);
    const group = await groupOf(settings.apikey);
    await refuseUnknownCodec(api.registry, owner.tenant, settings, `device ${settings.device_id}`);
    registered.push({ record: parseDevice(settings, owner, { catalogue: api.catalogue, group }), group });
  }
  await api.registry.addDevices(registered.map(({ record }) => record));
  const fits = keysOf(registered.map(({ record }) => record.settings));
  api.changed((key, cause) => cause === 'unknown-device' && fits(key));
  const warnings = registered.flatMap(({ record, group }) =>
    deviceWarnings(record, { catalogue: api.catalogue, group }),
  );
  warnIn(response, warnings);
  response.status(201).json(warnings.length === 0 ? {} : { warnings });
}

/** Finds the tenant's group of an apikey; the devices of a request mostly have the same one, which is looked up once. */
function groupFinder(
  registry: Registry,
  tenant: string,
): (apikey: string | undefined) => Promise<GroupRecord | undefined> {
  const known = new Map<string, GroupRecord | undefined>();
  return async (apikey) => {
    if (apikey === undefined) return undefined;
    if (!known.has(apikey)) known.set(apikey, await registry.groupByApikey(apikey));
    const group = known.get(apikey);
    return group?.tenant === tenant ? group : undefined;
  };
}

async function listDevices(api: ConfigApi, request: Request, response: Response): Promise<void> {
  const detailed = detailedOf(request);
  const { count, records } = await api.registry.devices(ownerOf(request.headers).tenant, pageOf(request));
  const waiting = detailed === 'on' ? problemsOf(api, records) : undefined;
  const present = (record: DeviceRecord): object =>
    detailed === 'off' ? { device_id: record.settings.device_id } : presentDevice(record, waiting?.(record));
  response.json({ count, devices: records.map(present) });
}

/** What waits for each of the devices, looked up for all of them at once. */
function problemsOf(
  { spool }: ConfigApi,
  records: readonly DeviceRecord[],
): (record: DeviceRecord) => readonly Problem[] {
  const problems = spool.problemsOf(keysOf(records.map(({ settings }) => settings)));
  return ({ tenant, settings }) => {
    const fits = keysOf([settings]);
    // A key of FIWARE's form may belong to another tenant's device of the same id: what says so is left out.
    const isTheirs = ({ key, tenant: owner }: Problem): boolean =>
      owner === tenant || !key.startsWith('plain:');
    return problems.filter((problem) => fits(problem.key) && isTheirs(problem));
  };
}

/** Members of the body take the place of the record's, the others stay. */
async function changeDevice(api: ConfigApi, request: Request, response: Response): Promise<void> {
  const before = await existingDevice(api.registry, request);
  const change = checkSettings<Partial<DeviceSettings>>('deviceChange', request.body, 'the body');
  refuseFixed(before.settings, change);
  const settings = { ...before.settings, ...change };
  const group = await groupFinder(api.registry, before.tenant)(settings.apikey);
  await refuseUnknownCodec(api.registry, before.tenant, change, `device ${settings.device_id}`);
  const record = parseDevice(settings, before, { catalogue: api.catalogue, group });
  await api.registry.replaceDevice(record);
  const fits = keysOf([record.settings]);
  api.changed((key) => fits(key));
  warnIn(response, deviceWarnings(record, { catalogue: api.catalogue, group }));
  response.status(204).end();
}

const fixedMembers = ['device_id', 'entity_type', 'entity_name'] as const;

/** They are the link to the Entities that the broker has of it. */
function refuseFixed(before: DeviceSettings, change: Partial<DeviceSettings>): void {
  for (const name of fixedMembers) {
    if (change[name] === undefined || change[name] === before[name]) continue;
    throw new Refusal(
      'WRONG_SYNTAX',
      `${name} of device ${before.device_id} is ${before[name]} and cannot be changed: delete the device, which keeps its Entities, and register it again`,
    );
  }
}

async function removeDevice(api: ConfigApi, { tenant, settings }: DeviceRecord): Promise<void> {
  await api.registry.removeDevice(tenant, settings.device_id);
  await api.forgetDevice(tenant, settings.device_id);
  api.changed(() => false);
  const fits = keysOf([settings]);
  for (const { key, tenant: owner } of api.spool.problemsOf(fits))
    if (owner === tenant) await api.spool.forget(key);
}
