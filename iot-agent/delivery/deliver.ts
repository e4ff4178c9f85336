import type { BrokerClient, RequestContext } from '../broker-client.ts';
import type { OutgoingEntity } from '../registry/device.ts';
import { type BatchOutcome, isDown, type Outcome, readBatchAnswer } from './outcomes.ts';

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

/** It did not answer at all: it is away, or what was sent was too much for it. */
class NoAnswer extends BrokerDown {}

/** As many Entities in a row without an answer, each sent alone, mean that the broker is away and not that they are bad. */
const mostUnanswered = 2;

/**
 * Upserts entities, each of them at most once in the list, and tells what the broker did with every one. When it does not
 * take the batch as a whole, or falls over it, they are sent one by one, so that one that is bad does no harm to the others.
 * @throws BrokerDown when the broker is away; all of it has to be sent again, which changes nothing where it was taken.
 */
export async function deliver(
  broker: BrokerClient,
  entities: readonly OutgoingEntity[],
  request: RequestContext,
): Promise<readonly Outcome[]> {
  const outcome = await upsert(broker, entities, request).catch((error: unknown) =>
    unlessAway(broker, entities[0]?.id, request, error),
  );
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
  let unanswered = 0;
  for (const entity of entities) {
    const outcome = await upsert(broker, [entity], request).catch((error: unknown) => {
      if (!(error instanceof NoAnswer) || ++unanswered === mostUnanswered) throw error;
      return { kind: 'failed', reason: error.message } as const;
    });
    if (outcome.kind === 'answered') unanswered = 0;
    outcomes.push(outcome.kind === 'answered' ? outcome.of(entity.id) : single(outcome));
  }
  // A broker that fails on every entity is broken itself: none of them is to blame.
  const failed = outcomes.find(({ kind }) => kind === 'failed');
  if (failed?.kind === 'failed' && outcomes.every(({ kind }) => kind === 'failed'))
    throw new BrokerDown(failed.reason);
  return outcomes;
}

/**
 * Throws the error of a request about the Entity, unless the broker fell over that request alone: it did not answer it, and
 * answers when it is asked for the Entity.
 */
export async function unlessAway(
  broker: BrokerClient,
  entityId: string | undefined,
  request: RequestContext,
  error: unknown,
): Promise<{ readonly kind: 'failed'; readonly reason: string }> {
  if (!(error instanceof NoAnswer) || entityId === undefined) throw error;
  const answer = await broker.retrieve(entityId, request).catch(() => undefined);
  if (answer === undefined || isDown(answer.status)) throw error;
  return { kind: 'failed', reason: error.message };
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

/** Turns a broker that does not answer into BrokerDown. */
export async function reach<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new NoAnswer(`the broker cannot be reached: ${(error as Error).message}`);
  }
}
