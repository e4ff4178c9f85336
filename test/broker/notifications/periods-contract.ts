import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { LEASE, type PeriodPlan } from '../../../broker/notifications/period.ts';
import { Periods } from '../../../broker/notifications/periods.ts';
import type { OpenedStore, OpenStore } from '../store/contract/harness.ts';
import { START } from './fake-time.ts';

const SECOND = 1_000_000;
const OF = { tenant: 'city', subscriptionId: 'urn:ngsi-ld:Subscription:1' };
const planOf = (interval: number): PeriodPlan => ({
  ...{ interval, since: START, createdAt: START, modifiedAt: START },
});

/** What processes agree on through the store, whichever that is. */
export function periodsContract(open: OpenStore): void {
  let opened: OpenedStore;
  let processes: readonly Periods[];
  beforeEach(async () => {
    opened = await open({ now: () => START, cellsOf: () => [] });
    const { documents } = opened.store;
    processes = ['a', 'b', 'c', 'd'].map((self) => new Periods({ documents, self }));
  });
  afterEach(() => opened.dispose());

  const beginAll = (plan: PeriodPlan, now: number) =>
    Promise.all(processes.map((periods) => periods.begin(OF, plan, now)));

  it('gives each period to one of those that begin it at the same time', async () => {
    const plan = planOf(10 * SECOND);
    for (let n = 1; n <= 5; n++) {
      const begun = await beginAll(plan, START + 10 * n * SECOND);
      expect(begun.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
      const until = START + 10 * (n + 1) * SECOND;
      expect(begun.filter(({ kind }) => kind === 'wait')).toEqual(
        Array(3).fill({ kind: 'wait', until, due: until }),
      );
    }
    const [{ period } = { period: undefined }] = (await processes[0]?.all()) ?? [];
    expect(period).toEqual({ interval: 10 * SECOND, since: START, due: START + 60 * SECOND });
  });

  it('keeps a long one for its process, until that ends it or its time has run out', async () => {
    const hour = 3600 * SECOND;
    const plan = planOf(hour);
    const [a, b] = processes as readonly [Periods, Periods];
    expect((await a.begin(OF, plan, START + hour)).kind).toBe('taken');
    expect((await b.look(OF, plan, START + hour + LEASE - 1)).kind).toBe('wait');
    expect(await b.hold(OF, { at: START + hour, until: START + 2 * hour })).toBe(false);
    expect(await a.hold(OF, { at: START + hour, until: START + hour + 2 * LEASE })).toBe(true);
    expect((await b.begin(OF, plan, START + hour + LEASE)).kind).toBe('wait');
    expect((await b.begin(OF, plan, START + hour + 2 * LEASE)).kind).toBe('taken');
    await a.release(OF);
    expect((await a.look(OF, plan, START + hour + 2 * LEASE)).kind).toBe('wait');
    await b.release(OF);
    expect(await a.look(OF, plan, START + hour + 2 * LEASE)).toMatchObject({ until: START + 2 * hour });
  });

  it('knows nothing of a Subscription that is gone', async () => {
    const [a] = processes as readonly [Periods];
    await a.begin(OF, planOf(SECOND), START + SECOND);
    await a.remove(OF);
    expect(await a.all()).toEqual([]);
    expect(await a.hold(OF, { at: START, until: START })).toBe(false);
    await a.release(OF);
    expect(await a.all()).toEqual([]);
  });
}
