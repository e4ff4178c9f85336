import { staticFault } from '../mapping/static-attributes.ts';
import type { Device } from '../registry/device.ts';
import { Refusal } from './refusal.ts';

/**
 * Refuses fixed attributes with which no Entity of the device could ever be written. `about` says whose they are.
 * @throws Refusal that names the attribute and the rule.
 */
export function refuseBadStatics(device: Device, about: string): void {
  const fault = staticFault(device);
  if (fault === undefined) return;
  throw new Refusal(
    'WRONG_SYNTAX',
    `static_attributes of ${about}: ${fault.attribute} ${fault.rule}`,
    'static_attributes',
  );
}
