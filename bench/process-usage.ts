import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Clock ticks a second in /proc, the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU seconds, user and system, that the process has used; to 10 ms. */
export function cpuSeconds(pid: number): number {
  if (process.platform !== 'linux') return cpuSecondsByPs(pid);
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** `[[dd-]hh:]mm:ss.ss` of ps, on systems without /proc. */
function cpuSecondsByPs(pid: number): number {
  const [days, time] = `0-${ps('time', pid)}`.split('-').slice(-2) as [string, string];
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}

/** Resident memory of the process in MB. */
export function residentMegabytes(pid: number): number {
  if (process.platform !== 'linux') return Number(ps('rss', pid)) / 1024;
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function ps(column: string, pid: number): string {
  return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
}

/** Resolves when the process has hardly worked for half a second: what it does after its answers is done. */
export async function untilCalm(pid: number, limitSeconds = 60): Promise<void> {
  const deadline = Date.now() + limitSeconds * 1000;
  let quiet = 0;
  while (quiet < 2 && Date.now() < deadline) {
    const before = cpuSeconds(pid);
    await delay(250);
    quiet = cpuSeconds(pid) - before < 0.03 ? quiet + 1 : 0;
  }
}
