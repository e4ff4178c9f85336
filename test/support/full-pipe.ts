import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { systemErrorCode } from '../../runtime/start-error.ts';

/** A pipe that takes no more until it is read from. */
export interface FullPipe {
  /** Does not wait. */
  readonly writer: number;
  /** All that is in it. */
  read(): string;
  close(): void;
}

/** Makes a named pipe at the path and fills it. */
export function fullPipe(path: string): FullPipe {
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const filling = Buffer.alloc(4096, '.');
  while (unlessBusy(() => writeSync(writer, filling)) > 0);
  const read = (): string => {
    const buffer = Buffer.alloc(1024 * 1024);
    let length = 0;
    for (let more = -1; more !== 0; length += more)
      more = unlessBusy(() => readSync(reader, buffer, length, buffer.length - length, null));
    return buffer.toString('utf8', 0, length);
  };
  const close = (): void => [reader, writer].forEach(closeSync);
  return { writer, read, close };
}

/** The number of bytes, 0 where it would have to wait. */
function unlessBusy(work: () => number): number {
  try {
    return work();
  } catch (error) {
    if (systemErrorCode(error) === 'EAGAIN') return 0;
    throw error;
  }
}
