import { presetFault } from '../mapping/convert-quantity.ts';
import { isTimeZone } from '../mapping/local-time.ts';
import { mappingPlan } from '../mapping/mapping-plan.ts';
import type { Device } from '../registry/device.ts';
import { Refusal } from './refusal.ts';

/**
 * Refuses a configuration by which measures cannot be mapped: expressions that are not well formed, quantities and units that there
 * are not, a time zone of another name. `about` says whose it is.
 * @throws Refusal that names the place, what stands there, and what is wrong with it.
 */
export function refuseBadMapping(device: Device, about: string): void {
  const [fault] = mappingPlan(device).faults;
  if (fault !== undefined) {
    const { place, text, reason } = fault;
    throw refusal(`${place} of ${about}, ${JSON.stringify(text.slice(0, 200))}, ${reason}`);
  }
  for (const { name, quantity, unit } of device.attributes) {
    if (quantity === undefined && unit !== undefined)
      throw refusal(
        `attribute ${name} of ${about} has a unit and no quantity: GET /iot/presets lists the quantities`,
      );
    const rule = quantity === undefined ? undefined : presetFault(quantity, unit);
    if (rule !== undefined) throw refusal(`attribute ${name} of ${about}: ${rule}`);
  }
  const { timezone } = device;
  if (timezone !== undefined && !isTimeZone(timezone))
    throw refusal(
      `timezone of ${about} is ${JSON.stringify(timezone.slice(0, 80))}: it must be an IANA zone such as Europe/Brussels`,
    );
}

function refusal(message: string): Refusal {
  return new Refusal('WRONG_SYNTAX', message);
}
