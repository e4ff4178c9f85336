import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDateTime } from '../../../../broker/domain/date-time.ts';
import type { Micros } from '../../../../broker/domain/entity.ts';
import type { TimeProperty } from '../../../../broker/domain/query/temporal-query.ts';
import type { HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { type BrokerUnderTest, type BrokerUnderTestOptions, brokerUnderTest } from '../broker-under-test.ts';
import { byLinks, byTimeRanges, type Interval, type Met, type Walk } from './client.ts';
import { allInstances, CHANGES, makeHistory, PROVIDED, PUMPS } from './long-history.ts';

const PAGE_SIZE = 200;
/** Of each Attribute, in walks through the last ones alone. */
const LAST = 300;
const EVERYTHING = 100_000;
const [first] = PUMPS;

const asked = fc.record({
  timeproperty: fc.constantFrom('observedAt', 'createdAt', 'modifiedAt', 'deletedAt'),
  timerel: fc.constantFrom('before', 'after', 'between', undefined),
  /** Where the interval is, as shares of all times. */
  bounds: fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 60, max: 100 })),
  isQuery: fc.boolean(),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

interface WalkOptions {
  readonly openStore: NonNullable<BrokerUnderTestOptions['openStore']>;
  /** How many walks of each kind. */
  readonly walks: number;
}

/** A client walks through a long history and gets each instance exactly once. */
export function wholeWalksContract(driver: string, { openStore, walks }: WalkOptions): void {
  const limits = { numRuns: walks };

  describe(`walks through ${PROVIDED} instances on ${driver} by time ranges (clause 6.3.10)`, () => {
    const broker = brokerUnderTest({ openStore, pageSize: PAGE_SIZE });
    const known = knownInstances(broker);

    it('are through all that was provided and changed', () => {
      expect(known()).toHaveLength(PROVIDED + PUMPS.length * CHANGES);
    });

    it('lead to each instance of an interval exactly once, from either end', async () => {
      const counts = fc.constantFrom({}, { lastN: String(EVERYTHING) });
      await fc.assert(
        fc.asyncProperty(asked, counts, async (wanted, count) => {
          const { walk, interval, expected } = planOf(wanted, count, known());
          expect(idsOf(await byTimeRanges(broker, walk, interval))).toEqual(idsOf(expected));
        }),
        limits,
      );
    });

    it('lead to the last ones of each Attribute', async () => {
      await fc.assert(
        fc.asyncProperty(asked, async (wanted) => {
          const { walk, interval, expected } = planOf(wanted, { lastN: String(LAST) }, known());
          const met = firstOfEach(await byTimeRanges(broker, walk, interval));
          const newest = expected.toSorted((one, other) => timeIn(other, wanted) - timeIn(one, wanted));
          const toTimes = timesOf(known(), wanted);
          expect(toTimes(met)).toEqual(toTimes(firstOfEach(newest.map(toMet))));
        }),
        limits,
      );
    });

    it('meet what has no such time first, where no time is asked for', async () => {
      const walk = { path: `/temporal/entities/${first}`, parameters: {} };
      const ofFirst = known().filter(({ entityId }) => entityId === first);
      expect(idsOf(await byTimeRanges(broker, walk, undefined))).toEqual(idsOf(ofFirst));
    });
  });

  describe(`walks through ${PROVIDED} instances on ${driver} by links (TS 104 176)`, () => {
    const broker = brokerUnderTest({ openStore, pageSize: 5 * PAGE_SIZE, profile: '104' });
    const known = knownInstances(broker);

    it('lead to each instance of an interval exactly once, from either end', async () => {
      const ways = fc.constantFrom(
        ...([
          [{}, 'intervalafter'],
          [{ firstN: '150' }, 'intervalafter'],
          [{ lastN: '150' }, 'intervalbefore'],
        ] as const),
      );
      await fc.assert(
        fc.asyncProperty(asked, ways, async (wanted, [count, relation]) => {
          const { walk, interval, expected } = planOf(wanted, count, known());
          expect(idsOf(await byLinks(broker, walk, interval, relation))).toEqual(idsOf(expected));
        }),
        limits,
      );
    });

    it.each(['firstN', 'lastN'])('meet what has no such time too, by %s', async (name) => {
      const walk = { path: `/temporal/entities/${first}`, parameters: { [name]: '150' } };
      const relation = name === 'firstN' ? 'intervalafter' : 'intervalbefore';
      const ofFirst = known().filter(({ entityId }) => entityId === first);
      expect(idsOf(await byLinks(broker, walk, undefined, relation))).toEqual(idsOf(ofFirst));
    });
  });
}

