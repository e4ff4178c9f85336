import type { Json, PlainMeasure } from '../measurement.ts';

/**
 * What a codec decoded, as measures: members that wrap a value with its name and unit (`{displayName, value, unit}`, as Decentlab's
 * do) become the value, and what is null is left out, for a device that does not know a value has nothing to say. Undefined when it is
 * no object.
 */
export function measuresOf(data: Json): PlainMeasure['values'] | undefined {
  if (!isObject(data)) return undefined;
  const members = Object.entries(data).map(([name, member]) => [name, unwrapped(member)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== null));
}

const wrapping = new Set(['displayName', 'value', 'unit']);

function unwrapped(member: Json): Json {
  if (!isObject(member) || !('value' in member)) return member;
  const names = Object.keys(member);
  return names.length > 1 && names.every((name) => wrapping.has(name)) ? (member['value'] ?? null) : member;
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
