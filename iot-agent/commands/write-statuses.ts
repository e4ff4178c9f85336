import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../runtime/logger.ts';
import type { BrokerAnswer, BrokerClient } from '../broker-client.ts';
import { BrokerDown, reach } from '../delivery/deliver.ts';
import type { Gate } from '../delivery/gate.ts';
import { isUnknownTenant, type Outcome, readBatchAnswer } from '../delivery/outcomes.ts';
import { type Parcel, roundsOf } from '../delivery/rounds.ts';
import { startWorker, type Worker } from '../delivery/worker.ts';
import { contextFor } from '../mapping/smart-data-models.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import { fieldsOf } from '../transports/envelope.ts';
import type { Command } from './command.ts';
import type { CommandStore } from './command-store.ts';
import { type StatusNames, statusEntity } from './status-entity.ts';

/** What writing statuses asks. */
export interface StatusParts {
  readonly store: Pick<CommandStore, 'leads' | 'dirty' | 'isNewest' | 'written' | 'pollInterval'>;
  readonly broker: Pick<BrokerClient, 'update'>;
  readonly log: Logger;
  readonly names: StatusNames;
  /** Most Entities in one request. */
  readonly batchSize: number;
}

/** Commands that are looked at in one go. */
const mostAtOnce = 500;
/** Milliseconds in which statuses that follow each other closely become one request. */
const gatherMs = 20;

/**
 * Starts to write what has become of commands to their Entities. What is not written waits in the database: of each Entity
 * the newest state arrives last, and states that are overtaken meanwhile need not arrive.
 */
export function startStatuses(parts: StatusParts): Worker {
  return startWorker({
    first: 250,
    most: 10_000,
    turn: async ({ signal, gate, pause }) => {
      await delay(gatherMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const written = await writeStatuses(parts);
      pause.reset();
      if (written === 0) await somethingToDo(gate, parts.store.pollInterval);
    },
    failed: (error, pause) => {
      if (!(error instanceof BrokerDown || error instanceof RegistryAway))
        parts.log.error({ err: error }, 'writing the status of commands failed');
      return pause.wait(error instanceof BrokerDown ? error.retryAfter : 0);
    },
  });
}

/** Others may have changed something without a word. */
async function somethingToDo(gate: Gate, pollInterval: number | undefined): Promise<void> {
  const soon = pollInterval === undefined ? undefined : setTimeout(gate.open, pollInterval);
  await gate.passed();
  clearTimeout(soon);
}

interface StatusParcel extends Parcel {
  readonly commands: readonly Command[];
}

/** Resolves to the number of commands that are settled. @throws BrokerDown */
async function writeStatuses(parts: StatusParts): Promise<number> {
  const { store, batchSize } = parts;
  if (!(await store.leads())) return 0;
  const dirty = await store.dirty(mostAtOnce);
  const isNewest = await Promise.all(dirty.map(store.isNewest));
  const overtaken = dirty.filter((_, index) => !isNewest[index]);
  if (overtaken.length > 0) await store.written(overtaken);
  const current = dirty.filter((_, index) => isNewest[index]);
  for (const round of roundsOf(parcelsOf(current, parts), batchSize))
    for (const { tenant, context, parcels } of round) {
      // The last batch may have taken its time, and another agent have taken over.
      if (!(await store.leads())) return 0;
      await write(parts, { tenant, context, parcels });
    }
  return dirty.length;
}

function parcelsOf(commands: readonly Command[], { names }: StatusParts): readonly StatusParcel[] {
  const entities = new Map<string, [Command, ...Command[]]>();
  for (const command of commands) {
    const key = `${command.tenant}\n${command.entityId}`;
    const known = entities.get(key);
    if (known === undefined) entities.set(key, [command]);
    else known.push(command);
  }
  return [...entities.values()].map((ofEntity) => ({
    tenant: ofEntity[0].tenant,
    context: contextFor(ofEntity[0].entityType),
    entity: statusEntity(ofEntity, names),
    commands: ofEntity,
  }));
}

interface StatusBatch {
  readonly tenant: string;
  readonly context: string;
  readonly parcels: readonly StatusParcel[];
}

async function write(parts: StatusParts, { tenant, context, parcels }: StatusBatch): Promise<void> {
  const { broker, store } = parts;
  const entities = parcels.map(({ entity }) => entity);
  const request = { tenant, context, correlationId: randomUUID() };
  const answer = await reach(broker.update(entities, request));
  const outcome = readBatchAnswer(answer);
  if (outcome.kind === 'down') throw new BrokerDown(outcome.reason, outcome.retryAfter);
  const missing = missingIn(answer);
  const of = (id: string): Outcome => (outcome.kind === 'answered' ? outcome.of(id) : outcome);
  const settled: Command[] = [];
  let failure: string | undefined;
  for (const { entity, commands } of parcels) {
    const result = of(entity.id);
    if (result.kind === 'failed' && !missing(entity.id)) failure = result.reason;
    else settled.push(...commands);
    report(parts, entity.id, tenant, result);
  }
  await store.written(settled);
  if (failure !== undefined) throw new BrokerDown(failure);
}

/** The Entities that are not there: they have no use for a status, now or later. */
function missingIn(answer: BrokerAnswer): (entityId: string) => boolean {
  if (isUnknownTenant(answer)) return () => true;
  const errors = fieldsOf(answer.body)['errors'];
  const gone = (Array.isArray(errors) ? errors : []).map(fieldsOf).filter(({ error }) => {
    const { status, type } = fieldsOf(error);
    return status === 404 || String(type).endsWith('ResourceNotFound');
  });
  const ids = new Set(gone.map(({ entityId }) => entityId));
  return (entityId) => ids.has(entityId);
}

function report({ log }: StatusParts, entity: string, tenant: string, result: Outcome): void {
  if (result.kind === 'accepted') return;
  const { reason } = result;
  log.warn({ tenant, entity, reason }, 'the broker did not take the status of a command');
}
