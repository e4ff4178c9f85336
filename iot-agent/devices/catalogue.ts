import { readdir } from 'node:fs/promises';
import { closeNames } from './close-names.ts';
import type { DeviceModel } from './device-model.ts';

/** All device models that this program knows. */
export interface Catalogue {
  /** The model named `vendor/model`, in any case. */
  findModel(name: string): DeviceModel | undefined;
  /** Names close to one that is not known, for the error message; nearest first, possibly none. */
  suggest(name: string): readonly string[];
  /** Every model, ordered by name. */
  list(): readonly DeviceModel[];
}

/** A module of the folder: its `vendor/model` by path, and what it exports. */
export interface ModelModule {
  readonly path: string;
  readonly exports: { readonly [name: string]: unknown };
}

const MODEL_FILE = /^([a-z0-9-]+)\.(?:ts|js)$/;

/**
 * Reads every `<vendor>/<model>.ts` (`.js` when built) below a folder.
 * @throws Error that names the file when it exports no device model, or one that belongs elsewhere.
 */
export async function loadCatalogue(folder: URL = new URL('./', import.meta.url)): Promise<Catalogue> {
  const modules: ModelModule[] = [];
  // One after the other: small local files gain nothing from haste, and the order of errors stays the same.
  for (const { path, url } of await modelFiles(folder)) {
    modules.push({ path, exports: await import(url.href) });
  }
  return catalogueOf(modules);
}

async function modelFiles(folder: URL): Promise<readonly { readonly path: string; readonly url: URL }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const vendors = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const found = vendors.map(async (vendor) => {
    const directory = new URL(`${vendor}/`, folder);
    return (await readdir(directory)).flatMap((file) => {
      const model = MODEL_FILE.exec(file)?.[1];
      return model === undefined ? [] : [{ path: `${vendor}/${model}`, url: new URL(file, directory) }];
    });
  });
  return (await Promise.all(found)).flat();
}

/**
 * The catalogue of these modules.
 * @throws Error for a duplicate and for a malformed entry, naming it.
 */
export function catalogueOf(modules: readonly ModelModule[]): Catalogue {
  const models = new Map<string, DeviceModel>();
  for (const { path, exports } of modules) {
    const model = soleModel(path, exports);
    if (models.has(path)) throw new Error(`device model ${path} is defined twice: keep one file for it`);
    models.set(path, model);
  }
  const names = [...models.keys()].sort();
  const list = names.flatMap((name) => models.get(name) ?? []);
  return {
    findModel: (name) => models.get(name.toLowerCase()),
    suggest: (name) => closeNames(name, names),
    list: () => list,
  };
}

function soleModel(path: string, exports: { readonly [name: string]: unknown }): DeviceModel {
  const candidates = Object.values(exports);
  const [candidate] = candidates;
  if (candidates.length !== 1 || !isDeviceModel(candidate)) {
    throw new Error(
      `device model ${path}: its file must export one DeviceModel with examples, and nothing else`,
    );
  }
  const name = `${candidate.vendor}/${candidate.model}`;
  if (name !== path) throw new Error(`device model ${name} stands in the file ${path}: rename one of them`);
  return candidate;
}

const TEXTS = ['vendor', 'model', 'description', 'documentation'] as const;
const LISTS = ['feeds', 'controlledProperty', 'category', 'examples'] as const;

function isDeviceModel(value: unknown): value is DeviceModel {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as { readonly [member: string]: unknown };
  return (
    typeof entry['decode'] === 'function' &&
    TEXTS.every((name) => typeof entry[name] === 'string' && entry[name] !== '') &&
    LISTS.every((name) => Array.isArray(entry[name]) && entry[name].length > 0)
  );
}
