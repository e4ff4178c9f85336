import type { BrokerClient, RequestContext } from '../broker-client.ts';
import type { OutgoingEntity } from '../registry/device.ts';
import { type AttributeTimes, isComplete, newerOf, newestOf, timesOf } from './attribute-times.ts';
import { currentTimes } from './current-times.ts';
import { type Division, divide } from './divide.ts';
import { lateFragment } from './late-fragment.ts';
import { entityKey, type LatestTimes } from './latest.ts';

/** What the guard has to know of something that is about to be sent. */
export interface Observation {
  readonly entity: OutgoingEntity;
  /** Microseconds since 1970. */
  readonly observedAt: number;
  /** It was in the spool already when the agent started: an earlier run may have sent it, and newer ones. */
  readonly isLeftOver: boolean;
  /** It is sent again: what it could add to the current state is looked for at the broker. */
  readonly isReplayed: boolean;
  readonly request: RequestContext;
}

/**
 * Tells which Attributes are older than what their Entity shows: the core API replaces whatever its time, so these belong to
 * the history alone. What is not known of an Entity is asked of the broker, once.
 */
export interface OrderGuard {
  /** Divides each, in the given order, as if those before it had been sent. Throws BrokerDown. */
  divide(observations: readonly Observation[]): Promise<readonly Division[]>;
}

/** A guard with its memory. */
export function orderGuard(
  broker: Pick<BrokerClient, 'query' | 'retrieve'>,
  latest: LatestTimes,
): OrderGuard {
  const asked = new Set<string>();
  const isToBeAsked = (key: string, { isLeftOver }: Observation): boolean => {
    if (isLeftOver && !asked.has(key)) return true;
    const known = latest.of(key);
    return known === undefined || !isComplete(known);
  };
  const learn = async (unknown: ReadonlyMap<string, Observation>) => {
    const questions = [...unknown].map(([key, { entity, request }]) => {
      return { key, entityId: entity.id, type: entity.type, request };
    });
    const learned = new Map<string, AttributeTimes>();
    for (const [key, told] of await currentTimes(broker, questions))
      learned.set(key, latest.learn(key, told));
    // What the broker says of its own is not known any better by asking for every leftover again.
    for (const [key, { isLeftOver }] of unknown) if (isLeftOver) asked.add(key);
    return learned;
  };
  return {
    divide: async (observations) => {
      const unknown = new Map<string, Observation>();
      const keys = observations.map(({ request, entity }) => entityKey(request.tenant, entity.id));
      for (const [index, observation] of observations.entries()) {
        const key = keys[index] ?? '';
        if (isToBeAsked(key, observation)) unknown.set(key, observation);
      }
      const learned = unknown.size === 0 ? nothing : await learn(unknown);
      return inTurn(observations, keys, (key) => learned.get(key) ?? latest.of(key));
    },
  };
}

const nothing: ReadonlyMap<string, AttributeTimes> = new Map();

function inTurn(
  observations: readonly Observation[],
  keys: readonly string[],
  latestOf: (key: string) => AttributeTimes | undefined,
): readonly Division[] {
  const ahead = new Map<string, AttributeTimes>();
  return observations.map(({ entity, observedAt, isReplayed }, index) => {
    const key = keys[index] ?? '';
    const known = ahead.get(key) ?? latestOf(key);
    // An Attribute that is new to the Entity must not go through all of its past values in front of subscribers.
    if (isReplayed && known !== undefined && observedAt < newestOf(known))
      return { past: lateFragment(entity) };
    const division = divide(entity, observedAt, timesOf(entity, observedAt), known);
    const { current } = division;
    if (current) ahead.set(key, known === undefined ? current.times : newerOf(known, current.times));
    return division;
  });
}
