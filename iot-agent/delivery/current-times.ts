import type { BrokerClient, RequestContext } from '../broker-client.ts';
import { fieldsOf } from '../transports/envelope.ts';
import { parseTime } from '../transports/parse-time.ts';
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
 * The newest observedAt of each Entity in the broker, in microseconds, by key; 0 where there is none of that id and type. Those that
 * the broker cannot say of are absent: what it makes of the Entity itself, sending it will tell. @throws BrokerDown
 */
export async function currentTimes(
  broker: Pick<BrokerClient, 'query' | 'retrieve'>,
  asked: readonly AskedEntity[],
): Promise<ReadonlyMap<string, number>> {
  const answers = await Promise.all(queriesOf(asked).map((some) => timesOf(broker, some)));
  return new Map(answers.flat());
}

type Time = readonly [key: string, time: number];

/** One request for many Entities, or, where there is one only or the broker does not answer such queries, one for each. */
async function timesOf(
  broker: Pick<BrokerClient, 'query' | 'retrieve'>,
  asked: readonly AskedEntity[],
): Promise<readonly Time[]> {
  const [first, second] = asked;
  if (first !== undefined && second !== undefined) {
    const ids = asked.map(({ entityId }) => entityId).join(',');
    const parameters = { type: first.type, id: ids, limit: String(asked.length) };
    const { status, body } = await reach(broker.query(parameters, first.request));
    if (status === 200 && Array.isArray(body)) {
      const found = new Map(body.map((entity) => [fieldsOf(entity)['id'], newestTime(entity)]));
      return asked.map(({ key, entityId }) => [key, found.get(entityId) ?? 0]);
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
  if (answer.status === 200) return [[key, newestTime(answer.body)]];
  if (answer.status === 404) return [[key, 0]];
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

/** Attributes may be lists of instances; what stands inside their values is nobody's time. */
function newestTime(entity: unknown): number {
  const instances = Object.values(fieldsOf(entity)).flat().map(fieldsOf);
  // What tells of a command was observed here, and says nothing about what the device measures.
  const measured = instances.filter((instance) => instance['commandId'] === undefined);
  const times = measured.map((instance) => instance['observedAt']);
  return Math.max(0, ...times.map((time) => (typeof time === 'string' ? (parseTime(time) ?? 0) : 0)));
}
