import { type Request, type Response, Router } from 'express';
import type { GroupRecord } from '../registry/registry.ts';
import { isCuredByChange } from '../spool/causes.ts';
import { checkSettings } from './check-settings.ts';
import type { ConfigApi } from './config-api.ts';
import { listIn } from './list-in-body.ts';
import { ownerOf } from './owner.ts';
import { type GroupBody, type NewGroupBody, parseGroup, settingsOf } from './parse-group.ts';
import { presentGroup } from './present.ts';
import { mandatoryParameter, pageOf, parameter } from './query.ts';
import { Refusal } from './refusal.ts';
import { refuseUnknownCodec } from './refuse-codec.ts';
import { registrationWarnings } from './registration-warnings.ts';
import { groupWarnings, warnIn } from './warnings.ts';

/** Names of the one collection; `services` is FIWARE's old name for groups. */
const collections = ['groups', 'services'] as const;

/** Service groups of FIWARE's configuration API, as `/iot/groups` and `/iot/services`. */
export function groupRoutes(api: ConfigApi): Router {
  const router = Router();
  for (const collection of collections) {
    const path = `/iot/${collection}`;
    router.post(path, (request, response) => createGroups(api, request, response));
    router.get(path, (request, response) => listGroups(api, collection, request, response));
    router.put(path, (request, response) => changeGroup(api, request, response));
    router.delete(path, async (request, response) => {
      const { tenant, settings } = await existing(api, request);
      await api.registry.removeGroup(tenant, settings.apikey);
      api.changed(() => false);
      response.status(204).end();
    });
  }
  return router;
}

async function createGroups(api: ConfigApi, request: Request, response: Response): Promise<void> {
  const owner = ownerOf(request.headers);
  const records = listIn(request, collections).map((value, index) => {
    const body = checkSettings<NewGroupBody>('newGroup', value, `groups[${index}]`);
    return parseGroup({ ...settingsOf(body), apikey: body.apikey }, owner);
  });
  for (const { settings } of records)
    await refuseUnknownCodec(api.registry, owner.tenant, settings, `group ${settings.apikey}`);
  await api.registry.addGroups(records);
  releaseWaiting(api);
  const warnings = [...records.flatMap(groupWarnings), ...(await registrationWarnings(api, records))];
  warnIn(response, warnings);
  response.status(201).json(warnings.length === 0 ? {} : { warnings });
}

/** With an apikey in the query, the one group that has it. */
async function listGroups(
  api: ConfigApi,
  collection: (typeof collections)[number],
  request: Request,
  response: Response,
): Promise<void> {
  if (parameter(request, 'apikey') !== undefined) {
    response.json(presentGroup(await existing(api, request)));
    return;
  }
  const { count, records } = await api.registry.groups(ownerOf(request.headers).tenant, pageOf(request));
  response.json({ count, [collection]: records.map(presentGroup) });
}

/** Members of the body take the place of the record's, the others stay. */
async function changeGroup(api: ConfigApi, request: Request, response: Response): Promise<void> {
  const before = await existing(api, request);
  const change = checkSettings<GroupBody>('groupChange', request.body, 'the body');
  const record = parseGroup({ ...before.settings, ...settingsOf(change) }, before);
  await refuseUnknownCodec(api.registry, before.tenant, change, `group ${before.settings.apikey}`);
  await api.registry.replaceGroup(before.settings.apikey, record);
  releaseWaiting(api);
  warnIn(response, [...groupWarnings(record), ...(await registrationWarnings(api, [record]))]);
  response.status(204).end();
}

/** The tenant's group with the apikey, and the resource if that is said. */
async function existing(api: ConfigApi, request: Request): Promise<GroupRecord> {
  const apikey = mandatoryParameter(request, 'apikey');
  const resource = parameter(request, 'resource');
  const record = await api.registry.groupByApikey(apikey);
  const isTheirs = record?.tenant === ownerOf(request.headers).tenant;
  if (record && isTheirs && (resource === undefined || resource === (record.settings.resource ?? '')))
    return record;
  const place = resource === undefined ? '' : ` and the resource ${resource}`;
  throw new Refusal(
    'DEVICE_GROUP_NOT_FOUND',
    `No group was found with the apikey ${apikey}${place}. GET /iot/groups lists those of this tenant`,
  );
}

/** Any device may have got what it lacked by its group. */
function releaseWaiting(api: ConfigApi): void {
  api.changed((_key, cause) => isCuredByChange(cause));
}
