import { describe, expect, it } from '@jest/globals';
import {
  claim,
  LEASE,
  leased,
  type Period,
  type PeriodPlan,
  released,
} from '../../../broker/notifications/period.ts';
import { START } from './fake-time.ts';

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
/** One of a Subscription made at START. */
const planOf = (interval: number, more: Partial<PeriodPlan> = {}): PeriodPlan => ({
  ...{ interval, since: START, createdAt: START, modifiedAt: START },
  ...more,
});
const at = (now: number, by = 'a') => ({ by, now: START + now });

describe('a period', () => {
  it('is due for the first time one interval after the Subscription was made', () => {
    const plan = planOf(10 * SECOND);
    expect(claim(undefined, plan, at(10 * SECOND - 1))).toEqual({
      kind: 'wait',
      until: START + 10 * SECOND,
      due: START + 10 * SECOND,
    });
    expect(claim(undefined, plan, at(10 * SECOND))).toEqual({
      kind: 'taken',
      at: START + 10 * SECOND,
      period: { interval: 10 * SECOND, since: START, due: START + 20 * SECOND },
    });
  });

  it('is made up for once when it was missed, and the next ones keep to the rhythm', () => {
    const plan = planOf(10 * SECOND);
    const late = claim(undefined, plan, at(57 * SECOND));
    expect(late).toMatchObject({ kind: 'taken', period: { due: START + 60 * SECOND } });
  });

  it('has a lease where the next one is far away, which another process takes up once it has run out', () => {
    const plan = planOf(HOUR);
    const first = claim(undefined, plan, at(HOUR));
    if (first.kind !== 'taken') throw new Error('was due');
    expect(first.period.lease).toEqual({ at: START + HOUR, by: 'a', until: START + HOUR + LEASE });
    const soon = claim(first.period, plan, at(HOUR + LEASE - 1, 'b'));
    expect(soon).toMatchObject({ kind: 'wait', until: START + HOUR + LEASE });
    const later = claim(first.period, plan, at(HOUR + LEASE, 'b'));
    expect(later).toMatchObject({ kind: 'taken', at: START + HOUR });
    expect(later.kind === 'taken' && later.period).toMatchObject({
      due: START + 2 * HOUR,
      lease: { by: 'b' },
    });
  });

  it('is over with its lease', () => {
    const plan = planOf(HOUR);
    const begun = claim(undefined, plan, at(HOUR));
    if (begun.kind !== 'taken') throw new Error('was due');
    const over = released(begun.period, 'a');
    expect(claim(over, plan, at(HOUR + 2 * LEASE, 'b'))).toMatchObject({
      kind: 'wait',
      until: START + 2 * HOUR,
    });
    expect(released(begun.period, 'b')).toBe(begun.period);
  });

  it('is left to whoever sends an earlier one for longer than an interval, and to the latest where two do', () => {
    const plan = planOf(SECOND);
    const stored: Period = { interval: SECOND, since: START, due: START + 2 * SECOND };
    const held = leased(stored, { at: START + SECOND, by: 'a', until: START + 5 * SECOND });
    expect(claim(held, plan, at(3 * SECOND, 'b'))).toMatchObject({ kind: 'wait', until: START + 5 * SECOND });
    expect(leased(held, { at: START + SECOND, by: 'b', until: START + 9 * SECOND })).toBe(held);
    const newer = { at: START + 2 * SECOND, by: 'b', until: START + 9 * SECOND };
    expect(leased(held, newer).lease).toEqual(newer);
  });

  it('begins anew with a new interval, or with a Subscription that takes the id of one before', () => {
    const stored: Period = { interval: HOUR, since: START, due: START + HOUR };
    const changed = planOf(10 * SECOND, { since: START + SECOND, modifiedAt: START + SECOND });
    expect(claim(stored, changed, at(5 * SECOND))).toMatchObject({ until: START + 11 * SECOND });
    const again = planOf(HOUR, { since: START + 5, createdAt: START + 5, modifiedAt: START + 5 });
    expect(claim(stored, again, at(HOUR))).toMatchObject({ kind: 'wait', until: START + 5 + HOUR });
  });

  it('is left alone by a process that knows an older version of the Subscription', () => {
    const stored: Period = { interval: SECOND, since: START + 7, due: START + 9 };
    expect(claim(stored, planOf(HOUR), at(2 * HOUR)).kind).toBe('wait');
  });

  it('does not wait for a clock that was ahead and was set back', () => {
    const plan = planOf(10 * SECOND);
    const stored: Period = { interval: 10 * SECOND, since: START, due: START + 24 * HOUR };
    expect(claim(stored, plan, at(0))).toMatchObject({
      kind: 'taken',
      period: { due: START + 10 * SECOND },
    });
    const skewed: Period = { ...stored, due: START + 40 * SECOND };
    expect(claim(skewed, plan, at(0))).toMatchObject({ kind: 'wait', until: START + 40 * SECOND });
  });
});
