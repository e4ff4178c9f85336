import type { Registry } from './registry.ts';

/** How many users are named at most. */
const mostNamed = 5;
const pageSize = 1000;

/** Some of the devices and groups of the tenant that name the codec, as people read them; empty when none does. */
export async function codecUsers(
  registry: Pick<Registry, 'devices' | 'groups'>,
  tenant: string,
  codec: string,
): Promise<readonly string[]> {
  const groups = await usersIn(registry.groups, tenant, codec, ({ apikey }) => `group ${apikey}`);
  const devices = await usersIn(registry.devices, tenant, codec, ({ device_id: id }) => `device ${id}`);
  return [...groups, ...devices].slice(0, mostNamed);
}

async function usersIn<Settings extends { readonly codec?: string }>(
  list: (
    tenant: string,
    page: { readonly limit: number; readonly offset: number },
  ) => Promise<{ readonly count: number; readonly records: readonly { readonly settings: Settings }[] }>,
  tenant: string,
  codec: string,
  nameOf: (settings: Settings) => string,
): Promise<readonly string[]> {
  const users: string[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { count, records } = await list(tenant, { limit: pageSize, offset });
    for (const { settings } of records) if (settings.codec === codec) users.push(nameOf(settings));
    if (users.length >= mostNamed || offset + pageSize >= count) return users;
  }
}
