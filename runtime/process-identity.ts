import { readFileSync } from 'node:fs';
import { systemErrorCode } from './start-error.ts';

/** A process beyond its number, which the system gives to others after a while (and to each container's first). */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in a form of the system's own; empty where the system does not tell. */
  readonly started: string;
}

/** Who this process is. */
export function currentProcess(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) };
}

/** The identity in a text that `JSON.stringify` made of one, or `undefined` for any other text. */
export function parseProcessIdentity(text: string): ProcessIdentity | undefined {
  try {
    const { pid, started } = JSON.parse(text) as Partial<ProcessIdentity>;
    return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof started === 'string'
      ? { pid: Number(pid), started }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    if (systemErrorCode(error) !== 'EPERM') return false;
  }
  return startOf(pid) === started;
}

/** Linux tells when a process started in clock ticks since boot; with the boot's id that is unique. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in parentheses, may hold blanks; field 22 is the 20th after it.
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Dead, but its parent has not looked: a container's first process may never do so.
    if (state === 'Z') return '';
    const ticks = fields[18] ?? '';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
  } catch {
    return '';
  }
}
