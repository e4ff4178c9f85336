import type { Json } from '../measurement.ts';
import type { ModelSetting } from './device-model.ts';

/**
 * A setting of a device from its internal attributes, which come as an object, as a list of objects, or as a list
 * of `{ name, value }` as FIWARE writes attributes. Undefined when there is none of that name.
 */
function findSetting(settings: Json | undefined, name: string): Json | undefined {
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

function toNumber(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A setting that must be a number; numbers in text are taken, because forms and spreadsheets send them so. */
export function findNumber(settings: Json | undefined, name: string): number | undefined {
  return toNumber(findSetting(settings, name));
}

/** A setting that is a word. */
export function findText(settings: Json | undefined, name: string): string | undefined {
  const value = findSetting(settings, name);
  return typeof value === 'string' ? value : undefined;
}

/** What is wrong with what the device is told of a setting: it must be a number. Undefined when nothing is, or nothing is told. */
export function settingFault(
  settings: Json | undefined,
  { name, positive }: ModelSetting,
): string | undefined {
  const told = findSetting(settings, name);
  if (told === undefined) return undefined;
  const number = toNumber(told);
  if (number !== undefined && (positive !== true || number > 0)) return undefined;
  const rule = positive === true ? 'a number above 0' : 'a number';
  return `internal_attributes.${name} is ${JSON.stringify(told)}: it must be ${rule}`;
}

/**
 * What the device is told of a setting of its model, else the nominal value.
 * @throws Error that names the setting when it is told something that cannot be.
 */
export function settingOrNominal(settings: Json | undefined, setting: ModelSetting): number {
  const fault = settingFault(settings, setting);
  if (fault !== undefined) throw new Error(fault);
  return findNumber(settings, setting.name) ?? setting.nominal;
}
