import { describe, expect, it } from '@jest/globals';
import { partOf } from '../../../broker/http/temporal-pages.ts';

describe('the status of a Temporal Evolution', () => {
  it('is 200 for a whole one', () => {
    expect(partOf({}, 'DateTime')).toEqual({ status: 200, headers: {} });
  });

  it('is 203 for a whole one that an older version of the standard has changed', () => {
    expect(partOf({ isAmended: true }, 'DateTime')).toEqual({ status: 203, headers: {} });
  });

  it('is 206 for a part, whose range is told in the unit that is set', () => {
    const range = { start: '2026-05-02T00:00:00Z', end: '2026-05-01T00:00:00Z', size: '5' };
    for (const unit of ['DateTime', 'date-time'] as const) {
      expect(partOf({ range, isAmended: true }, unit)).toEqual({
        status: 206,
        headers: { 'Content-Range': `${unit} 2026-05-02T00:00:00Z-2026-05-01T00:00:00Z/5` },
      });
    }
  });
});
