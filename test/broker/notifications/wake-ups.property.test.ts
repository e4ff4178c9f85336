import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WakeUps } from '../../../broker/notifications/wake-ups.ts';
import { fakeTime, START } from './fake-time.ts';

type Step =
  | { readonly kind: 'set'; readonly key: string; readonly after: number }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'pass'; readonly milliseconds: number };

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key: keys, after: fc.integer({ min: -50, max: 500 }) }),
  fc.record({ kind: fc.constant('delete' as const), key: keys }),
  fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.integer({ min: 0, max: 300 }) }),
);

/** Wake-ups, and what they are to do. */
function modelled() {
  const time = fakeTime();
  const woken: { readonly key: string; readonly at: number }[] = [];
  const wakeUps = new WakeUps({
    timers: time.timers,
    now: time.now,
    onDue: (key) => void woken.push({ key, at: time.now() }),
  });
  const expected = new Map<string, number>();
  // Timers are whole milliseconds, and each reading of the clock takes a microsecond.
  const TOLERANCE = 2000;
  const pass = async (milliseconds: number): Promise<void> => {
    const before = time.now();
    await time.pass(milliseconds);
    for (const { key, at } of woken.splice(0)) {
      const due = expected.get(key) ?? Infinity;
      expect(at).toBeGreaterThanOrEqual(due);
      expect(at - Math.max(due, before)).toBeLessThan(TOLERANCE);
      expected.delete(key);
    }
    for (const due of expected.values()) expect(due).toBeGreaterThan(time.now() - TOLERANCE);
  };
  return {
    timers: () => time.waiting(),
    take: async (one: Step): Promise<void> => {
      if (one.kind === 'pass') return pass(one.milliseconds);
      expected.delete(one.key);
      if (one.kind === 'delete') return wakeUps.delete(one.key);
      const at = time.now() + one.after * 1000;
      expected.set(one.key, at);
      wakeUps.set(one.key, at);
    },
  };
}

describe('wake-ups', () => {
  it('wake each key at the time set last, once, with one timer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 100 }), async (steps) => {
        const model = modelled();
        for (const one of steps) {
          await model.take(one);
          expect(model.timers()).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('stay small though one key is put off again and again', async () => {
    const time = fakeTime();
    const woken: string[] = [];
    const wakeUps = new WakeUps({ timers: time.timers, now: time.now, onDue: (key) => void woken.push(key) });
    for (let n = 0; n < 1000; n++) wakeUps.set('a', START + 1_000_000 + n);
    await time.pass(2000);
    expect(woken).toEqual(['a']);
    wakeUps.set('b', START);
    wakeUps.clear();
    await time.pass(10);
    expect(woken).toEqual(['a']);
    expect(time.waiting()).toBe(0);
  });
});
