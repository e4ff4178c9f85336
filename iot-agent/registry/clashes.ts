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

/** Another device has the DevEUI, which the tenant's device wants. */
export function devEuiClash(devEui: string, owner: Owner, tenant: string): RegistryError {
  return new RegistryError(
    'DUPLICATE_DEV_EUI',
    `The devEui ${devEui} belongs to ${told(owner, tenant)}: it must be unique, because an uplink names no tenant`,
  );
}

/** Another tenant's device has the same id and apikey, which the tenant's device wants. */
export function apikeyClash(owner: Owner, tenant: string): RegistryError {
  return new RegistryError(
    'DUPLICATE_DEVICE_ID',
    `A device with the id ${owner.deviceId} and the same apikey is registered: it is ${told(owner, tenant)}. Give this one another apikey`,
  );
}

/** There is a group with the apikey. */
export function groupClash(apikey: string): RegistryError {
  return new RegistryError(
    'DUPLICATE_GROUP',
    `A group with the apikey ${apikey} is registered: an apikey must be unique, because a measure names no tenant`,
  );
}

/** Somebody else has changed what was to be changed. `what`: `device pm-04`. */
export function changedMeanwhile(what: string): RegistryError {
  return new RegistryError(
    'CHANGED_MEANWHILE',
    `Somebody else has changed ${what} meanwhile: read it again, and repeat the change`,
  );
}

/** The tenant has a rule of that name. */
export function provisioningRuleClash(name: string): RegistryError {
  return new RegistryError(
    'DUPLICATE_PROVISIONING_RULE',
    `There is a provisioning rule ${name}: change it by PUT /iot/provisioning-rules/${encodeURIComponent(name)}`,
  );
}

/** The rule is not there (any more). */
export function provisioningRuleNotFound(name: string): RegistryError {
  return new RegistryError(
    'PROVISIONING_RULE_NOT_FOUND',
    `No provisioning rule was found with the name: ${name}. GET /iot/provisioning-rules lists those of this tenant`,
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

/** The owner, as the tenant may know it: the default tenant is the operator's; others hear nothing of each other. */
function told({ tenant: owner, deviceId }: Owner, tenant: string): string {
  return owner === tenant || tenant === ''
    ? `device ${deviceId} of ${nameOf(owner)}`
    : 'a device of another tenant';
}

/** The tenant as people read it. */
function nameOf(tenant: string): string {
  return tenant === '' ? 'the default tenant' : `tenant ${tenant}`;
}
