import type { Place } from '../measurement.ts';
import type { Registry } from '../registry/registry.ts';
import { resolveDevice } from '../registry/resolve-device.ts';
import type { RuleAction, RuleSettings, RuleTarget } from '../registry/rule-settings.ts';
import type { DeviceSettings, GroupSettings } from '../registry/settings.ts';
import type { RuleDefaults } from './compile-rule.ts';
import { placeOf } from './compile-times.ts';
import type { RuleOwner } from './compiled-rule.ts';

/** A rule of a tenant, wherever it stands. */
export interface OwnedRule {
  readonly tenant: string;
  readonly owner: RuleOwner;
  readonly settings: RuleSettings;
  readonly defaults: RuleDefaults;
}

/** What finding the place of a rule asks. */
export type PlaceSources = Pick<Registry, 'groupByApikey' | 'devicesByEntityName'>;

/** What a rule in the settings of a group or device takes from them. */
export function defaultsOf(settings: GroupSettings | DeviceSettings | undefined): RuleDefaults {
  const location = settings?.static_attributes?.find(({ name }) => name === 'location');
  const place = location && placeOf(location.value);
  const timezone = settings?.timezone;
  return {
    ...(timezone === undefined ? {} : { timezone }),
    ...(place === undefined ? {} : { place }),
  };
}

/** The place of the first target that has one, where neither the rule nor its owner says one. */
export async function withPlace(
  sources: PlaceSources,
  { tenant, settings, defaults }: OwnedRule,
): Promise<RuleDefaults> {
  if (settings.location !== undefined || defaults.place !== undefined) return defaults;
  if (!/"(?:sunrise|sunset)/.test(JSON.stringify([settings.during ?? {}, settings.schedule ?? []])))
    return defaults;
  for (const target of targetsIn(settings)) {
    const place = await placeOfTarget(sources, tenant, target);
    if (place !== undefined) return { ...defaults, place };
  }
  return defaults;
}

function targetsIn({ then = [], after, schedule }: RuleSettings): readonly RuleTarget[] {
  const scheduled: readonly RuleAction[] = [schedule ?? []].flat().flatMap((one) => one.then);
  return [...then, ...(after?.then ?? []), ...scheduled].map(({ entity }) => entity);
}

async function placeOfTarget(
  { groupByApikey, devicesByEntityName }: PlaceSources,
  tenant: string,
  target: RuleTarget,
): Promise<Place | undefined> {
  const { id, group: apikey } = typeof target === 'string' ? { id: target } : { ...target };
  if (apikey !== undefined) {
    const group = await groupByApikey(apikey);
    return group?.tenant === tenant ? defaultsOf(group.settings).place : undefined;
  }
  const [record] = id === undefined ? [] : await devicesByEntityName(tenant, [id]);
  if (record === undefined) return undefined;
  const group =
    record.settings.apikey === undefined ? undefined : await groupByApikey(record.settings.apikey);
  const device = resolveDevice(record, group?.tenant === tenant ? group : undefined);
  const location = device.staticAttributes.find(({ name }) => name === 'location');
  return location && placeOf(location.value);
}
