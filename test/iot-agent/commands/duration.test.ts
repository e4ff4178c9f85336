import { describe, expect, it } from '@jest/globals';
import { parseDuration } from '../../../iot-agent/commands/duration.ts';

describe('a time to live', () => {
  it.each([
    [90, 90],
    ['90', 90],
    ['1.5', 1.5],
    [0, 0],
    ['PT10M', 600],
    ['PT1H30M', 5400],
    ['P1DT0.5S', 86_400.5],
    ['P2W', 1_209_600],
  ])('%j is %d seconds', (value, seconds) => {
    expect(parseDuration(value)).toBe(seconds * 1e6);
  });

  it.each([
    [-1],
    [Number.NaN],
    [1e12],
    ['P'],
    ['PT'],
    ['P1Y'],
    ['P1M'],
    ['10m'],
    [''],
    [true],
    [null],
    ['-5'],
  ])('%j is none', (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });
});
