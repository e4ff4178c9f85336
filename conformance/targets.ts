import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const purposes = join('TP', 'NGSI-LD');

/**
 * Paths to run, from the root of the suite. Without names: every folder of test purposes, ContextInformation by its own
 * folders.
 * @throws Error naming what is not there.
 */
export function targetsIn(suite: string, names: readonly string[]): readonly string[] {
  if (!existsSync(join(suite, purposes)))
    throw new Error(`${suite} is no checkout of the suite: it has no ${purposes}`);
  if (names.length > 0) return names.map((name) => targetNamed(suite, name));
  return foldersIn(suite, purposes).flatMap((folder) =>
    folder.endsWith('ContextInformation') ? foldersIn(suite, folder) : [folder],
  );
}

function targetNamed(suite: string, name: string): string {
  const found = [join(purposes, name), name].find((path) => existsSync(join(suite, path)));
  if (found !== undefined) return found;
  throw new Error(`${name} is neither below ${purposes} of the suite nor below its root`);
}

function foldersIn(suite: string, folder: string): readonly string[] {
  return readdirSync(join(suite, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
}
