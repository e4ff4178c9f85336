import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  parseCursor,
  parseLetterId,
  toCursor,
  toLetterId,
} from '../../../broker/services/dead-letter-tokens.ts';

describe('ids and cursors of dead letters', () => {
  it('lead back to what they were made of, and stand in paths as they are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.maxSafeNat(),
        (subscriptionId, order, diedAt) => {
          const id = toLetterId({ subscriptionId, order });
          const cursor = toCursor({ subscriptionId, order, diedAt });
          expect(parseLetterId(id)).toEqual({ subscriptionId, order });
          expect(parseCursor(cursor)).toEqual({ subscriptionId, order, diedAt });
          expect(id + cursor).toMatch(/^[\w-]+$/);
        },
      ),
    );
  });

  it('are nothing when they are anything else', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const cursor = parseCursor(text);
        const key = parseLetterId(text);
        expect(typeof (cursor?.order ?? '')).toBe('string');
        expect(typeof (key?.subscriptionId ?? '')).toBe('string');
      }),
    );
    expect([parseLetterId('W10'), parseCursor(toLetterId({ subscriptionId: 'urn:s', order: '1' }))]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
