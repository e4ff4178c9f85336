import { describe, expect, it } from '@jest/globals';
import { onceForEach } from '../../../broker/domain/once-for-each.ts';
import { remember } from '../../../broker/http/remember.ts';

/** Counts how often it is asked. */
function counting(): {
  readonly read: (text: string) => { readonly text: string };
  readonly asked: string[];
} {
  const asked: string[] = [];
  return { asked, read: (text) => ({ text: asked[asked.push(text) - 1] ?? '' }) };
}

describe('what texts mean is remembered', () => {
  it('as the same object for the same text', () => {
    const { read, asked } = counting();
    const remembering = remember(read);
    expect(remembering('a')).toBe(remembering('a'));
    expect(remembering('b')).toEqual({ text: 'b' });
    expect(asked).toEqual(['a', 'b']);
  });

  it('of a bounded number of texts that are not long', () => {
    const { read, asked } = counting();
    const remembering = remember(read, 2);
    for (const text of ['a', 'b', 'c', 'a']) remembering(text);
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
    const long = 'x'.repeat(1001);
    expect(remembering(long)).not.toBe(remembering(long));
  });

  it('but not what was thrown', () => {
    let attempts = 0;
    const remembering = remember(() => {
      attempts++;
      if (attempts === 1) throw new Error('not yet');
      return attempts;
    });
    expect(() => remembering('a')).toThrow('not yet');
    expect(remembering('a')).toBe(2);
  });

  it('for each object, undefined included', () => {
    let asked = 0;
    const once = onceForEach((_key: object): undefined => {
      asked++;
    });
    const key = {};
    once(key);
    once(key);
    once({});
    expect(asked).toBe(2);
  });
});
