import type { BrokerClient, RequestContext } from '../broker-client.ts';
import { fieldsOf } from '../transports/envelope.ts';
import { parseTime } from '../transports/parse-time.ts';
import { BrokerDown, reach } from './deliver.ts';
import { entityKey, type LatestTimes } from './latest.ts';
import { describe, isDown } from './outcomes.ts';

/** What the guard has to know of something that is about to be sent. */
export interface Observation {
  readonly entityId: string;
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
export function orderGuard(broker: Pick<BrokerClient, 'retrieve'>, latest: LatestTimes): OrderGuard {
  const asked = new Set<string>();
  const learn = async (
    observation: Observation,
    key: string,
    learned: Map<string, number>,
  ): Promise<void> => {
    const time = await currentTime(broker, observation.entityId, observation.request);
    // What the broker says of its own is not known any better by asking for every leftover again.
    if (observation.isLeftOver) asked.add(key);
    if (time !== undefined) learned.set(key, time);
  };
  const late: OrderGuard['late'] = async (observations) => {
    const unknown = new Map<string, Observation>();
    const keys = observations.map(({ request, entityId }) => entityKey(request.tenant, entityId));
    for (const [index, observation] of observations.entries()) {
      const key = keys[index] ?? '';
      const isDoubtful = observation.isLeftOver && !asked.has(key);
      if (isDoubtful || latest.of(key) === undefined) unknown.set(key, observation);
    }
    const learned = new Map<string, number>();
    await Promise.all([...unknown].map(([key, observation]) => learn(observation, key, learned)));
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

/**
 * The newest observedAt of the Entity in the broker, 0 when there is none. Undefined when the broker cannot say of this
 * Entity alone: what it makes of the Entity itself, sending it will tell.
 */
async function currentTime(
  broker: Pick<BrokerClient, 'retrieve'>,
  entityId: string,
  request: RequestContext,
): Promise<number | undefined> {
  const answer = await reach(broker.retrieve(entityId, request));
  if (answer.status === 200) return newestTime(answer.body);
  if (answer.status === 404) return 0;
  if (isDown(answer.status)) throw new BrokerDown(describe(answer), answer.retryAfter);
  return undefined;
}

/** Attributes may be lists of instances; what stands inside their values is nobody's time. */
function newestTime(entity: unknown): number {
  const instances = Object.values(fieldsOf(entity)).flat().map(fieldsOf);
  // What tells of a command was observed here, and says nothing about what the device measures.
  const measured = instances.filter((instance) => instance['commandId'] === undefined);
  const times = measured.map((instance) => instance['observedAt']);
  return Math.max(0, ...times.map((time) => (typeof time === 'string' ? (parseTime(time) ?? 0) : 0)));
}
