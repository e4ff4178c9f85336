import type { Catalogue } from '../devices/catalogue.ts';
import type { DeviceDraft, ParsedDevice, TryParse } from '../provisioning/draft.ts';
import type { GroupRecord, Registry } from '../registry/registry.ts';
import type { DeviceSettings } from '../registry/settings.ts';
import type { RuleSources } from '../rules/load-rules.ts';
import { checkSettings } from './check-settings.ts';
import { parseDevice } from './parse-device.ts';
import { Refusal } from './refusal.ts';
import { refuseUnknownCodec } from './refuse-codec.ts';
import { refuseBadRulesOfDevice } from './refuse-rules.ts';

/** The record of settings as they came. @throws Refusal that names the setting, the rule and the remedy. */
export type ParseDevice = (draft: DeviceDraft) => Promise<ParsedDevice>;

/** What a parser of devices asks. */
export interface ParserParts {
  readonly registry: Pick<Registry, 'groupByApikey' | 'codec' | 'codecs'> & RuleSources;
  readonly catalogue: Pick<Catalogue, 'findModel' | 'suggest'>;
}

/** A parser for the devices of one request: mostly they are of the same group, which is looked up once. */
export function deviceParser({ registry, catalogue }: ParserParts): ParseDevice {
  const groupOf = groupFinder(registry);
  return async ({ settings: told, owner, at, nameOf }) => {
    const settings = checkSettings<DeviceSettings>('newDevice', told, at);
    const group = await groupOf(owner.tenant, settings.apikey);
    await refuseUnknownCodec(registry, owner.tenant, settings, `device ${settings.device_id}`);
    const parts = { catalogue, group, ...(nameOf === undefined ? {} : { nameOf }) };
    const { tenant, servicePath } = owner;
    const parsed = { record: parseDevice(settings, { tenant, servicePath }, parts), group };
    await refuseBadRulesOfDevice(registry, parsed);
    return parsed;
  };
}

/** A parser that answers what it refuses. */
export function tryParser(parts: ParserParts): TryParse {
  const parse = deviceParser(parts);
  return async (draft) => {
    try {
      return await parse(draft);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { reason: error.message, ...(error.field === undefined ? {} : { field: error.field }) };
    }
  };
}

function groupFinder(
  registry: Pick<Registry, 'groupByApikey'>,
): (tenant: string, apikey: string | undefined) => Promise<GroupRecord | undefined> {
  const known = new Map<string, GroupRecord | undefined>();
  return async (tenant, apikey) => {
    if (apikey === undefined) return undefined;
    if (!known.has(apikey)) known.set(apikey, await registry.groupByApikey(apikey));
    const group = known.get(apikey);
    return group?.tenant === tenant ? group : undefined;
  };
}
