/** A patch that cannot be applied: the message names the place, the rule and the remedy. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
}

type Fields = { readonly [name: string]: unknown };

/** Lists of things with names: a patch may give them as an object by name. */
const namedLists: ReadonlySet<string> = new Set(['attributes', 'static_attributes', 'lazy', 'commands']);

/**
 * Settings with a JSON Merge Patch applied (RFC 7396): members take the place of those that are there, objects are merged, null removes.
 * A list of attributes or commands may be given as a whole, or as an object by name, which is merged into the list: null removes the
 * name, and a new name is added at the end.
 * @throws PatchError where a list has a name that is meant twice, or an entry of it is no object.
 */
export function patchSettings(settings: object, patch: object): { readonly [name: string]: unknown } {
  const result = new Map<string, unknown>(Object.entries(settings));
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) result.delete(name);
    else if (namedLists.has(name) && isFields(change))
      result.set(name, patchList(name, result.get(name), change));
    else result.set(name, mergePatch(result.get(name), change));
  }
  return Object.fromEntries(result);
}

/** The target with the patch applied, as RFC 7396, section 2 has it. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result = new Map<string, unknown>(isFields(target) ? Object.entries(target) : []);
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) result.delete(name);
    else result.set(name, mergePatch(result.get(name), change));
  }
  return Object.fromEntries(result);
}

function patchList(list: string, current: unknown, patch: Fields): readonly unknown[] {
  const entries: readonly unknown[] = Array.isArray(current) ? current : [];
  return Object.entries(patch).reduce((all, [name, change]) => patchEntry(list, all, name, change), entries);
}

function patchEntry(list: string, entries: readonly unknown[], name: string, change: unknown) {
  const isNamed = (entry: unknown): boolean => nameOf(entry) === name;
  if (change === null) return entries.filter((entry) => !isNamed(entry));
  if (!isFields(change))
    throw new PatchError(`${list}.${name} must be an object with what changes, or null to remove it`);
  const count = entries.filter(isNamed).length;
  if (count > 1)
    throw new PatchError(`${list} has ${count} entries with the name ${name}: send the whole list`);
  if (count === 0) return [...entries, mergePatch({ name }, change)];
  return entries.map((entry) => (isNamed(entry) ? mergePatch(entry, change) : entry));
}

/** What has a quantity may be called after it. */
function nameOf(entry: unknown): unknown {
  return isFields(entry) ? (entry['name'] ?? entry['quantity']) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
