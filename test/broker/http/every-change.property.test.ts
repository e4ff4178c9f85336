import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { brokerUnderTest } from './broker-under-test.ts';
import { runSteps } from './every-change/run.ts';
import { anyStep } from './every-change/steps.ts';

/** More for a longer look. */
const RUNS = Number(process.env['EVERY_CHANGE_RUNS'] ?? 25);
const broker = brokerUnderTest();

describe('whatever happens to Entities', () => {
  it('is in their history: every change once, with its times, and nothing else', async () => {
    let runs = 0;
    const property = fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 25 }), async (steps) => {
      runs += 1;
      await runSteps(broker, `run${runs}`, steps);
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(runs).toBeGreaterThanOrEqual(RUNS);
  });
});
