import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { fakeClock, systemClock } from '../../runtime/clock.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('systemClock', () => {
  it('gives whole microseconds near the wall clock', () => {
    const now = systemClock().now();
    expect(Number.isSafeInteger(now)).toBe(true);
    expect(Math.abs(now / 1000 - Date.now())).toBeLessThan(2000);
  });

  it('is greater at every reading, however fast they come', () => {
    const clock = systemClock();
    let last = 0;
    for (let reading = 0; reading < 10_000; reading++) {
      const now = clock.now();
      expect(now > last).toBe(true);
      last = now;
    }
  });

  it('does not go back when the system clock is set back', () => {
    const clock = systemClock();
    const before = clock.now();
    jest.spyOn(Date, 'now').mockReturnValue(before / 1000 - 3_600_000);
    const next = clock.now();
    expect(next).toBeGreaterThan(before);
    expect(next - before).toBeLessThan(1_000_000);
  });

  it('goes on at half speed, and so comes to what is due, when the system clock is set back', () => {
    const clock = systemClock();
    const before = clock.now();
    jest.spyOn(Date, 'now').mockReturnValue(before / 1000 - 3_600_000);
    const count = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => count + 10_000);
    const passed = clock.now() - before;
    expect(passed).toBeGreaterThanOrEqual(5_000_000);
    expect(passed).toBeLessThan(6_000_000);
  });

  it('follows a system clock that is set forward', () => {
    const ahead = Date.now() + 3_600_000;
    jest.spyOn(Date, 'now').mockReturnValue(ahead);
    expect(systemClock().now()).toBe(ahead * 1000);
  });
});

describe('fakeClock', () => {
  it('starts where it is told, moves when it is told and stays strictly monotone', () => {
    const clock = fakeClock(1_000_000);
    expect(clock.now()).toBe(1_000_000);
    expect(clock.now()).toBe(1_000_001);
    clock.advance(60_000_000);
    expect(clock.now()).toBe(61_000_002);
  });
});
