import { type Request, type Response, Router } from 'express';
import { hidden, hideSecrets, keepSecrets, lacksSecrets } from '../connections/connection-secrets.ts';
import type { ConnectionStatus } from '../connections/opened-connection.ts';
import { formatDateTime } from '../date-time.ts';
import type { ConnectionRecord, ConnectionSettings } from '../registry/connection.ts';
import { connectionNotFound } from '../registry/connection-clashes.ts';
import type { ConfigApi } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { parseConnection } from './parse-connection.ts';
import { patchIn } from './patch-in-body.ts';
import { pageOf } from './query.ts';
import { Refusal } from './refusal.ts';

type ConnectionApi = Pick<ConfigApi, 'connections' | 'registry'>;
const path = '/iot/connections/:name';

/** MQTT brokers and network servers that the agent connects to. Their secrets are never in an answer. */
export function connectionRoutes(api: ConnectionApi): Router {
  const { registry, connections } = api;
  const router = Router();
  router.post('/iot/connections', async (request, response) => {
    const record = { tenant: ownerOf(request.headers).tenant, settings: parseConnection(request.body) };
    refuseHidden(record.settings);
    await registry.addConnection(connections.seal(record));
    await connections.refresh();
    response.status(201).location(`/iot/connections/${record.settings.name}`).json(present(api, record));
  });
  router.get('/iot/connections', async (request, response) => {
    const { count, records } = await registry.connections(ownerOf(request.headers).tenant, pageOf(request));
    response.json({ count, connections: records.map((record) => present(api, record)) });
  });
  router.get(path, async (request, response) => {
    response.json(present(api, await existing(api, request)));
  });
  router.put(path, async (request, response) => {
    const before = await existing(api, request);
    await change(api, before, request.body, response);
  });
  router.patch(path, async (request, response) => {
    const before = await existing(api, request);
    await change(api, before, patchIn(request)(hideSecrets(before.settings)), response);
  });
  router.delete(path, async (request, response) => {
    const { tenant, settings } = await existing(api, request);
    await registry.removeConnection(tenant, settings.name);
    await connections.refresh();
    response.status(204).end();
  });
  router.post(`${path}/test`, async (request, response) => {
    response.json(await connections.test(await existing(api, request)));
  });
  return router;
}

async function existing({ registry }: ConnectionApi, request: Request): Promise<ConnectionRecord> {
  const name = String(request.params['name']);
  const record = await registry.connection(ownerOf(request.headers).tenant, name);
  if (record === undefined) throw connectionNotFound(name);
  return record;
}

/** Asterisks in the place of a secret keep the one that is there. */
async function change(
  { registry, connections }: ConnectionApi,
  before: ConnectionRecord,
  body: unknown,
  response: Response,
): Promise<void> {
  const { name } = before.settings;
  const wanted = parseConnection(withName(body, name));
  if (wanted.name !== name)
    throw new Refusal(
      'WRONG_SYNTAX',
      `the name of connection ${name} cannot be changed, because devices are known by it: create another one, and delete this`,
    );
  const sealed = connections.seal({ ...before, settings: wanted });
  const settings = keepSecrets(sealed.settings, before.settings);
  refuseHidden(settings);
  await registry.replaceConnection({ ...before, settings });
  await connections.refresh();
  response.status(204).end();
}

/** The path says it already. */
function withName(body: unknown, name: string): unknown {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return isObject ? { name, ...body } : body;
}

function refuseHidden(settings: ConnectionSettings): void {
  if (lacksSecrets(settings))
    throw new Refusal(
      'WRONG_SYNTAX',
      `${hidden} stands for a secret that is there already, kept for the server that it was given for: connection ${settings.name} has none for this url, so give the secret itself`,
    );
}

function present({ connections }: ConnectionApi, { tenant, settings }: ConnectionRecord) {
  const status = connections.statusOf(tenant, settings.name);
  return { ...hideSecrets(settings), ...(status && { status: presentStatus(status) }) };
}

function presentStatus({ state, since, lastError, messages, lastMessageAt }: ConnectionStatus) {
  return {
    state,
    since: formatDateTime(since),
    ...(lastError && { lastError: { at: formatDateTime(lastError.at), reason: lastError.reason } }),
    messages,
    ...(lastMessageAt === undefined ? {} : { lastMessageAt: formatDateTime(lastMessageAt) }),
  };
}
