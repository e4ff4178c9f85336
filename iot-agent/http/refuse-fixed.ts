import type { DeviceSettings } from '../registry/settings.ts';
import { Refusal } from './refusal.ts';

const fixedMembers = ['device_id', 'entity_type', 'entity_name'] as const;

/**
 * Refuses a change of what links a device to the Entities that the broker has of it.
 * @throws Refusal that names the member
 */
export function refuseFixed(before: DeviceSettings, after: { readonly [name: string]: unknown }): void {
  for (const name of fixedMembers) {
    if (after[name] === before[name]) continue;
    throw new Refusal(
      'WRONG_SYNTAX',
      `${name} of device ${before.device_id} is ${before[name]} and cannot be changed: delete the device, which keeps its Entities, and register it again`,
      name,
    );
  }
}
