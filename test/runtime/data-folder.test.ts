import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { holdDataFolder } from '../../runtime/data-folder.ts';
import { currentProcess, isAlive, parseProcessIdentity } from '../../runtime/process-identity.ts';
import { StartError } from '../../runtime/start-error.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();
let number = 0;
let folder: string;
beforeEach(() => {
  folder = join(root, String(++number), 'data');
});

describe('holdDataFolder', () => {
  it('creates the folder and holds it until it is released', () => {
    const held = holdDataFolder(folder, 'broker');
    expect(readdirSync(folder)).toEqual(['broker.lock']);
    held.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a folder that a live process holds, and names it', () => {
    const held = holdDataFolder(folder, 'broker');
    expect(() => holdDataFolder(folder, 'broker')).toThrow(StartError);
    expect(() => holdDataFolder(folder, 'broker')).toThrow(
      `${folder} is used by process ${process.pid}: stop that one`,
    );
    held.release();
    holdDataFolder(folder, 'broker').release();
  });

  it('lets different programs share it', () => {
    const held = [holdDataFolder(folder, 'broker'), holdDataFolder(folder, 'iot-agent')];
    expect(readdirSync(folder)).toEqual(['broker.lock', 'iot-agent.lock']);
    for (const { release } of held) release();
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 4_194_305, started: 'x/1' })],
    ['an earlier process with the same number', JSON.stringify({ pid: process.pid, started: 'x/1' })],
    ['nobody that can be read', 'half a lo'],
  ])('takes over the lock of %s', (_whose, content) => {
    holdDataFolder(folder, 'broker').release();
    writeFileSync(join(folder, 'broker.lock'), content);
    const held = holdDataFolder(folder, 'broker');
    expect(parseProcessIdentity(readFileSync(join(folder, 'broker.lock'), 'utf8'))).toEqual(currentProcess());
    expect(readdirSync(folder)).toEqual(['broker.lock']);
    held.release();
  });

  it('does not remove a lock that has become another process’s', () => {
    const held = holdDataFolder(folder, 'broker');
    writeFileSync(join(folder, 'broker.lock'), '{"pid":1,"started":""}');
    held.release();
    expect(existsSync(join(folder, 'broker.lock'))).toBe(true);
  });

  it('names the remedy when a part of the path is a file', () => {
    const file = join(root, `file${number}`);
    writeFileSync(file, '');
    expect(() => holdDataFolder(join(file, 'data'), 'broker')).toThrow('a part of the path is a file');
    expect(() => holdDataFolder(file, 'broker')).toThrow('there is a file of that name');
  });

  it('names the remedy where the system makes no folders', () => {
    expect(() => holdDataFolder('/proc/nowhere/data', 'broker')).toThrow('it cannot be made');
  });

  // The superuser may write anywhere.
  (process.getuid?.() === 0 ? it.skip : it)('names the remedy when the folder cannot be written', () => {
    holdDataFolder(folder, 'broker').release();
    chmodSync(folder, 0o500);
    expect(() => holdDataFolder(folder, 'broker')).toThrow('this user may not write there');
    chmodSync(folder, 0o700);
  });
});

describe('process identity', () => {
  it('tells a live process from an earlier one of the same number', () => {
    expect(isAlive(currentProcess())).toBe(true);
    expect(isAlive({ ...currentProcess(), started: 'another boot' })).toBe(false);
  });

  it.each(['', 'null', '[]', '{"pid":-1,"started":"x"}', '{"pid":"1","started":"x"}'])(
    'refuses %j',
    (content) => {
      expect(parseProcessIdentity(content)).toBeUndefined();
    },
  );
});
