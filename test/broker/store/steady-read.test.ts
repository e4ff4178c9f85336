import { describe, expect, it } from '@jest/globals';
import { readSteadily } from '../../../broker/store/steady-read.ts';

/** Something to read that is disturbed by so many of the reads. */
function disturbedBy(disturbances: number) {
  const calls: string[] = [];
  let moves = 0;
  return {
    calls,
    read: async () => {
      calls.push('read');
      if (moves < disturbances) moves++;
      return moves;
    },
    steadiness: {
      state: async () => moves,
      hold: async () => void calls.push('hold'),
      release: async () => void calls.push('release'),
    },
  };
}

describe('what is read steadily', () => {
  it('is read once, and asks nobody to wait, where nothing is rolled up', async () => {
    const { steadiness, read, calls } = disturbedBy(0);
    expect(await readSteadily(steadiness, read)).toBe(0);
    expect(calls).toEqual(['read']);
  });

  it('is read again where something was, while others wait', async () => {
    const { steadiness, read, calls } = disturbedBy(2);
    expect(await readSteadily(steadiness, read)).toBe(2);
    expect(calls).toEqual(['read', 'hold', 'read', 'hold', 'read', 'release']);
  });

  it('is refused where that does not end', async () => {
    const { steadiness, read, calls } = disturbedBy(Number.POSITIVE_INFINITY);
    await expect(readSteadily(steadiness, read)).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(/being rolled up at the moment: try again soon/),
    });
    expect(calls.filter((call) => call === 'read')).toHaveLength(5);
    expect(calls.at(-1)).toBe('release');
  });

  it('lets others go on where reading fails', async () => {
    const { steadiness, calls } = disturbedBy(0);
    let moves = 0;
    const failing = readSteadily({ ...steadiness, state: async () => moves }, async () => {
      if (++moves === 2) throw new Error('torn');
    });
    await expect(failing).rejects.toThrow('torn');
    expect(calls).toEqual(['hold', 'release']);
  });
});
