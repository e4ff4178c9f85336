import type { Registry } from '../registry/registry.ts';
import { ofApikey } from '../registry/sender-key.ts';
import type { DeviceSettings } from '../registry/settings.ts';
import { keysOf } from './waiting-keys.ts';

/** True for the sender keys of the devices that have settings of these groups of the tenant, by their apikeys. */
export async function keysOfGroups(
  registry: Pick<Registry, 'everyDevice'>,
  tenant: string,
  apikeys: readonly string[],
): Promise<(key: string) => boolean> {
  return keysOfMembers(registry, tenant, { apikeys: new Set(apikeys) });
}

/** True for the sender keys of the tenant's devices that are decoded by the codec, their own or their group's. */
export async function keysOfCodec(
  registry: Pick<Registry, 'everyDevice' | 'everyGroup'>,
  tenant: string,
  codec: string,
): Promise<(key: string) => boolean> {
  const groups = (await registry.everyGroup()).filter((group) => group.tenant === tenant);
  const apikeys = new Set(
    groups.filter(({ settings }) => settings.codec === codec).map(({ settings }) => settings.apikey),
  );
  return keysOfMembers(registry, tenant, { apikeys, codec });
}

async function keysOfMembers(
  registry: Pick<Registry, 'everyDevice'>,
  tenant: string,
  { apikeys, codec }: { readonly apikeys: ReadonlySet<string>; readonly codec?: string },
): Promise<(key: string) => boolean> {
  const members: DeviceSettings[] = [];
  for await (const records of registry.everyDevice(tenant))
    for (const { settings } of records)
      if (apikeys.has(settings.apikey ?? '') || (codec !== undefined && settings.codec === codec))
        members.push(settings);
  const isMember = keysOf(members);
  const isInGroup = ofApikey(apikeys);
  return (key) => isInGroup(key) || isMember(key);
}
