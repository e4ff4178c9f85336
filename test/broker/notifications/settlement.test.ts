import { describe, expect, it } from '@jest/globals';
import { type Settled, Settlement } from '../../../broker/notifications/settlement.ts';
import { fakeTime, rest } from './fake-time.ts';
import { delivery, keepingLog } from './fixtures.ts';
import { memoryOutbox } from './memory-store.ts';

const delivered = (index: number): Settled => ({
  delivery: delivery(index, 'urn:a'),
  outcome: { kind: 'delivered' },
});

function settlementUnderTest() {
  const time = fakeTime();
  const outbox = memoryOutbox();
  const calls: number[] = [];
  const settled: string[] = [];
  const settlement = new Settlement({
    outbox: {
      settle: async (outcomes) => {
        calls.push(outcomes.length);
        await outbox.settle(outcomes);
      },
    },
    timers: time.timers,
    log: keepingLog(),
    onSettled: (all) => settled.push(...all.map((one) => one.delivery.id)),
  });
  return { time, outbox, calls, settled, settlement };
}

describe('settling outcomes', () => {
  it('writes those of one turn in one call, and what comes meanwhile in the next', async () => {
    const { calls, settlement } = settlementUnderTest();
    for (const index of [1, 2, 3]) settlement.add(delivered(index));
    await Promise.resolve();
    for (const index of [4, 5]) settlement.add(delivered(index));
    await settlement.idle();
    expect(calls).toEqual([3, 2]);
  });

  it('tells of an outcome once it is durable, not before', async () => {
    const { outbox, settled, settlement, time } = settlementUnderTest();
    outbox.isAway = true;
    settlement.add(delivered(1));
    await rest();
    expect(settled).toEqual([]);
    outbox.isAway = false;
    settlement.add(delivered(2));
    await time.pass(1000);
    expect(settled).toEqual([delivery(1, 'urn:a').id, delivery(2, 'urn:a').id]);
    await settlement.idle();
  });
});
