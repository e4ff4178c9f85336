import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keyOf, partsOf, prefixOf, rangeOf } from '../../../../broker/store/mongo/keys.ts';

const part = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('|', '%', '7', 'C', '2', '5', '}', 'a') }),
);

it('different parts make different keys, from which they can be read again', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      expect(partsOf(keyOf(...parts), parts.length)).toEqual(parts);
    }),
  );
});

it('the range of a prefix holds the keys that start with its parts, and no other', () => {
  fc.assert(
    fc.property(part, part, part, (first, other, second) => {
      const { $gte, $lt } = rangeOf(first);
      const key = Buffer.from(keyOf(other, second));
      // As MongoDB compares: by the bytes of UTF-8.
      const isIn = Buffer.compare(key, Buffer.from($gte)) >= 0 && Buffer.compare(key, Buffer.from($lt)) < 0;
      expect(isIn).toBe(Buffer.from(prefixOf(first)).equals(Buffer.from(prefixOf(other))));
    }),
  );
});
