import type { BrokerClient, RequestContext } from '../broker-client.ts';
import { currentTimes } from './current-times.ts';
import { entityKey, type LatestTimes } from './latest.ts';

/** What the guard has to know of something that is about to be sent. */
export interface Observation {
  readonly entityId: string;
  readonly type: string;
  /** Microseconds since 1970. */
  readonly observedAt: number;
  /** It was in the spool already when the agent started: an earlier run may have sent it, and newer ones. */
  readonly isLeftOver: boolean;
  readonly request: RequestContext;
}

/**
 * Tells which observations are older than the Entity's current state: the core API replaces whatever its time, so these
 * belong to the history alone. What is not known of an Entity is asked of the broker, once.
 */
export interface OrderGuard {
  /** True for each late one, in the given order, each judged as if those before it had been sent. Throws BrokerDown. */
  late(observations: readonly Observation[]): Promise<readonly boolean[]>;
}

/** A guard with its memory. */
export function orderGuard(
  broker: Pick<BrokerClient, 'query' | 'retrieve'>,
  latest: LatestTimes,
): OrderGuard {
  const asked = new Set<string>();
  const isToBeAsked = (key: string, { isLeftOver }: Observation): boolean =>
    (isLeftOver && !asked.has(key)) || latest.of(key) === undefined;
  const late: OrderGuard['late'] = async (observations) => {
    const unknown = new Map<string, Observation>();
    const keys = observations.map(({ request, entityId }) => entityKey(request.tenant, entityId));
    for (const [index, observation] of observations.entries()) {
      const key = keys[index] ?? '';
      if (isToBeAsked(key, observation)) unknown.set(key, observation);
    }
    const learned = await currentTimes(
      broker,
      [...unknown].map(([key, observation]) => ({ key, ...observation })),
    );
    // What the broker says of its own is not known any better by asking for every leftover again.
    for (const [key, { isLeftOver }] of unknown) if (isLeftOver) asked.add(key);
    latest.remember(learned);
    return judge(observations, keys, (key) => Math.max(learned.get(key) ?? 0, latest.of(key) ?? 0));
  };
  return { late };
}

function judge(
  observations: readonly Observation[],
  keys: readonly string[],
  latestOf: (key: string) => number,
): readonly boolean[] {
  const ahead = new Map<string, number>();
  return observations.map(({ observedAt }, index) => {
    const key = keys[index] ?? '';
    const newest = ahead.get(key) ?? latestOf(key);
    ahead.set(key, Math.max(newest, observedAt));
    return observedAt < newest;
  });
}
