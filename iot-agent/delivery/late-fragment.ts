import type { Fragment } from '../broker-client.ts';
import type { Json } from '../measurement.ts';
import type { OutgoingEntity } from '../registry/device.ts';

/**
 * What of a late Entity belongs into its history: the Attributes that were observed, as lists of instances (clause 5.2.20).
 * Fixed Attributes have no time of their own and say nothing about the past.
 */
export function lateFragment(entity: OutgoingEntity): Fragment {
  const observed = Object.entries(entity).flatMap(([name, attribute]) => {
    const instances = (Array.isArray(attribute) ? attribute : [attribute]).filter(isObserved);
    return instances.length > 0 ? [[name, instances] as const] : [];
  });
  return Object.fromEntries(observed);
}

function isObserved(instance: Json): boolean {
  return typeof instance === 'object' && instance !== null && 'observedAt' in instance;
}
