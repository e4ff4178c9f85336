import type { DeviceStates } from './delivery/device-states.ts';
import { deviceIdOf, deviceKey, tenantOf } from './registry/device-key.ts';
import type { Registry } from './registry/registry.ts';
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
}

/** Forgets everything that is kept of a device. */
type ForgetDevice = (tenant: string, deviceId: string) => Promise<void>;

function forgetter({ states, ring, deviceLog, spool }: DeviceMemories): ForgetDevice {
  return async (tenant, deviceId) => {
    const key = deviceKey(tenant, deviceId);
    await Promise.all([
      states.forget(tenant, deviceId),
      ring.forget(key),
      deviceLog.forget(key),
      spool.forgetDevice(key),
    ]);
  };
}

/** Forgets a device that was removed: at once, and again when what was under way for it meanwhile is settled. */
export function forgetRemoved(memories: DeviceMemories, { between }: Pick<Uplinks, 'between'>): ForgetDevice {
  const forget = forgetter(memories);
  return async (tenant, deviceId) => {
    between(() => forget(tenant, deviceId));
    await forget(tenant, deviceId);
  };
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
  const idsOf = new Map<string, string[]>();
  for (const key of kept.next(limit)) {
    const ids = idsOf.get(tenantOf(key));
    if (ids === undefined) idsOf.set(tenantOf(key), [deviceIdOf(key)]);
    else ids.push(deviceIdOf(key));
  }
  const forget = forgetter(memories);
  for (const [tenant, ids] of idsOf) {
    const registered = await registry.devicesById(tenant, ids);
    const known = new Set(registered.map(({ settings }) => settings.device_id));
    await Promise.all(ids.filter((id) => !known.has(id)).map((id) => forget(tenant, id)));
  }
}
