import { readFileSync, readlinkSync } from 'node:fs';
import { currentProcess, isAlive } from './process-identity.ts';
import { systemErrorCode } from './start-error.ts';

/**
 * A text that names this process among all that ever ran on any machine, for others to judge by `hasEnded`; empty where
 * the system does not tell enough.
 */
export function processMark(): string {
  const { pid, started } = currentProcess();
  const space = numberSpace();
  return started === '' || space === '' ? '' : JSON.stringify({ pid, started, space });
}

/**
 * True when the process of the mark has surely ended. False may mean that nobody here can tell: it is of another
 * machine, or of another container.
 */
export function hasEnded(mark: string): boolean {
  if (mark === '') return false;
  const { pid, started, space } = JSON.parse(mark) as Record<'started' | 'space', string> & { pid: number };
  return space !== '' && space === numberSpace() && !isOfAnother(pid) && !isAlive({ pid, started });
}

/** Of another user's processes the system may not tell when they started. */
function isOfAnother(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/**
 * Where a process number means what it means here: Linux has a space of numbers for each container, whose name is
 * unique on a machine from its start on.
 */
function numberSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}
