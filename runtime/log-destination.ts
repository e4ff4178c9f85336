import { constants, fstatSync, openSync, write, writeSync } from 'node:fs';
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
export function logDestination(given: number): LogDestination {
  const fd = withoutWaiting(given);
  const waiting = waitingLines();
  let isWriting = false;
  let isGone = false;
  /** True where the same may be tried again. */
  const failed = (error: unknown): boolean => {
    const code = systemErrorCode(error);
    isGone = code === 'EPIPE';
    return BUSY.includes(code);
  };
  const isIdle = (): boolean => isGone || waiting.isEmpty();
  const writeNext = (): void => {
    if (isWriting || isIdle()) return;
    const bytes = waiting.take();
    isWriting = true;
    write(fd, bytes, (error, written) => {
      const isBusy = error !== null && failed(error);
      if (error === null) waiting.putBack(bytes.subarray(written));
      if (!isBusy) return goOn();
      waiting.putBack(bytes);
      setTimeout(goOn, RETRY_MS).unref();
    });
  };
  const goOn = (): void => {
    isWriting = false;
    writeNext();
  };
  const flushSync = (): void => {
    for (let tries = 0; !isIdle() && tries < TRIES; ) {
      const bytes = waiting.take();
      try {
        waiting.putBack(bytes.subarray(writeSync(fd, bytes)));
      } catch (error) {
        if (!failed(error)) return;
        waiting.putBack(bytes);
        tries += 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  };
  process.once('exit', flushSync);
  return {
    write: (line) => {
      if (!isGone) waiting.add(line);
      writeNext();
    },
    flushSync,
  };
}

interface WaitingLines {
  add(line: string): void;
  /** Those that come next. */
  take(): Buffer;
  /** What was taken and not written comes before what was put back or added meanwhile. */
  putBack(bytes: Buffer): void;
  isEmpty(): boolean;
}

function waitingLines(): WaitingLines {
  let rest: Buffer = NOTHING;
  let lines = '';
  return {
    add: (line) => {
      if (rest.length + lines.length < MOST_WAITING) lines += line;
    },
    take: () => {
      const bytes = rest.length > 0 ? rest : Buffer.from(lines);
      if (rest.length === 0) lines = '';
      rest = NOTHING;
      return bytes;
    },
    putBack: (bytes) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([bytes, rest]);
    },
    isEmpty: () => rest.length === 0 && lines === '',
  };
}

/**
 * The same pipe, where a full one refuses what is written: a write that waits for a reader that does not read could not be
 * given up, also not when the program ends. Anything else, and what may not be opened again, is taken as it is.
 */
function withoutWaiting(fd: number): number {
  try {
    if (!fstatSync(fd).isFIFO()) return fd;
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return fd;
  }
}
