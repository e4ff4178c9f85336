import type { BrokerClient, RequestContext } from '../broker-client.ts';
import { fieldsOf } from '../transports/envelope.ts';
import { parseTime } from '../transports/parse-time.ts';
import { type AttributeTimes, forEachInstance, slotOf, timesOfSlots } from './attribute-times.ts';
import { BrokerDown, reach } from './deliver.ts';
import { describe, isDown } from './outcomes.ts';

/** An Entity whose state is asked for, under a key of the asker's. */
export interface AskedEntity {
  readonly key: string;
  readonly entityId: string;
  readonly type: string;
  readonly request: RequestContext;
}

/** Entities in one query: with their ids its URL stays below what servers take, 8 KB. */
const mostAtOnce = 50;

/**
 * Of when the Attributes of each Entity in the broker are, by key; none of an Entity that is not there. Those that the broker cannot
 * say of are absent: what it makes of the Entity itself, sending it will tell. @throws BrokerDown
 */
export async function currentTimes(
  broker: Pick<BrokerClient, 'query' | 'retrieve'>,
  asked: readonly AskedEntity[],
): Promise<ReadonlyMap<string, AttributeTimes>> {
  const answers = await Promise.all(queriesOf(asked).map((some) => timesOf(broker, some)));
  return new Map(answers.flat());
}

type Time = readonly [key: string, times: AttributeTimes];

const notThere = timesOfSlots([], []);

/** One request for many Entities, or, where there is one only or the broker does not answer such queries, one for each. */
async function timesOf(
  broker: Pick<BrokerClient, 'query' | 'retrieve'>,
  asked: readonly AskedEntity[],
): Promise<readonly Time[]> {
  const [first, second] = asked;
  if (first !== undefined && second !== undefined) {
    const ids = asked.map(({ entityId }) => entityId).join(',');
    const parameters = { type: first.type, id: ids, limit: String(asked.length) };
    const answer = await reach(broker.query(parameters, first.request));
    const { status, body } = answer;
    // Who is too busy for one question is not asked fifty instead.
    if (status === 503 || status === 429) throw new BrokerDown(describe(answer), answer.retryAfter);
    if (status === 200 && Array.isArray(body)) {
      const found = new Map(body.map((entity) => [fieldsOf(entity)['id'], timesIn(entity)]));
      return asked.map(({ key, entityId }) => [key, found.get(entityId) ?? notThere]);
    }
  }
  const times = await Promise.all(asked.map((one) => timeOf(broker, one)));
  return times.flat();
}

async function timeOf(
  broker: Pick<BrokerClient, 'retrieve'>,
  { key, entityId, request }: AskedEntity,
): Promise<readonly Time[]> {
  const answer = await reach(broker.retrieve(entityId, request));
  if (answer.status === 200) return [[key, timesIn(answer.body)]];
  if (answer.status === 404) return [[key, notThere]];
  if (isDown(answer.status)) throw new BrokerDown(describe(answer), answer.retryAfter);
  return [];
}

/** What would mean something else among the parameters of a query than in a path. */
const ambiguousId = /,/;
const plainType = /^[\w.:/#-]+$/;

/** Those of one tenant, @context and type together. */
function queriesOf(asked: readonly AskedEntity[]): readonly (readonly AskedEntity[])[] {
  const groups = new Map<string, AskedEntity[]>();
  for (const one of asked) {
    const { key, entityId, type, request } = one;
    const isAlone = ambiguousId.test(entityId) || !plainType.test(type);
    const name = isAlone ? `alone\n${key}` : `${request.tenant}\n${request.context}\n${type}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / mostAtOnce) }, (_, index) =>
      group.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
    ),
  );
}

/** What has no observedAt is of when the newest was that has one; what stands inside of values is nobody's time. */
function timesIn(entity: unknown): AttributeTimes {
  // What tells of a command was observed here, and says nothing about what the device measures.
  const slots: string[] = [];
  const observed: (number | undefined)[] = [];
  forEachInstance(fieldsOf(entity), (name, instance) => {
    const { observedAt, commandId } = instance;
    if (commandId !== undefined) return;
    slots.push(slotOf(name, instance));
    observed.push(typeof observedAt === 'string' ? parseTime(observedAt) : undefined);
  });
  const newest = Math.max(0, ...observed.map((time) => time ?? 0));
  return timesOfSlots(
    slots,
    observed.map((time) => time ?? newest),
  );
}
