import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { fakeClock, systemClock } from '../../runtime/clock.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

/** Time goes on as the test says, in milliseconds, however long it takes. */
function stopTime() {
  const wall = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
  const count = performance.now();
  const monotonic = jest.spyOn(performance, 'now').mockReturnValue(count);
  return {
    set: (milliseconds: number) => wall.mockReturnValue(milliseconds),
    pass: (milliseconds: number) => monotonic.mockReturnValue(count + milliseconds),
  };
}

describe('systemClock', () => {
  it('gives whole microseconds near the wall clock', () => {
    const before = Date.now();
    const now = systemClock().now();
    const after = Date.now();
    expect(Number.isSafeInteger(now)).toBe(true);
    expect(now / 1000).toBeGreaterThan(before - 2000);
    expect(now / 1000).toBeLessThan(after + 2000);
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
    const time = stopTime();
    const before = clock.now();
    time.set(before / 1000 - 3_600_000);
    const next = clock.now();
    expect(next).toBeGreaterThan(before);
    expect(next - before).toBeLessThan(1_000_000);
  });

  it('goes on at half speed, and so comes to what is due, when the system clock is set back', () => {
    const clock = systemClock();
    const time = stopTime();
    const before = clock.now();
    time.set(before / 1000 - 3_600_000);
    time.pass(10_000);
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
