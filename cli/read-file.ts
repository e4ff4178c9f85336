import { readFile } from 'node:fs/promises';
import { UsageError } from './command.ts';

/** The text of a file. @throws UsageError when it cannot be read */
export async function textOfFile(name: string): Promise<string> {
  return readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => cannotRead(name, error));
}

/** A file, to be sent as it is. @throws UsageError when it cannot be read */
export async function fileToSend(name: string): Promise<Blob> {
  const content = await readFile(name).catch((error: NodeJS.ErrnoException) => cannotRead(name, error));
  return new Blob([content]);
}

function cannotRead(name: string, { code, message }: NodeJS.ErrnoException): never {
  throw new UsageError(`${name} cannot be read (${code ?? message}): name a file that is there`);
}
