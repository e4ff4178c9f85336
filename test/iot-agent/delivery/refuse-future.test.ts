import { describe, expect, it } from '@jest/globals';
import { refuseFuture } from '../../../iot-agent/delivery/refuse-future.ts';
import type { Mapped } from '../../../iot-agent/registry/device.ts';
import { OBSERVED_AT } from '../mapping/sample-device.ts';

const HOUR = 3_600_000_000;
const at = (observedAt: number): Mapped => ({
  kind: 'entities',
  entities: [{ entity: { id: 'urn:a:1', type: 'A' }, context: '', observedAt }],
});

describe('a measure of the future', () => {
  it.each([
    [HOUR + 1_000_000, '60 minutes'],
    [5 * HOUR, '5 hours'],
    [24 * 365 * HOUR, '365 days'],
  ])('by %d µs is invalid, and told to be %s ahead', (ahead, words) => {
    expect(refuseFuture(at(OBSERVED_AT + ahead), OBSERVED_AT, HOUR)).toEqual({
      kind: 'invalid',
      attribute: 'TimeInstant',
      rule: `is ${words} in the future: check the device's clock and time zone`,
    });
  });

  it('by no more than what is allowed is as it was, as is what is past and what is no Entity', () => {
    for (const ahead of [HOUR, 0, -1000 * HOUR]) {
      const mapped = at(OBSERVED_AT + ahead);
      expect(refuseFuture(mapped, OBSERVED_AT, HOUR)).toBe(mapped);
    }
    const nothing: Mapped = { kind: 'nothing', reason: 'none' };
    expect(refuseFuture(nothing, OBSERVED_AT, HOUR)).toBe(nothing);
  });
});