/** Makes the history of the surrounding `describe`; gives all of it, of both Entities. */
function knownInstances(broker: BrokerUnderTest): () => readonly HistoryInstance[] {
  let all: readonly HistoryInstance[] = [];
  beforeAll(async () => {
    await makeHistory(broker);
    all = await allInstances(broker);
  });
  return () => all;
}

interface Plan {
  readonly walk: Walk;
  readonly interval: Interval | undefined;
  readonly expected: readonly HistoryInstance[];
}

/** How to ask for it, and what is to be met; a query needs an interval. */
function planOf(
  { timeproperty, timerel, bounds, isQuery }: Asked,
  count: Readonly<Record<string, string>>,
  all: readonly HistoryInstance[],
): Plan {
  const isOfBoth = isQuery && timerel !== undefined;
  const timed = all.filter((one) => one[timeproperty] !== undefined);
  const times = timed.map((one) => timeIn(one, { timeproperty })).sort((one, other) => one - other);
  const [start, end] = bounds.map((share) => times[Math.floor((times.length * share) / 101)] ?? 0);
  const from = timerel === 'after' || timerel === 'between' ? (start ?? 0) : 0;
  const to = timerel === 'before' || timerel === 'between' ? (end ?? 0) : Number.MAX_SAFE_INTEGER;
  return {
    walk: {
      path: isOfBoth ? '/temporal/entities' : `/temporal/entities/${first}`,
      parameters: { ...(isOfBoth && { type: 'Pump' }), timeproperty, ...count },
    },
    interval: timerel && {
      timerel,
      timeAt: formatDateTime(timerel === 'before' ? to : from),
      ...(timerel === 'between' && { endTimeAt: formatDateTime(to) }),
    },
    expected: timed.filter((one) => {
      const time = timeIn(one, { timeproperty });
      return (isOfBoth || one.entityId === first) && time >= from && time < to;
    }),
  };
}

type TimeName = { readonly timeproperty: TimeProperty };

const timeIn = (instance: HistoryInstance, { timeproperty }: TimeName): Micros => instance[timeproperty] ?? 0;

const idsOf = (instances: readonly Pick<Met, 'instanceId'>[]): readonly string[] =>
  instances.map(({ instanceId }) => instanceId).sort();

const toMet = ({ entityId, attribute, instanceId }: HistoryInstance): Met => ({
  series: `${entityId} ${attribute.split('/').at(-1)}`,
  instanceId,
});

function firstOfEach(met: readonly Met[]): readonly Met[] {
  const counts = new Map<string, number>();
  return met.filter(({ series }) => {
    const count = (counts.get(series) ?? 0) + 1;
    counts.set(series, count);
    return count <= LAST;
  });
}

/** Of instances of one time any may be the last: what is known of each is its series and its time. */
function timesOf(
  all: readonly HistoryInstance[],
  name: TimeName,
): (met: readonly Met[]) => readonly string[] {
  const times = new Map(all.map((one) => [one.instanceId, timeIn(one, name)]));
  return (met) => {
    expect(new Set(idsOf(met)).size).toBe(met.length);
    return met.map(({ series, instanceId }) => `${series} ${times.get(instanceId)}`).sort();
  };
}
