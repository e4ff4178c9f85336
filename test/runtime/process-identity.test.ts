import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { currentProcess, isAlive } from '../../runtime/process-identity.ts';
import { eventually } from '../support/eventually.ts';

it('a process that runs is alive', () => {
  expect(isAlive(currentProcess())).toBe(true);
});

it('another process under the same number is not it', () => {
  expect(isAlive({ ...currentProcess(), started: 'earlier' })).toBe(false);
});

const onLinux = existsSync('/proc/self/stat') ? it : it.skip;

onLinux('a process that is dead, and that its parent has not looked after, is not alive', async () => {
  // The parent becomes a program that waits for no child.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
  try {
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(line);
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const child = { pid, started: `${boot}/${ticks}` };
    expect(isAlive(child)).toBe(true);
    // Until then it is a shell, which may look after its child.
    await eventually(async () => expect(programOf(parent.pid)).toBe('sleep'));
    process.kill(pid, 'SIGKILL');
    await eventually(async () => expect(isAlive(child)).toBe(false));
    expect(existsSync(`/proc/${pid}`)).toBe(true);
  } finally {
    parent.kill('SIGKILL');
  }
});

function programOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}
