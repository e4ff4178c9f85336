import type { Codec } from './codec.ts';
import type { DeviceRecord, GroupRecord, Registry } from './registry.ts';

/** The codec that a device names, or its group; undefined when neither does. Without a script when it is built in, or not there. */
export async function findCodec(
  registry: Pick<Registry, 'codec'>,
  { tenant, settings }: DeviceRecord,
  group: GroupRecord | undefined,
): Promise<Codec | undefined> {
  const name = settings.codec ?? group?.settings.codec;
  if (name === undefined) return undefined;
  const record = await registry.codec(tenant, name);
  if (record === undefined) return { name, revision: '', script: '' };
  const { revision, script, functions } = record;
  return { name, revision, script, functions };
}

/** The registry, with codecs that are read once and then shared: many devices have the same. */
export function withSharedCodecs(registry: Registry): Registry {
  const known = new Map<string, ReturnType<Registry['codec']>>();
  const codec: Registry['codec'] = (tenant, name) => {
    const key = `${tenant}\n${name}`;
    const found = known.get(key) ?? registry.codec(tenant, name);
    known.set(key, found);
    // What the registry did not answer is asked again.
    found.catch(() => known.delete(key));
    return found;
  };
  return { ...registry, codec };
}
