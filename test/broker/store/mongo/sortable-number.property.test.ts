import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toSortable } from '../../../../broker/store/mongo/sortable-number.ts';
import { afterPrefix } from '../../../../broker/store/mongo/value-subject.ts';

const numbers = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1, -1, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
);

it('numbers have the order of their texts, and the same text where they are equal', () => {
  fc.assert(
    fc.property(numbers, numbers, (one, other) => {
      const [first, second] = [toSortable(one), toSortable(other)];
      expect(first).toMatch(/^[0-9a-f]{16}$/);
      expect([first < second, first === second]).toEqual([one < other, one === other]);
    }),
  );
});

it('what begins with a prefix lies before the text after it, by code units and by bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, rest) => {
      const prefix = `t${text}`;
      const below = afterPrefix(prefix);
      expect(prefix + rest < below).toBe(true);
      expect(Buffer.compare(Buffer.from(prefix + rest), Buffer.from(below))).toBe(-1);
    }),
  );
});
