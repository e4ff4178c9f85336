import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { hasEnded, processMark } from '../../runtime/process-mark.ts';

const onLinux = existsSync('/proc/self/ns/pid') ? it : it.skip;

/** The mark of this process with other members. */
function markWith(more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...JSON.parse(processMark()), ...more });
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

it('a process that runs has not ended', () => {
  expect(hasEnded(processMark())).toBe(false);
});

it('of a process without a mark nobody can tell', () => {
  expect(hasEnded('')).toBe(false);
});

onLinux('a process whose number nobody has any more has ended', async () => {
  const child = spawn('sleep', ['60']);
  const mark = markWith({ pid: child.pid });
  await end(child);
  expect(hasEnded(mark)).toBe(true);
});

onLinux('a process whose number another one has by now has ended', () => {
  expect(hasEnded(markWith({ started: 'earlier' }))).toBe(true);
});

onLinux('of a process of another machine or container nobody can tell', async () => {
  const child = spawn('sleep', ['60']);
  const mark = markWith({ pid: child.pid, space: 'another boot pid:[4026531836]' });
  await end(child);
  expect(hasEnded(mark)).toBe(false);
});
