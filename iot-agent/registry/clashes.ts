import { RegistryError } from './registry-error.ts';

/** Who has what another one wants. */
export interface Owner {
  readonly tenant: string;
  readonly deviceId: string;
}

/** The tenant has a device with that id. */
export function deviceIdClash({ tenant, deviceId }: Owner): RegistryError {
  return new RegistryError(
    'DUPLICATE_DEVICE_ID',
    `A device with the id ${deviceId} is registered in ${nameOf(tenant)}: delete it first, or change it with PUT`,
  );
}

/** Another device has the DevEUI. */
export function devEuiClash(devEui: string, owner: Owner): RegistryError {
  return new RegistryError(
    'DUPLICATE_DEV_EUI',
    `The devEui ${devEui} belongs to device ${owner.deviceId} of ${nameOf(owner.tenant)}: it must be unique, because an uplink names no tenant`,
  );
}

/** Another tenant's device has the same id and apikey. */
export function apikeyClash(owner: Owner): RegistryError {
  return new RegistryError(
    'DUPLICATE_DEVICE_ID',
    `A device with the id ${owner.deviceId} and the same apikey is registered in ${nameOf(owner.tenant)}: give this one another apikey`,
  );
}

/** There is a group with the apikey. */
export function groupClash(apikey: string): RegistryError {
  return new RegistryError(
    'DUPLICATE_GROUP',
    `A group with the apikey ${apikey} is registered: an apikey must be unique, because a measure names no tenant`,
  );
}

/** The device is not there (any more). */
export function deviceNotFound(deviceId: string): RegistryError {
  return new RegistryError('DEVICE_NOT_FOUND', `No device was found with id: ${deviceId}`);
}

/** The group is not there (any more). */
export function groupNotFound(apikey: string): RegistryError {
  return new RegistryError('DEVICE_GROUP_NOT_FOUND', `No group was found with the apikey: ${apikey}`);
}

/** The tenant as people read it. */
function nameOf(tenant: string): string {
  return tenant === '' ? 'the default tenant' : `tenant ${tenant}`;
}
