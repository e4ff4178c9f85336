import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { currentProcess, isAlive, type ProcessIdentity, parseProcessIdentity } from './process-identity.ts';
import { StartError, systemErrorCode } from './start-error.ts';

/** A data folder that this process holds. */
export interface DataFolder {
  readonly path: string;
  /** Lets others have it. A process that dies without releasing leaves a lock that the next one recognises as stale. */
  release(): void;
}

/**
 * Creates the folder and takes its lock file `<program>.lock` for this process, or throws a StartError: another live
 * process has it, or it cannot be written. Containers with process numbers of their own do not see each other here;
 * the store's own lock on its file holds there.
 */
export function holdDataFolder(path: string, program: string): DataFolder {
  const lock = join(path, `${program}.lock`);
  const mine = JSON.stringify(currentProcess());
  try {
    makeFolder(resolve(path));
    takeLock(path, lock, mine);
  } catch (error) {
    throw explain(error, path);
  }
  return {
    path,
    release: () => {
      if (read(lock) === mine) rmSync(lock, { force: true });
    },
  };
}

function takeLock(path: string, lock: string, mine: string): void {
  // A link appears whole or not at all: nobody ever reads a lock that is half written.
  const draft = `${lock}.${process.pid}`;
  writeFileSync(draft, mine, { flush: true });
  try {
    if (isLinked(draft, lock)) return;
    removeStale(path, lock);
    if (!isLinked(draft, lock)) throw taken(path, holderOf(read(lock)));
  } finally {
    rmSync(draft, { force: true });
  }
}

function isLinked(draft: string, lock: string): boolean {
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function removeStale(path: string, lock: string): void {
  const found = read(lock);
  const holder = holderOf(found);
  if (holder && isAlive(holder)) throw taken(path, holder);
  // Two starters may both see the stale lock: only what was judged stale is thrown away.
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
    if (read(aside) !== found) linkSync(aside, lock);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(systemErrorCode(error))) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function holderOf(text: string | undefined): ProcessIdentity | undefined {
  return text === undefined ? undefined : parseProcessIdentity(text);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function taken(path: string, holder: ProcessIdentity | undefined): StartError {
  return new StartError(
    `The data folder ${path} is used by process ${holder?.pid ?? 'unknown'}: stop that one, or give this one a folder of its own.`,
  );
}

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there: change its owner or choose another folder',
  EPERM: 'this user may not write there: change its owner or choose another folder',
  EROFS: 'the file system is read-only: mount it for writing or choose another folder',
  ENOSPC: 'the disk is full: make room or choose another disk',
  EDQUOT: 'the disk quota is used up: make room or choose another disk',
  ENOTDIR: 'a part of the path is a file: choose another folder',
  ENOENT: 'it cannot be made: choose another folder',
  EEXIST: 'there is a file of that name: choose another folder',
};

function explain(error: unknown, path: string): unknown {
  const remedy = remedies[systemErrorCode(error)];
  return remedy
    ? new StartError(`The data folder ${path} cannot be used: ${remedy}.`, { cause: error })
    : error;
}
