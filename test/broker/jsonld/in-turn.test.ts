import { describe, expect, it } from '@jest/globals';
import { newLine } from '../../../broker/jsonld/in-turn.ts';

describe('work in a line', () => {
  it('is done in the order in which it came, and leaves others their turns of the event loop', async () => {
    const log: string[] = [];
    const inTurn = newLine();
    const works = ['a', 'b', 'c'].map((name) =>
      inTurn(() => {
        log.push(name);
        setImmediate(() => log.push(`after ${name}`));
        return name;
      }),
    );
    expect(await Promise.all(works)).toEqual(['a', 'b', 'c']);
    expect(log.slice(0, 5)).toEqual(['a', 'after a', 'b', 'after b', 'c']);
  });

  it('that fails keeps nobody from his turn', async () => {
    const inTurn = newLine();
    const failing = inTurn(() => Promise.reject(new Error('broken')));
    const next = inTurn(() => 'done');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('done');
  });
});
