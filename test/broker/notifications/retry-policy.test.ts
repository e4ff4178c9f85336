import { describe, expect, it } from '@jest/globals';
import { isTooOld, judge, type SendResult, toOutcome } from '../../../broker/notifications/retry-policy.ts';

const settings = { maxAttempts: 5, maxAge: 3_600_000, firstDelay: 1000, longestDelay: 60_000 };
const first = { attempts: 0, age: 0 };
const answered = (status: number, retryAfter?: number): SendResult => ({
  kind: 'answered',
  status,
  ...(retryAfter !== undefined && { retryAfter }),
});

describe('what follows from an attempt', () => {
  it.each([200, 201, 202, 204, 299])('%i is success', (status) => {
    expect(judge(answered(status), first, settings, 0)).toEqual({ kind: 'delivered' });
  });

  it.each([199, 300, 301, 302, 307, 308, 400, 401, 403, 404, 409, 410, 413, 415, 422])(
    '%i is a dead letter at once',
    (status) => {
      expect(judge(answered(status), first, settings, 0)).toEqual({
        kind: 'dead',
        error: `the receiver answered ${status}`,
      });
    },
  );

  it.each([408, 429, 500, 502, 503, 504])('%i is tried again', (status) => {
    expect(judge(answered(status), first, settings, 0)).toMatchObject({ kind: 'retry', delay: 500 });
  });

  it('no answer is tried again', () => {
    expect(judge({ kind: 'unanswered', error: 'reset' }, first, settings, 0)).toMatchObject({
      kind: 'retry',
    });
  });

  it('what cannot be sent at all is a dead letter', () => {
    expect(judge({ kind: 'impossible', error: 'not allowed' }, first, settings, 0)).toEqual({
      kind: 'dead',
      error: 'not allowed',
    });
  });

  it.each([
    [0, 0, 500],
    [0, 1, 1000],
    [1, 1, 2000],
    [3, 0.5, 6000],
  ])('the wait after attempt %i doubles and is spread: %d gives %i ms', (attempts, random, delay) => {
    expect(judge(answered(500), { attempts, age: 0 }, settings, random)).toMatchObject({ delay });
  });

  it('the wait has a longest', () => {
    const many = { ...settings, maxAttempts: 100 };
    expect(judge(answered(500), { attempts: 50, age: 0 }, many, 1)).toMatchObject({ delay: 60_000 });
  });

  it('the receiver and the Subscription may ask for a longer wait, but not for one beyond the longest age', () => {
    expect(judge(answered(503, 90_000), first, settings, 0)).toMatchObject({ delay: 90_000 });
    expect(judge(answered(503, 10), first, settings, 0)).toMatchObject({ delay: 500 });
    expect(judge(answered(503), { ...first, cooldown: 7000.5 }, settings, 0)).toMatchObject({ delay: 7001 });
    expect(judge(answered(503, 1e12), first, settings, 0)).toMatchObject({ delay: settings.maxAge });
  });

  it('the last attempt is followed by none', () => {
    expect(judge(answered(503), { attempts: 3, age: 0 }, settings, 0)).toMatchObject({ kind: 'retry' });
    expect(judge(answered(503), { attempts: 4, age: 0 }, settings, 0)).toEqual({
      kind: 'dead',
      error: 'attempt 5 of 5: the receiver answered 503',
    });
  });

  it('no connection counts as no attempt', () => {
    const result = { kind: 'unreachable', error: 'ECONNREFUSED' } as const;
    expect(judge(result, { attempts: 99, age: 0 }, settings, 0)).toMatchObject({ kind: 'retry', delay: 0 });
  });

  it.each(['unreachable', 'unanswered'] as const)('%s ends at the longest age', (kind) => {
    expect(judge({ kind, error: 'gone' }, { attempts: 0, age: 3_600_000 }, settings, 0)).toEqual({
      kind: 'dead',
      error: 'too old to try again: gone',
    });
  });

  it('tells the store when the next attempt is due, in microseconds', () => {
    expect(toOutcome({ kind: 'retry', delay: 1500, error: 'x' }, 1_000_000)).toEqual({
      kind: 'retry',
      dueAt: 2_500_000,
      error: 'x',
    });
  });

  it('ends at the longest age, not before', () => {
    expect(isTooOld({ at: 0 }, 3_600_000_000 - 1, settings)).toBe(false);
    expect(isTooOld({ at: 0 }, 3_600_000_000, settings)).toBe(true);
    expect(isTooOld({ at: 0, replayedAt: 1 }, 3_600_000_000, settings)).toBe(false);
    expect(isTooOld({ at: 0, replayedAt: 1 }, 3_600_000_001, settings)).toBe(true);
  });
});
