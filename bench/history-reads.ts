import type { BuiltProgram } from '../test/support/built-programs.ts';
import { quantiles } from './agent-latency.ts';
import { anyDays, anyStation, type Fleet, momentsOfADay } from './history-fleet.ts';
import { cpuSeconds } from './process-usage.ts';

/** A broker with the history of a fleet. */
export interface LoadedBroker extends Pick<BuiltProgram, 'origin' | 'pid'> {
  readonly fleet: Fleet;
}

/** What is read of one Entity, any of the fleet. */
export interface HistoryRead {
  readonly title: string;
  query(fleet: Fleet): string;
  /** The values that an answer has, which are counted in each. */
  values(fleet: Fleet): number;
}

/** What a read takes, in milliseconds. */
export interface ReadTimes {
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
}

const rounds = 300;
const warmUp = 200;
const month = 30;

/** What readers of a history ask for. */
export const reads = {
  lastN: {
    title: 'lastN=100',
    query: () => 'lastN=100&format=temporalValues',
    values: ({ moments }) => Math.min(100, moments),
  },
  day: {
    title: 'a day',
    query: (fleet) => `format=temporalValues&${anyDays(fleet, 1)}`,
    values: ({ moments }) => Math.min(momentsOfADay, moments),
  },
  month: {
    title: 'hourly averages of a month',
    query: (fleet) =>
      `format=aggregatedValues&aggrMethods=avg&aggrPeriodDuration=PT1H&${anyDays(fleet, month)}`,
    values: ({ moments }) => Math.ceil((Math.min(month * momentsOfADay, moments) * 24) / momentsOfADay),
  },
} as const satisfies Readonly<Record<string, HistoryRead>>;

/**
 * Reads one after the other. Several brokers take turns, so that what else the machine does meets all of them alike.
 * @throws Error for an answer that lacks something
 */
export async function readInTurns(
  brokers: readonly LoadedBroker[],
  read: HistoryRead,
): Promise<readonly ReadTimes[]> {
  const seen = brokers.map((broker) => ({ broker, times: [] as number[], cpu: 0 }));
  for (let round = -warmUp; round < rounds; round += 1) {
    if (round === 0) for (const one of seen) one.cpu = cpuSeconds(one.broker.pid);
    for (const { broker, times } of seen) {
      const time = await timeOf(broker, read);
      if (round >= 0) times.push(time);
    }
  }
  return seen.map(({ broker: { pid }, times, cpu }) => {
    const { p50, p99 } = quantiles(times);
    return { p50, p99, cpu: ((cpuSeconds(pid) - cpu) * 1000) / rounds };
  });
}

async function timeOf({ origin, fleet }: LoadedBroker, { query, values }: HistoryRead): Promise<number> {
  const url = `${origin}/ngsi-ld/v1/temporal/entities/${anyStation(fleet)}?attrs=NO2&${query(fleet)}`;
  const begin = performance.now();
  const answer = await fetch(url);
  const body = await answer.text();
  const time = performance.now() - begin;
  const count = answer.ok ? valuesIn(JSON.parse(body)) : 0;
  if (answer.status !== 200 || count !== values(fleet))
    throw new Error(`${url} answers ${answer.status} with ${count} values: ${body.slice(0, 300)}`);
  return time;
}

function valuesIn({
  NO2 = {},
}: {
  readonly NO2?: { readonly values?: object; readonly avg?: object };
}): number {
  return Object.keys(NO2.values ?? NO2.avg ?? []).length;
}
