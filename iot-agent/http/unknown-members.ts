import { closeNames } from '../devices/close-names.ts';
import { settingSchemas } from './setting-schemas.ts';

/** What of a JSON Schema says which members there may be. */
interface Form {
  readonly properties?: { readonly [name: string]: Form };
  readonly items?: Form;
  readonly additionalProperties?: Form | boolean;
}

/** Most that are named: a warning is read by people. */
const mostNamed = 20;

/** What is said of each member that no setting has: its path, and the name that was perhaps meant. */
export function unknownMembers(form: keyof typeof settingSchemas, settings: object): readonly string[] {
  const found: string[] = [];
  collect(settingSchemas[form] as Form, settings, '', found);
  return found;
}

function collect(form: Form, value: unknown, path: string, found: string[]): void {
  if (typeof value !== 'object' || value === null || found.length >= mostNamed) return;
  if (Array.isArray(value)) {
    const { items } = form;
    if (items !== undefined)
      for (const [index, item] of value.entries()) collect(items, item, `${path}[${index}]`, found);
    return;
  }
  for (const [name, member] of Object.entries(value)) collectMember(form, name, member, path, found);
}

function collectMember(form: Form, name: string, member: unknown, path: string, found: string[]): void {
  const place = path === '' ? name.slice(0, 80) : `${path}.${name.slice(0, 80)}`;
  const { properties, additionalProperties: others } = form;
  const known = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  const inside = known ?? (typeof others === 'object' ? others : undefined);
  if (inside !== undefined) collect(inside, member, place, found);
  // What is of free form has no members that are known.
  if (inside !== undefined || properties === undefined || found.length >= mostNamed) return;
  const close = closeNames(name, Object.keys(properties));
  found.push(close.length === 0 ? place : `${place} (did you mean ${close.join(' or ')}?)`);
}
