import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstInOrder } from '../../../../broker/domain/query/first-in-order.ts';

describe('the first in order', () => {
  it('are those that sorting everything would put first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.nat({ max: 30 }), (numbers, most) => {
        const first = firstInOrder<number>(most, (one, other) => one - other);
        for (const number of numbers) first.offer(number);
        expect(first.items()).toEqual([...numbers].sort((one, other) => one - other).slice(0, most));
      }),
    );
  });
});
