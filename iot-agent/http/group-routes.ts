import { type Request, type Response, Router } from 'express';
import { changedMeanwhile } from '../registry/clashes.ts';
import type { GroupRecord } from '../registry/registry.ts';
import { untilUnchanged } from '../registry/until-unchanged.ts';
import { isCuredByChange } from '../spool/causes.ts';
import { checkSettings } from './check-settings.ts';
import type { ConfigApi } from './config-api.ts';
import { etagOf, refuseStale } from './etag.ts';
import { listIn } from './list-in-body.ts';
import { keysOfGroups } from './member-keys.ts';
import { ownerOf } from './owner.ts';
import { type GroupBody, type NewGroupBody, parseGroup, settingsOf } from './parse-group.ts';
import { patchIn } from './patch-in-body.ts';
import { presentGroup } from './present.ts';
import { mandatoryParameter, pageOf, parameter } from './query.ts';
import { Refusal } from './refusal.ts';
import { refuseUnknownCodec } from './refuse-codec.ts';
import { refuseBadRulesOfGroups } from './refuse-rules.ts';
import { refuseBadTopics } from './refuse-topics.ts';
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
    router.put(path, async (request, response) => {
      const change = settingsOf(checkSettings<GroupBody>('groupChange', request.body, 'the body'));
      // Members of the body take the place of the record's, the others stay.
      await changeGroup(api, request, response, (settings) => ({ ...settings, ...change }));
    });
    router.patch(path, (request, response) => changeGroup(api, request, response, patchIn(request)));
    router.delete(path, (request, response) => removeGroup(api, request, response));
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
  await refuseBadRulesOfGroups(api.registry, records);
  await refuseBadTopics(api.registry, records);
  await api.registry.addGroups(records);
  const apikeys = records.map(({ settings }) => settings.apikey);
  await releaseWaiting(api, owner.tenant, apikeys);
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
    const record = await existing(api, request);
    response.set('ETag', etagOf(record)).json(presentGroup(record));
    return;
  }
  const { count, records } = await api.registry.groups(ownerOf(request.headers).tenant, pageOf(request));
  response.json({ count, [collection]: records.map(presentGroup) });
}

async function changeGroup(
  api: ConfigApi,
  request: Request,
  response: Response,
  change: (settings: GroupRecord['settings']) => object,
): Promise<void> {
  const [earlier, record] = await untilUnchanged(async () => {
    const before = await existing(api, request);
    const { tenant, settings } = before;
    refuseStale(request, before, `group ${settings.apikey}`);
    const body = checkSettings<NewGroupBody>('newGroup', change(settings), 'the group');
    const after = parseGroup({ ...settingsOf(body), apikey: body.apikey }, before);
    await refuseUnknownCodec(api.registry, tenant, body, `group ${settings.apikey}`);
    await refuseBadTopics(api.registry, [after], settings.apikey);
    await refuseBadRulesOfGroups(api.registry, [after], settings.apikey);
    await api.registry.replaceGroup(settings.apikey, after, before);
    return [before, after] as const;
  });
  const apikeys = [earlier, record].map(({ settings }) => settings.apikey);
  await releaseWaiting(api, record.tenant, apikeys);
  warnIn(response, [...groupWarnings(record), ...(await registrationWarnings(api, [record]))]);
  response.set('ETag', etagOf(record)).status(204).end();
}

async function removeGroup(api: ConfigApi, request: Request, response: Response): Promise<void> {
  await untilUnchanged(async () => {
    const record = await existing(api, request);
    const about = `group ${record.settings.apikey}`;
    refuseStale(request, record, about);
    if (!(await api.registry.removeGroup(record.tenant, record.settings.apikey, record)))
      throw changedMeanwhile(about);
  });
  api.changed(() => false);
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

/** A device of the groups may have got what it lacked. */
async function releaseWaiting(api: ConfigApi, tenant: string, apikeys: readonly string[]): Promise<void> {
  const fits = await keysOfGroups(api.registry, tenant, apikeys);
  api.changed((key, cause) => isCuredByChange(cause) && fits(key));
}
