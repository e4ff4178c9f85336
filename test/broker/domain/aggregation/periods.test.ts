import { describe, expect, it } from '@jest/globals';
import { periodsFrom } from '../../../../broker/domain/aggregation/periods.ts';
import { LAST_MOMENT, nextMoment, parseDateTime } from '../../../../broker/domain/date-time.ts';
import { parseDuration } from '../../../../broker/domain/duration.ts';

const at = (text: string): number => parseDateTime(text) ?? Number.NaN;

function periodOf(moment: number, duration: string, anchor: number) {
  const parsed = parseDuration(duration);
  if (parsed === undefined) throw new Error(`${duration} is no duration.`);
  return periodsFrom(anchor, parsed)(moment);
}

describe('periods (clause 4.5.19.1)', () => {
  it.each([
    ['2026-01-01T01:30:00Z', 'PT1H', '2026-01-01T01:00:00Z', '2026-01-01T02:00:00Z'],
    ['2025-12-31T23:30:00Z', 'PT1H', '2025-12-31T23:00:00Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T02:00:00Z', 'PT2H', '2026-01-01T02:00:00Z', '2026-01-01T04:00:00Z'],
    ['2025-12-30T00:00:00Z', 'P2D', '2025-12-30T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['2024-02-29T00:00:00Z', 'P1M', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
  ])('of %s by %s begins at %s', (moment, duration, start, end) => {
    const anchor = at('2026-01-01T00:00:00Z');
    expect(periodOf(at(moment), duration, anchor)).toEqual({ start: at(start), end: at(end) });
  });

  it('may be more than a double counts', () => {
    const moment = at('2026-01-01T00:00:00.000005Z');
    const anchor = at('0001-01-01T00:00:00Z');
    expect(periodOf(moment, 'PT0.000001S', anchor)).toEqual({ start: moment, end: moment + 1 });
    // From then to the moment there are 63,902,822,400,000,005 microseconds, of which 2 are left over.
    expect(periodOf(moment, 'PT0.000007S', anchor)).toEqual({ start: moment - 2, end: moment + 5 });
  });

  it('have a length where moments are further apart than they are long', () => {
    expect(periodOf(LAST_MOMENT - 64, 'PT0.000001S', 0)).toEqual({
      start: LAST_MOMENT - 64,
      end: nextMoment(LAST_MOMENT - 64),
    });
  });
});
