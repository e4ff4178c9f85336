import { describe, expect, it } from '@jest/globals';
import { weightedLru } from '../../../broker/jsonld/weighted-lru.ts';

describe('a map bounded by weight', () => {
  it('forgets what was not used for longest', () => {
    const lru = weightedLru<number>(10);
    lru.set('a', 1, 4);
    lru.set('b', 2, 4);
    lru.get('a');
    lru.set('c', 3, 4);
    expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3]);
  });

  it('counts a replaced or deleted entry no more, and never keeps one that is too heavy', () => {
    const lru = weightedLru<number>(10);
    lru.set('a', 1, 9);
    lru.set('a', 2, 1);
    lru.set('b', 3, 9);
    expect([lru.get('a'), lru.get('b')]).toEqual([2, 3]);
    lru.delete('b');
    lru.set('c', 4, 9);
    expect(lru.get('a')).toBe(2);
    lru.set('a', 5, 11);
    expect([lru.get('a'), lru.get('c')]).toEqual([undefined, 4]);
  });
});
