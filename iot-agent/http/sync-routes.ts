import { type Request, Router } from 'express';
import { Agent } from 'undici';
import { askServer } from '../device-sync/ask-server.ts';
import {
  type DeviceList,
  type ListingServer,
  ServerAway,
  ServerRefuses,
} from '../device-sync/listed-device.ts';
import { type SyncReport, syncDevices } from '../device-sync/sync-devices.ts';
import { type ConnectionRecord, connectionKey } from '../registry/connection.ts';
import { connectionNotFound } from '../registry/connection-clashes.ts';
import { isOfStrangers } from '../spool/causes.ts';
import { checkSettings } from './check-settings.ts';
import type { ConfigServer } from './config-api.ts';
import { tryParser } from './device-parser.ts';
import { ownerOf } from './owner.ts';
import { oneOf } from './query.ts';
import { Refusal } from './refusal.ts';

type SyncServer = Pick<
  ConfigServer,
  'catalogue' | 'changed' | 'clock' | 'connections' | 'pendingLimit' | 'registry'
>;

interface SyncBody {
  readonly applications?: readonly string[];
  readonly tenantId?: string;
}

/** Milliseconds for a network server to begin with its answer. */
const answerLimit = 30_000;

/** `POST /iot/connections/{name}/sync`: receives the devices that the network server of a connection lists. */
export function syncRoutes(server: SyncServer): Router {
  const http = new Agent({ headersTimeout: answerLimit, bodyTimeout: answerLimit });
  const router = Router();
  router.post('/iot/connections/:name/sync', async (request, response) => {
    const body = checkSettings<SyncBody>('sync', request.body ?? {}, 'the body');
    const isDryRun = oneOf(request, 'dryRun', ['false', 'true']) === 'true';
    const record = await existing(server, request);
    const list = { ...body, ...apiOf(server, record) };
    const report = await sync(server, http, { record, list, isDryRun });
    if (report.created > 0 && !isDryRun) server.changed((_key, cause) => isOfStrangers(cause));
    response.json(report);
  });
  return router;
}

interface Order {
  readonly record: ConnectionRecord;
  readonly list: DeviceList;
  readonly isDryRun: boolean;
}

async function sync(server: SyncServer, http: Agent, { record, list, isDryRun }: Order): Promise<SyncReport> {
  const { registry, catalogue, clock, pendingLimit: limit } = server;
  const { tenant, settings } = record;
  const { name } = settings;
  const named = {
    server: listingServer(record),
    tenant,
    connection: name,
    connectionKey: connectionKey(tenant, name),
  };
  const parts = {
    registry,
    catalogue,
    clock,
    limit,
    isDryRun,
    parse: tryParser(server),
    ask: askServer(list, { http }),
  };
  try {
    return await syncDevices({ ...parts, ...named }, list);
  } catch (error) {
    if (error instanceof ServerRefuses) throw new Refusal('NETWORK_SERVER_REFUSES', error.message);
    if (error instanceof ServerAway)
      throw new Refusal('NETWORK_SERVER_REFUSES', `${error.message}. Try it again later`);
    throw error;
  }
}

async function existing({ registry }: SyncServer, request: Request): Promise<ConnectionRecord> {
  const name = String(request.params['name']);
  const record = await registry.connection(ownerOf(request.headers).tenant, name);
  if (record === undefined) throw connectionNotFound(name);
  return record;
}

function listingServer({ settings: { name, type } }: ConnectionRecord): ListingServer {
  if (type === 'chirpstack' || type === 'things-stack') return type;
  throw new Refusal(
    'WRONG_SYNTAX',
    `connection ${name} is of the type ${type}: devices are listed by chirpstack and things-stack alone, import those of others`,
  );
}

function apiOf(
  { connections }: SyncServer,
  { tenant, settings }: ConnectionRecord,
): Pick<DeviceList, 'url' | 'key'> {
  const { name, api } = settings;
  if (api === undefined)
    throw new Refusal(
      'MISSING_ATTRIBUTES',
      `connection ${name} must have api: its url, and a key that may read devices`,
    );
  const open = connections.apiOf(connectionKey(tenant, name));
  if (open !== undefined) return open;
  throw new Refusal(
    'WRONG_SYNTAX',
    `connection ${name} is not open: set enabled to true, and look at its status`,
  );
}
