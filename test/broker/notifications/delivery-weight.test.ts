import { describe, expect, it } from '@jest/globals';
import { weightOf } from '../../../broker/notifications/delivery-weight.ts';
import { change, lamp } from './fixtures.ts';

describe('the weight of a delivery', () => {
  it('is 1 for an Entity of ordinary size', () => {
    expect(weightOf(change(lamp('urn:e:1')))).toBe(1);
  });

  it('grows with the texts and the members of the Entity, as it is and as it was', () => {
    const text = lamp('urn:e:1', { map: 'x'.repeat(409_600) });
    expect(weightOf(change(text))).toBeCloseTo(100, -1);
    const members = lamp('urn:e:1', { map: Array.from({ length: 10_000 }, (_, index) => ({ index })) });
    expect(weightOf(change(members))).toBeGreaterThan(50);
    const before = lamp('urn:e:1', { map: 'y'.repeat(409_600) });
    expect(weightOf({ ...change(text), before })).toBeCloseTo(200, -1);
  });
});
