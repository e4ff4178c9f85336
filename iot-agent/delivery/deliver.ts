import type { BrokerClient, RequestContext } from '../broker-client.ts';
import type { OutgoingEntity } from '../registry/device.ts';
import { type BatchOutcome, type Outcome, readBatchAnswer } from './outcomes.ts';

/** The broker cannot take anything now. */
export class BrokerDown extends Error {
  override readonly name = 'BrokerDown';
  /** Milliseconds that it asked to wait. */
  readonly retryAfter: number | undefined;

  constructor(reason: string, retryAfter?: number) {
    super(reason);
    this.retryAfter = retryAfter;
  }
}

/**
 * Upserts entities, each of them at most once in the list, and tells what the broker did with every one. When it does not
 * take the batch as a whole, they are sent one by one, so that one that is bad does no harm to the others.
 * @throws BrokerDown when nothing is known to have been taken and all of it has to be sent again.
 */
export async function deliver(
  broker: BrokerClient,
  entities: readonly OutgoingEntity[],
  request: RequestContext,
): Promise<readonly Outcome[]> {
  const outcome = await upsert(broker, entities, request);
  if (outcome.kind === 'answered') return entities.map(({ id }) => outcome.of(id));
  if (entities.length === 1) return [single(outcome)];
  return deliverSingly(broker, entities, request);
}

async function deliverSingly(
  broker: BrokerClient,
  entities: readonly OutgoingEntity[],
  request: RequestContext,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const entity of entities) {
    const outcome = await upsert(broker, [entity], request);
    outcomes.push(outcome.kind === 'answered' ? outcome.of(entity.id) : single(outcome));
  }
  // A broker that fails on every entity is broken itself: none of them is to blame.
  const failed = outcomes.find(({ kind }) => kind === 'failed');
  if (failed?.kind === 'failed' && outcomes.every(({ kind }) => kind === 'failed'))
    throw new BrokerDown(failed.reason);
  return outcomes;
}

function single(outcome: Exclude<BatchOutcome, { kind: 'answered' | 'down' }>): Outcome {
  return { kind: outcome.kind, reason: outcome.reason };
}

async function upsert(
  broker: BrokerClient,
  entities: readonly OutgoingEntity[],
  request: RequestContext,
): Promise<Exclude<BatchOutcome, { kind: 'down' }>> {
  const answer = await reach(broker.upsert(entities, request));
  const outcome = readBatchAnswer(answer);
  if (outcome.kind === 'down') throw new BrokerDown(outcome.reason, outcome.retryAfter);
  return outcome;
}

/** Turns a broker that cannot be reached into BrokerDown. */
export async function reach<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new BrokerDown(`the broker cannot be reached: ${(error as Error).message}`);
  }
}
