import type { Fragment } from '../broker-client.ts';
import type { Json } from '../measurement.ts';
import type { OutgoingEntity } from '../registry/device.ts';
import { fieldsOf } from '../transports/envelope.ts';
import { type AttributeTimes, slotOf, timeOfSlot, timesOf } from './attribute-times.ts';
import { lateFragment } from './late-fragment.ts';

/** Where the parts of an Entity that is to be sent belong. */
export interface Division {
  /** What the Entity is to show, and of when that is. */
  readonly current?: { readonly entity: OutgoingEntity; readonly times: AttributeTimes };
  /** What is older than what the Entity shows, for its history. */
  readonly past?: Fragment;
}

/**
 * Divides an Entity by what its Attributes, of the times `told`, replace of the `known` ones. What has no observedAt says nothing about
 * the past, and is left out where it is older, or where all that was observed is.
 */
export function divide(
  entity: OutgoingEntity,
  observedAt: number,
  told: AttributeTimes,
  known: AttributeTimes | undefined,
): Division {
  const isOlder = (slot: string): boolean =>
    known !== undefined && (timeOfSlot(told, slot) ?? 0) < (timeOfSlot(known, slot) ?? 0);
  if (known === undefined || isNoneOlder(told, known, isOlder)) return { current: { entity, times: told } };
  const { current, past } = partsOf(entity, isOlder);
  const isPast = Object.keys(past).length > 0;
  if (current === undefined) return { past };
  return {
    current: { entity: current, times: timesOf(current, observedAt) },
    ...(isPast ? { past } : {}),
  };
}

function isNoneOlder(
  told: AttributeTimes,
  known: AttributeTimes,
  isOlder: (slot: string) => boolean,
): boolean {
  if (told.shape === known.shape && typeof told.times === 'number' && typeof known.times === 'number')
    return told.times >= known.times;
  return !told.shape.slots.some(isOlder);
}

/** `current` is absent when nothing new was observed. */
function partsOf(
  { id, type, ...attributes }: OutgoingEntity,
  isOlder: (slot: string) => boolean,
): { readonly current: OutgoingEntity | undefined; readonly past: Fragment } {
  const current: { [attribute: string]: Json } = {};
  const past: { [attribute: string]: Json } = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const instances = Array.isArray(attribute) ? attribute : [attribute];
    const older = instances.filter((instance) => isOlder(slotOf(name, fieldsOf(instance))));
    if (older.length > 0) past[name] = older;
    const left = instances.filter((instance) => !older.includes(instance));
    if (left.length > 0) current[name] = unwrapped(left);
  }
  const history = lateFragment({ ...past, id, type });
  const isAnyNew = Object.keys(lateFragment({ ...current, id, type })).length > 0;
  const isAnyLeft = Object.keys(current).length > 0;
  const isCurrent = isAnyLeft && (isAnyNew || Object.keys(history).length === 0);
  return { current: isCurrent ? { ...current, id, type } : undefined, past: history };
}

/** The core API has one instance without a list around it. */
function unwrapped(instances: readonly Json[]): Json {
  const [only = null, second] = instances;
  return second === undefined ? only : instances;
}
