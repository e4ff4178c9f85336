import type { Owner } from '../provisioning/draft.ts';
import type { GroupRecord } from '../registry/registry.ts';
import { resolveDevice } from '../registry/resolve-device.ts';
import type { GroupSettings } from '../registry/settings.ts';
import { refuseBadCommands } from './refuse-commands.ts';
import { refuseBadMapping } from './refuse-mapping.ts';
import { refuseBadStatics } from './refuse-statics.ts';

/** Settings of a group as they come; `type` is another of FIWARE's names for entity_type. */
export type GroupBody = Partial<GroupSettings> & { readonly type?: string };

/** Settings of a new group as they come. */
export type NewGroupBody = GroupBody & Pick<GroupSettings, 'apikey'>;

/** The settings under the names that the registry has for them. */
export function settingsOf({ type, ...settings }: GroupBody): Partial<GroupSettings> {
  const entityType = settings.entity_type ?? type;
  return entityType === undefined ? settings : { ...settings, entity_type: entityType };
}

/** The record of a group's settings. @throws Refusal for static attributes that no Entity could have. */
export function parseGroup(settings: GroupSettings, { tenant, servicePath }: Owner): GroupRecord {
  const record = { tenant, servicePath, settings };
  const { apikey, entity_type = 'Thing' } = settings;
  const member = { ...record, settings: { device_id: 'any', entity_type, entity_name: 'urn:any' } };
  refuseBadCommands(settings.commands, `group ${apikey}`);
  const device = resolveDevice(member, record);
  refuseBadStatics(device, `group ${apikey}`);
  refuseBadMapping(device, `group ${apikey}`);
  return record;
}
