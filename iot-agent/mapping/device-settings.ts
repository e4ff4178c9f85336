import type { Json } from '../measurement.ts';
import type { Device } from '../registry/device.ts';

/**
 * A setting of the device from its internal attributes, which come as an object, as a list of objects, or as a list
 * of `{ name, value }` as FIWARE writes attributes. Undefined when there is none of that name.
 */
function deviceSetting(device: Device, name: string): Json | undefined {
  const settings = device.internalAttributes;
  if (settings === undefined) return undefined;
  const members = Array.isArray(settings) ? (settings as readonly Json[]) : [settings];
  for (const member of members) {
    const value = settingOf(member, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function settingOf(member: Json | undefined, name: string): Json | undefined {
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return undefined;
  const settings = member as { readonly [name: string]: Json };
  if (Object.hasOwn(settings, name)) return settings[name];
  return settings['name'] === name ? settings['value'] : undefined;
}

/** A setting that must be a number; numbers in text are taken, because forms and spreadsheets send them so. */
export function numericSetting(device: Device, name: string): number | undefined {
  const value = deviceSetting(device, name);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
