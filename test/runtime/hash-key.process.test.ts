import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { spawnProgram } from '../support/spawn-program.ts';

const main = resolve('dist/runtime/hash-key.js');
const key = 'a key of more than sixteen characters';

describe('npm run hash-key', () => {
  it('prints what API_KEYS wants of a key', async () => {
    const program = spawnProgram(main, { args: [key] });
    expect(await program.ended).toBe(0);
    expect(program.logs()).toBe(`${createHash('sha256').update(key).digest('hex')}\n`);
  });

  it('refuses a key that can be guessed', async () => {
    const program = spawnProgram(main, { args: ['secret'] });
    expect(await program.ended).toBe(2);
    expect(program.logs()).toContain('16 characters');
  });
});
