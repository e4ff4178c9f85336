/** Identity of a registered device: tenant and device id. */
export function deviceKey(tenant: string, deviceId: string): string {
  return `${tenant}\n${deviceId}`;
}

/** The device id in a device key. */
export function deviceIdOf(key: string): string {
  return key.slice(key.indexOf('\n') + 1);
}

/** The tenant in a device key. */
export function tenantOf(key: string): string {
  return key.slice(0, key.indexOf('\n'));
}
