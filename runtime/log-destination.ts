import { write, writeSync } from 'node:fs';
import { systemErrorCode } from './start-error.ts';

/** Where log lines go: a file descriptor, without waiting for whoever reads from it. */
export interface LogDestination {
  write(line: string): void;
  /** Writes what waits before it returns, as far as it is taken within a fifth of a second. */
  flushSync(): void;
}

/** What a reader that is behind for a moment gives: the same is tried again. */
const BUSY: readonly string[] = ['EAGAIN', 'EBUSY'];
const RETRY_MS = 20;
const TRIES = 10;
/** Characters that may wait for a reader that does not read; further lines are lost. */
const MOST_WAITING = 16 * 1024 * 1024;

const NOTHING = Buffer.alloc(0);

/**
 * Lines are written in their order, some at a time. When the reader is gone they are dropped: a program whose log nobody
 * reads goes on, and ends when it is told to, where pino's own destination would try for ever. What a full disk does
 * not take is lost, and what comes later is tried again.
 */
export function logDestination(fd: number): LogDestination {
  let rest: Buffer = NOTHING;
  let lines = '';
  let isWriting = false;
  let isGone = false;
  const take = (): Buffer => {
    const bytes = Buffer.concat([rest, Buffer.from(lines)]);
    rest = NOTHING;
    lines = '';
    return bytes;
  };
  /** True where the same may be tried again. */
  const failed = (error: unknown, bytes: Buffer): boolean => {
    const code = systemErrorCode(error);
    isGone = code === 'EPIPE';
    if (BUSY.includes(code)) rest = bytes;
    return rest === bytes;
  };
  const isIdle = (): boolean => isGone || (rest.length === 0 && lines === '');
  const writeNext = (): void => {
    if (isWriting || isIdle()) return;
    const bytes = take();
    isWriting = true;
    write(fd, bytes, (error, written) => {
      isWriting = false;
      if (error === null) rest = bytes.subarray(written);
      else if (failed(error, bytes)) return void setTimeout(writeNext, RETRY_MS).unref();
      writeNext();
    });
  };
  const flushSync = (): void => {
    for (let tries = 0; !isIdle() && tries < TRIES; ) {
      const bytes = take();
      try {
        rest = bytes.subarray(writeSync(fd, bytes));
      } catch (error) {
        if (!failed(error, bytes)) return;
        tries += 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  };
  process.once('exit', flushSync);
  return {
    write: (line) => {
      if (!isGone && lines.length < MOST_WAITING) lines += line;
      writeNext();
    },
    flushSync,
  };
}
