import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claim, type Period, type PeriodPlan, released } from '../../../broker/notifications/period.ts';
import { START } from './fake-time.ts';

const SECOND = 1_000_000;

/** What a process does: its clock is off by so much, and so much time has passed since the step before. */
const steps = fc.array(
  fc.record({
    by: fc.constantFrom('a', 'b', 'c'),
    passed: fc.integer({ min: 0, max: 400 * SECOND }),
    ends: fc.boolean(),
  }),
  { maxLength: 60 },
);
const skews = fc.record({
  a: fc.integer({ min: -SECOND, max: SECOND }),
  b: fc.integer({ min: -SECOND, max: SECOND }),
  c: fc.integer({ min: -SECOND, max: SECOND }),
});
const intervals = fc.integer({ min: 100_000, max: 1000 * SECOND });

/** The store in which processes begin and end periods, and what must hold each time. */
function stored(plan: PeriodPlan) {
  let period: Period | undefined;
  let latest = 0;
  const over = new Set<number>();
  const isInRhythm = (at: number) => (at - plan.since) % plan.interval === 0;
  return (by: string, now: number, ends: boolean): void => {
    const begun = claim(period, plan, { by, now });
    if (begun.kind === 'wait') {
      expect(begun.until).toBeGreaterThan(now);
      return;
    }
    const { at, period: next } = begun;
    expect([at, next.due].map(isInRhythm)).toEqual([true, true]);
    expect(at).toBeLessThanOrEqual(now);
    expect(next.due).toBeGreaterThan(now);
    expect(at).toBeGreaterThanOrEqual(latest);
    expect(over.has(at)).toBe(false);
    latest = at;
    // Without a lease it is begun but once, however it ends.
    if (ends || next.lease === undefined) over.add(at);
    period = ends ? released(next, by) : next;
  };
}

describe('periods that several processes begin, by clocks that differ', () => {
  it('are each begun once, in the rhythm and when it is due, unless one was never ended', () => {
    fc.assert(
      fc.property(intervals, skews, steps, (interval, skew, all) => {
        const step = stored({ interval, since: START, createdAt: START, modifiedAt: START });
        let time = START;
        for (const { by, passed, ends } of all) {
          time += passed;
          step(by, time + skew[by], ends);
        }
      }),
    );
  });
});
