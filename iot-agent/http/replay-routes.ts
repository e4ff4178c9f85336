import { type Response, Router } from 'express';
import { formatDateTime } from '../date-time.ts';
import { deviceKey } from '../registry/device-key.ts';
import type { DeviceRecord, Registry } from '../registry/registry.ts';
import type { ReplayProgress } from '../spool/replays.ts';
import type { ConfigApi } from './config-api.ts';
import { existingDevice } from './existing-device.ts';
import { ownerOf } from './owner.ts';
import { parseRange, parseReplay, type ReplaySelection, type TimeRange } from './parse-replay.ts';
import { Refusal } from './refusal.ts';

interface Order {
  readonly tenant: string;
  readonly range: TimeRange;
  readonly selection: ReplaySelection;
  readonly devices: readonly string[];
}

/** Stored messages, decoded and mapped again with what holds today and sent with their own times. */
export function replayRoutes({ registry, spool }: Pick<ConfigApi, 'registry' | 'spool'>): Router {
  const { replays } = spool;
  const router = Router();
  const accept = async (response: Response, { tenant, range, selection, devices }: Order): Promise<void> => {
    const id = await replays.order({ tenant, ...range, devices, selection: JSON.stringify(selection) });
    const progress = replays.progress(tenant, id);
    response
      .status(202)
      .location(`/iot/replays/${id}`)
      .json(progress && presentReplay(progress));
  };
  router.post('/iot/devices/:id/replay', async (request, response) => {
    const { tenant, settings } = await existingDevice(registry, request);
    const range = parseRange(request.body);
    const { device_id: device } = settings;
    await accept(response, { tenant, range, selection: { device }, devices: [deviceKey(tenant, device)] });
  });
  router.post('/iot/replay', async (request, response) => {
    const { tenant } = ownerOf(request.headers);
    const { range, selection } = parseReplay(request.body);
    const devices = await devicesOf(registry, tenant, selection);
    await accept(response, { tenant, range, selection, devices });
  });
  router.get('/iot/replays', (request, response) => {
    const all = replays.list(ownerOf(request.headers).tenant);
    response.json({ count: all.length, replays: all.map(presentReplay) });
  });
  router.get('/iot/replays/:replay', (request, response) => {
    const text = String(request.params['replay']);
    const id = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    const progress = replays.progress(ownerOf(request.headers).tenant, id);
    if (progress === undefined)
      throw new Refusal('NOT_FOUND', `There is no replay ${text.slice(0, 40)}: GET /iot/replays lists them`);
    response.json(presentReplay(progress));
  });
  return router;
}

/** Records that are looked at in one piece. */
const pageSize = 1000;

async function devicesOf(
  registry: Registry,
  tenant: string,
  selection: ReplaySelection,
): Promise<readonly string[]> {
  const fits = await selector(registry, tenant, selection);
  const keys: string[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { records } = await registry.devices(tenant, { limit: pageSize, offset });
    for (const record of records) if (fits(record)) keys.push(deviceKey(tenant, record.settings.device_id));
    if (records.length < pageSize) return keys;
  }
}

/** A codec may be a device's own or its group's. @throws Refusal for a group that is not there */
async function selector(
  registry: Registry,
  tenant: string,
  { device, model, codec, group, entity_type: entityType }: ReplaySelection,
): Promise<(record: DeviceRecord) => boolean> {
  if (group !== undefined && (await registry.groupByApikey(group))?.tenant !== tenant)
    throw new Refusal(
      'DEVICE_GROUP_NOT_FOUND',
      'No group was found with this apikey. GET /iot/groups lists those of this tenant',
    );
  const groupsWithCodec = codec === undefined ? [] : await apikeysWithCodec(registry, tenant, codec);
  return ({ settings }) => {
    const { apikey = '' } = settings;
    const hasCodec =
      codec === undefined ||
      (settings.codec === undefined ? groupsWithCodec.includes(apikey) : settings.codec === codec);
    return (
      hasCodec &&
      (device === undefined || settings.device_id === device) &&
      (model === undefined || settings.model === model) &&
      (group === undefined || apikey === group) &&
      (entityType === undefined || settings.entity_type === entityType)
    );
  };
}

async function apikeysWithCodec(
  registry: Registry,
  tenant: string,
  codec: string,
): Promise<readonly string[]> {
  const apikeys: string[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { records } = await registry.groups(tenant, { limit: pageSize, offset });
    for (const { settings } of records) if (settings.codec === codec) apikeys.push(settings.apikey);
    if (records.length < pageSize) return apikeys;
  }
}

function presentReplay({
  id,
  selection,
  from,
  to,
  at,
  items,
  itemsLeft,
  devicesLeft,
  results,
}: ReplayProgress) {
  const { group, ...shown } = JSON.parse(selection) as ReplaySelection;
  return {
    id: String(id),
    state: devicesLeft + itemsLeft > 0 ? 'running' : 'done',
    of: group === undefined ? shown : { ...shown, group: '***' },
    ...{ from: formatDateTime(from), to: formatDateTime(to), at: formatDateTime(at) },
    ...{ uplinks: items, uplinksLeft: itemsLeft, devicesLeft, results },
  };
}
