/** A patch that cannot be applied: the message names the place, the rule and the remedy. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
}

type Fields = { readonly [name: string]: unknown };

/** Lists of things with names: a patch may give them as an object by name. */
const namedLists: ReadonlySet<string> = new Set(['attributes', 'static_attributes', 'lazy', 'commands']);

/** How a member of the settings, or an entry of a list of them, is changed. */
interface Merge {
  member(name: string, target: unknown, change: unknown): unknown;
  entry(target: unknown, change: unknown): unknown;
}

const deep: Merge = { member: (_name, target, change) => mergePatch(target, change), entry: mergePatch };

/** One level alone: what is null inside of free form stays so. */
const overlay = (target: unknown, change: unknown): unknown =>
  isFields(target) && isFields(change) ? { ...target, ...change } : change;

const shallow: Merge = {
  member: (name, target, change) => (name === 'internal_attributes' ? overlay(target, change) : change),
  entry: overlay,
};

/**
 * Settings with a JSON Merge Patch applied (RFC 7396): members take the place of those that are there, objects are merged, null removes.
 * A list of attributes or commands may be given as a whole, or as an object by name, which is merged into the list: null removes the
 * name, and a new name is added at the end.
 * @throws PatchError where a list has a name that is meant twice, or an entry of it is no object.
 */
export function patchSettings(settings: object, patch: object): { readonly [name: string]: unknown } {
  return changed(settings, patch, deep);
}

/**
 * Settings with those of a row of an import laid over them: as `patchSettings`, but members are replaced as they are, and internal
 * attributes and the entries of lists one by one.
 * @throws PatchError as `patchSettings`
 */
export function laySettings(settings: object, row: object): { readonly [name: string]: unknown } {
  return changed(settings, row, shallow);
}

function changed(settings: object, patch: object, merge: Merge): { readonly [name: string]: unknown } {
  const result = new Map<string, unknown>(Object.entries(settings));
  for (const [name, change] of Object.entries(patch)) {
    const current = result.get(name);
    if (change === null) result.delete(name);
    else if (namedLists.has(name) && isFields(change))
      result.set(name, patchList(name, current, change, merge));
    else result.set(name, merge.member(name, current, change));
  }
  return Object.fromEntries(result);
}

/** The target with the patch applied, as RFC 7396, section 2 has it. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result = new Map<string, unknown>(isFields(target) ? Object.entries(target) : []);
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) result.delete(name);
    else result.set(name, mergePatch(result.get(name), change));
  }
  return Object.fromEntries(result);
}

function patchList(list: string, current: unknown, patch: Fields, merge: Merge): readonly unknown[] {
  const entries: readonly unknown[] = Array.isArray(current) ? current : [];
  return Object.entries(patch).reduce(
    (all, [name, change]) => patchEntries({ list, name, change }, all, merge),
    entries,
  );
}

interface EntryChange {
  readonly list: string;
  readonly name: string;
  readonly change: unknown;
}

function patchEntries(
  { list, name, change }: EntryChange,
  entries: readonly unknown[],
  merge: Merge,
): readonly unknown[] {
  const isNamed = (entry: unknown): boolean => nameOf(entry) === name;
  if (change === null) return entries.filter((entry) => !isNamed(entry));
  if (!isFields(change))
    throw new PatchError(`${list}.${name} must be an object with what changes, or null to remove it`);
  const count = entries.filter(isNamed).length;
  if (count > 1)
    throw new PatchError(`${list} has ${count} entries with the name ${name}: send the whole list`);
  if (count === 0) return [...entries, merge.entry({ name }, change)];
  return entries.map((entry) => (isNamed(entry) ? merge.entry(entry, change) : entry));
}

/** What has a quantity may be called after it. */
function nameOf(entry: unknown): unknown {
  return isFields(entry) ? (entry['name'] ?? entry['quantity']) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
