import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BrokerUnderTestOptions, brokerUnderTest } from '../broker-under-test.ts';
import { runSteps } from './run.ts';
import { anyStep, everyRoute, first, type Step } from './steps.ts';

/** The same steps at every run. */
const SEED = 20;

/** What each route leaves in the history of Entities that are there, and some of them in turn. */
export function everyChangeContract(driver: string, options: BrokerUnderTestOptions): void {
  describe(`what changes Entities on ${driver}`, () => {
    const broker = brokerUnderTest(options);

    it.each(Object.entries(everyRoute))('%s is in their history once, as it was', async (name, arbitrary) => {
      const some = fc.sample(arbitrary, { numRuns: 6, seed: SEED });
      const steps = some.flatMap((step): readonly Step[] => [first, step]);
      await runSteps(broker, name.toLowerCase().replaceAll(' ', '_'), steps);
    });

    it('is in their history in turn', async () => {
      const steps = fc.sample(anyStep, { numRuns: 60, seed: SEED });
      expect(new Set(steps.map(({ kind }) => kind)).size).toBe(3);
      await runSteps(broker, 'in_turn', [first, ...steps]);
    });
  });
}
