import { describe, expect, it } from '@jest/globals';
import {
  aggregationBounds,
  MOST_REMEMBERED,
  MOST_VALUES,
} from '../../../../broker/domain/aggregation/bounds.ts';

describe('what an answer of aggregated values may take', () => {
  it('is a number of values', () => {
    const bounds = aggregationBounds();
    for (let count = 0; count < MOST_VALUES; count++) bounds.countValue();
    expect(() => bounds.countValue()).toThrow(/aggrPeriodDuration/);
  });

  it('is what is remembered at once, until it is forgotten', () => {
    const bounds = aggregationBounds();
    const half = MOST_REMEMBERED / 2;
    const held = bounds.remember(half);
    bounds.forget(held);
    bounds.remember(half);
    expect(() => bounds.remember(half)).toThrow(/distinctCount/);
  });
});
