import { randomUUID } from 'node:crypto';
import type { Logger } from '../../runtime/logger.ts';
import type { BrokerClient } from '../broker-client.ts';
import { BrokerDown, reach } from '../delivery/deliver.ts';
import { type Outcome, readBatchAnswer } from '../delivery/outcomes.ts';
import { type Batch, type Parcel, roundsOf } from '../delivery/rounds.ts';
import { contextFor } from '../mapping/smart-data-models.ts';
import type { PlannedCommand, RuleBook, RulePhase } from '../registry/rule-book.ts';
import { commandEntity } from './command-entity.ts';
import type { RuleEvent, RuleMetrics } from './rule-metrics.ts';
import type { SendingLimit } from './sending-limit.ts';

/** What giving commands asks. */
export interface GiveParts {
  readonly book: Pick<RuleBook, 'settle' | 'noteError'>;
  readonly broker: Pick<BrokerClient, 'update'>;
  readonly metrics: RuleMetrics;
  readonly log: Logger;
  readonly limit: SendingLimit;
  /** Most Entities in one request. */
  readonly batchSize: number;
}

interface CommandParcel extends Parcel {
  readonly commands: readonly PlannedCommand[];
}

/**
 * Writes commands that are due to their Entities. Of those for the same command of the same Entity the newest is meant: what is older and
 * was held up is dropped, as is what is too old. What `isHeld` holds for is not given now. Resolves to those that the
 * broker failed on: they stay in the book.
 * @throws BrokerDown
 */
export async function giveCommands(
  parts: GiveParts,
  due: readonly PlannedCommand[],
  now: number,
  isHeld: (command: PlannedCommand) => boolean,
): Promise<readonly PlannedCommand[]> {
  const { newest, overtaken } = newestOf(due);
  await drop(parts, overtaken, 'overtaken', now);
  const expired = newest.filter((one) => one.due + one.lifetime <= now);
  await drop(parts, expired, 'expired', now, 'the broker did not take it in time: it is not given any more');
  const [given, tooMany] = divide(
    newest.filter((one) => !expired.includes(one) && !isHeld(one)),
    (one) => parts.limit.admits(one, now),
  );
  await drop(
    parts,
    tooMany,
    'too-often',
    now,
    'more than 60 a minute: it is not given. Does something that it brings about fulfil its condition?',
  );
  const failed: Failed[] = [];
  for (const round of roundsOf(parcelsOf(given), parts.batchSize))
    for (const batch of round) failed.push(...(await give(parts, batch, now)));
  await tell(parts, failed, now);
  return failed.map(({ command }) => command);
}

/** A command that the broker failed on. */
interface Failed {
  readonly command: PlannedCommand;
  readonly reason: string;
}

/** Once for each rule: the same is tried again and again. */
async function tell(parts: GiveParts, failed: readonly Failed[], now: number): Promise<void> {
  const ofRules = new Map(failed.map((one) => [JSON.stringify([one.command.tenant, one.command.rule]), one]));
  for (const { command, reason } of ofRules.values()) await note(parts, [command], reason, now, 'debug');
}

function divide<T>(all: readonly T[], admits: (one: T) => boolean): readonly [T[], T[]] {
  const [admitted, others]: [T[], T[]] = [[], []];
  for (const one of all) (admits(one) ? admitted : others).push(one);
  return [admitted, others];
}

/** Of the same moment, a schedule comes before a delay, and that before what is said at once. */
const ranks: readonly RulePhase[] = ['then', 'after', 'schedule'];

function newestOf(due: readonly PlannedCommand[]) {
  const last = new Map<string, PlannedCommand>();
  for (const one of due) {
    const key = JSON.stringify([one.tenant, one.entityId, one.command]);
    const other = last.get(key);
    if (other === undefined || isLater(one, other)) last.set(key, one);
  }
  const newest = [...last.values()];
  return { newest, overtaken: due.filter((one) => !newest.includes(one)) };
}

function isLater(one: PlannedCommand, other: PlannedCommand): boolean {
  return one.due === other.due ? ranks.indexOf(one.phase) >= ranks.indexOf(other.phase) : one.due > other.due;
}

function parcelsOf(commands: readonly PlannedCommand[]): readonly CommandParcel[] {
  const entities = new Map<string, [PlannedCommand, ...PlannedCommand[]]>();
  for (const command of commands) {
    const key = JSON.stringify([command.tenant, command.entityId]);
    const known = entities.get(key);
    if (known === undefined) entities.set(key, [command]);
    else known.push(command);
  }
  return [...entities.values()].map((ofEntity) => ({
    tenant: ofEntity[0].tenant,
    context: contextFor(ofEntity[0].entityType),
    entity: commandEntity(ofEntity),
    commands: ofEntity,
  }));
}

/** One by one, where the broker does not take them together. */
async function give(parts: GiveParts, batch: Batch<CommandParcel>, now: number): Promise<readonly Failed[]> {
  const { tenant, context, parcels } = batch;
  const request = { tenant, context, correlationId: randomUUID() };
  const answer = await reach(
    parts.broker.update(
      parcels.map(({ entity }) => entity),
      request,
    ),
  );
  const outcome = readBatchAnswer(answer);
  if (outcome.kind === 'down') throw new BrokerDown(outcome.reason, outcome.retryAfter);
  if (outcome.kind !== 'answered' && parcels.length > 1) {
    const failed: Failed[] = [];
    for (const parcel of parcels) failed.push(...(await give(parts, { ...batch, parcels: [parcel] }, now)));
    return failed;
  }
  const of = (id: string): Outcome => (outcome.kind === 'answered' ? outcome.of(id) : outcome);
  for (const { entity, commands } of parcels) await settle(parts, commands, of(entity.id), now);
  return parcels.flatMap(({ entity, commands }) => {
    const result = of(entity.id);
    return result.kind === 'failed' ? commands.map((command) => ({ command, reason: result.reason })) : [];
  });
}

async function settle(
  parts: GiveParts,
  commands: readonly PlannedCommand[],
  result: Outcome,
  now: number,
): Promise<void> {
  const { book, metrics, log } = parts;
  if (result.kind === 'refused') await drop(parts, commands, 'refused', now, result.reason);
  if (result.kind !== 'accepted') return;
  await book.settle(commands);
  metrics.ruleEvent('sent', commands.length);
  for (const { tenant, rule, phase, entityId: entity, command, value } of commands)
    log.info({ tenant, rule, phase, entity, command, value }, 'a rule gives a command');
}

/** `reason`: what is to be known of it, if anything. */
async function drop(
  parts: GiveParts,
  commands: readonly PlannedCommand[],
  event: RuleEvent,
  now: number,
  reason?: string,
): Promise<void> {
  if (commands.length === 0) return;
  await parts.book.settle(commands);
  parts.metrics.ruleEvent(event, commands.length);
  if (reason !== undefined) await note(parts, commands, reason, now);
}

async function note(
  { book, log }: GiveParts,
  commands: readonly PlannedCommand[],
  reason: string,
  now: number,
  level: 'warn' | 'debug' = 'warn',
): Promise<void> {
  for (const { tenant, rule, entityId: entity, command } of commands) {
    log[level]({ tenant, rule, entity, command, reason }, 'a command of a rule was not taken');
    await book.noteError({ tenant, rule }, `${command} of ${entity}: ${reason}`, now);
  }
}
