import type { Commands } from './commands/commands.ts';
import type { DeviceStates } from './delivery/device-states.ts';
import { deviceIdOf, deviceKey, tenantOf } from './registry/device-key.ts';
import type { Registry } from './registry/registry.ts';
import { RegistryAway } from './registry/registry-away.ts';
import type { DeviceLog } from './spool/device-log.ts';
import type { KeptDevices } from './spool/kept-devices.ts';
import type { RawRing } from './spool/raw-ring.ts';
import type { Spool } from './spool/spool.ts';
import type { Uplinks } from './uplinks.ts';

/** Where something of devices is kept. */
export interface DeviceMemories {
  readonly states: Pick<DeviceStates, 'forget'>;
  readonly ring: Pick<RawRing, 'forget'>;
  readonly deviceLog: Pick<DeviceLog, 'forget'>;
  readonly spool: Pick<Spool, 'forgetDevice'>;
  readonly commands: Pick<Commands, 'forget'>;
}

/** Forgets everything that is kept of devices, by their keys. */
type ForgetDevices = (keys: readonly string[]) => Promise<void>;

/** Devices that are forgotten in one transaction, so that other work comes between. */
const forgottenAtOnce = 250;

function forgetter({ states, ring, deviceLog, spool, commands }: DeviceMemories): ForgetDevices {
  const forget = async (key: string): Promise<void> => {
    const [tenant, deviceId] = [tenantOf(key), deviceIdOf(key)];
    // First: while they are out of reach, the rest stays, by which the device is found again.
    await commands.forget({ tenant, deviceId });
    await Promise.all([
      states.forget(tenant, deviceId),
      ring.forget(key),
      deviceLog.forget(key),
      spool.forgetDevice(key),
    ]);
  };
  return async (keys) => {
    for (let start = 0; start < keys.length; start += forgottenAtOnce)
      await Promise.all(keys.slice(start, start + forgottenAtOnce).map(forget));
  };
}

/**
 * Forgets devices that were removed: at once, and again when what was under way for them meanwhile is settled, unless they are
 * registered anew by then. What cannot be reached is left to `forgetUnregistered`.
 */
export function forgetRemoved(
  memories: DeviceMemories,
  registry: Pick<Registry, 'devicesById'>,
  { between }: Pick<Uplinks, 'between'>,
): ForgetDevices {
  const forget = forgetter(memories);
  const forgetAgain = async (keys: readonly string[]) => forget(await unregisteredOf(registry, keys));
  return async (keys) => {
    if (keys.length > 0) between(() => forgetAgain(keys).catch(unlessAway));
    await forget(keys).catch(unlessAway);
  };
}

function unlessAway(error: unknown): void {
  if (!(error instanceof RegistryAway)) throw error;
}

/**
 * Looks at the next `limit` devices of which something is kept, and forgets those that are not registered: another agent removed them,
 * or this one ended in the middle. Rejects with RegistryAway.
 */
export async function forgetUnregistered(
  memories: DeviceMemories,
  registry: Pick<Registry, 'devicesById'>,
  kept: KeptDevices,
  limit: number,
): Promise<void> {
  await forgetter(memories)(await unregisteredOf(registry, kept.next(limit)));
}

/** Those of the keys whose devices are not registered. */
async function unregisteredOf(
  registry: Pick<Registry, 'devicesById'>,
  keys: readonly string[],
): Promise<readonly string[]> {
  const idsOf = new Map<string, string[]>();
  for (const key of keys) {
    const ids = idsOf.get(tenantOf(key));
    if (ids === undefined) idsOf.set(tenantOf(key), [deviceIdOf(key)]);
    else ids.push(deviceIdOf(key));
  }
  const registered = new Set<string>();
  for (const [tenant, ids] of idsOf)
    for (const { settings } of await registry.devicesById(tenant, ids))
      registered.add(deviceKey(tenant, settings.device_id));
  return keys.filter((key) => !registered.has(key));
}
