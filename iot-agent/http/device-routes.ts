import { type Request, type Response, Router } from 'express';
import type { ParsedDevice } from '../provisioning/draft.ts';
import type { DeviceRecord } from '../registry/registry.ts';
import { isOfStrangers } from '../spool/causes.ts';
import type { Problem } from '../spool/spool.ts';
import type { ConfigApi } from './config-api.ts';
import { deviceParser } from './device-parser.ts';
import { etagOf } from './etag.ts';
import { existingDevice } from './existing-device.ts';
import { listIn } from './list-in-body.ts';
import { ownerOf } from './owner.ts';
import { presentDevice } from './present.ts';
import { detailedOf, pageOf, parameter } from './query.ts';
import { sharedEntityWarnings } from './shared-entities.ts';
import { keysOf } from './waiting-keys.ts';
import { deviceWarnings, type Warning, warnIn } from './warnings.ts';

/** Devices of FIWARE's configuration API: registering and reading; see device-change-routes.ts for the rest. */
export function deviceRoutes(api: ConfigApi): Router {
  const router = Router();
  router.post('/iot/devices', (request, response) => createDevices(api, request, response));
  router.get('/iot/devices', (request, response) => listDevices(api, request, response));
  router.get('/iot/devices/:id', async (request, response) => {
    const record = await existingDevice(api.registry, request);
    response.set('ETag', etagOf(record));
    response.json(presentDevice(record, problemsOf(api, [record])(record)));
  });
  return router;
}

async function createDevices(api: ConfigApi, request: Request, response: Response): Promise<void> {
  const owner = ownerOf(request.headers);
  const parse = deviceParser(api);
  const parsed: ParsedDevice[] = [];
  for (const [index, settings] of listIn(request, ['devices']).entries())
    parsed.push(await parse({ settings, owner, at: `devices[${index}]` }));
  await api.registry.addDevices(parsed.map(({ record }) => record));
  announceDevices(api, parsed);
  const warnings = await warningsOf(api, parsed);
  warnIn(response, warnings);
  response.status(201).json(warnings.length === 0 ? {} : { warnings });
}

/** What strangers of these names have sent goes on its way. */
export function announceDevices(api: Pick<ConfigApi, 'changed'>, parsed: readonly ParsedDevice[]): void {
  const fits = keysOf(parsed.map(({ record }) => record.settings));
  api.changed((key, cause) => isOfStrangers(cause) && fits(key));
}

/** What the owner of registered devices should know of them. */
export async function warningsOf(
  api: Pick<ConfigApi, 'catalogue' | 'registry'>,
  parsed: readonly ParsedDevice[],
): Promise<readonly Warning[]> {
  const own = parsed.flatMap(({ record, group }) =>
    deviceWarnings(record, { catalogue: api.catalogue, group }),
  );
  return [...own, ...(await sharedEntityWarnings(api, parsed))];
}

/** With `entity`, those of the Entity of that name. */
async function listDevices(api: ConfigApi, request: Request, response: Response): Promise<void> {
  const detailed = detailedOf(request);
  const { count, records } = await foundDevices(api, request);
  const waiting = detailed === 'on' ? problemsOf(api, records) : undefined;
  const present = (record: DeviceRecord): object =>
    detailed === 'off' ? { device_id: record.settings.device_id } : presentDevice(record, waiting?.(record));
  response.json({ count, devices: records.map(present) });
}

async function foundDevices({ registry }: ConfigApi, request: Request) {
  const { tenant } = ownerOf(request.headers);
  const page = pageOf(request);
  const entity = parameter(request, 'entity');
  if (entity === undefined) return registry.devices(tenant, page);
  const all = await registry.devicesByEntityName(tenant, [entity]);
  return { count: all.length, records: all.slice(page.offset, page.offset + page.limit) };
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
