import type { Collection, Db } from 'mongodb';
import { isDuplicateKey } from '../../runtime/mongo/errors.ts';
import type { Json } from '../measurement.ts';
import { reachable } from './mongo-away.ts';
import type { FiringTarget, PlannedCommand, RuleKey, RuleState } from './rule-book.ts';
import { mostShown, type RuleAgenda } from './sqlite-rule-agenda.ts';

/** A planned command as it is stored; `value` is JSON. */
interface CommandDocument extends Omit<PlannedCommand, 'value'> {
  /** Tenant, rule, phase, Entity and command. */
  readonly _id: string;
  readonly value: string;
  readonly isTaken: boolean;
}

/** What has become of a rule. */
interface StateDocument extends RuleState {
  /** Tenant and name. */
  readonly _id: string;
}

/**
 * The agenda in MongoDB. Restarting a delay and taking what is due are each one atomic change of one document, so that a delay is
 * either restarted or over. A schedule moves on after its commands are planned: an agent that dies in between leaves them to be planned again.
 */
export async function mongoRuleAgenda(database: Db): Promise<RuleAgenda> {
  const commands = database.collection<CommandDocument>('agent_rule_commands');
  const states = database.collection<StateDocument>('agent_rule_states');
  await commands.createIndexes([
    { key: { isTaken: 1, due: 1 } },
    { key: { tenant: 1, entityId: 1, command: 1 } },
    { key: { tenant: 1, rule: 1, due: 1 } },
  ]);
  const note = async (key: RuleKey, state: RuleState): Promise<void> => {
    await reachable(states.updateOne({ _id: stateId(key) }, { $set: state }, { upsert: true }));
  };
  return {
    fire: async (firing, now) => {
      await note(firing, { firedAt: firing.at, firedBy: firing.entityId });
      let running = 0;
      for (const target of firing.targets)
        if (await planTarget(commands, target, now, firing.repeats)) running += 1;
      return running;
    },
    reach: async (key, from, to, planned) => {
      const state = await reachable(states.findOne({ _id: stateId(key) }));
      if (state?.reachedAt !== from) return false;
      for (const { tenant, entityId, command } of planned)
        await reachable(commands.deleteMany({ tenant, entityId, command, phase: 'after' }));
      for (const one of planned) await put(commands, one);
      return advance(states, key, from, to);
    },
    takeDue: async (now, limit) => {
      const isDue = { isTaken: false, due: { $lte: now } };
      await reachable(commands.updateMany(isDue, { $set: { isTaken: true } }));
      const taken = commands.find({ isTaken: true }).sort({ due: 1, _id: 1 }).limit(limit);
      return (await reachable(taken.toArray())).map(commandOf);
    },
    nextDue: async () => {
      const next = commands.find({ isTaken: false }).sort({ due: 1 }).limit(1);
      return (await reachable(next.toArray()))[0]?.due;
    },
    settle: async (settled) => {
      for (const one of settled) await reachable(commands.deleteOne({ _id: commandId(one), due: one.due }));
    },
    planned: async ({ tenant, rule }) => {
      const found = commands.find({ tenant, rule }).sort({ due: 1, _id: 1 }).limit(mostShown);
      return (await reachable(found.toArray())).map(commandOf);
    },
    state: async (key) => {
      const { _id, ...state } = (await reachable(states.findOne({ _id: stateId(key) }))) ?? { _id: '' };
      return state;
    },
    noteError: (key, error, now) => note(key, { error, errorAt: now }),
  };
}

/** Resolves to whether the delays of the target were running. */
async function planTarget(
  commands: Collection<CommandDocument>,
  { first, after }: FiringTarget,
  now: () => number,
  repeats: boolean,
): Promise<boolean> {
  let stopped = 0;
  for (const one of after) {
    const running = { _id: commandId(one), isTaken: false, due: { $gt: now() } };
    const change = { $max: { due: one.due }, $set: { value: JSON.stringify(one.value) } };
    const { matchedCount } = await reachable(commands.updateOne(running, change));
    if (matchedCount > 0) continue;
    stopped += 1;
    await put(commands, one);
  }
  const isRunning = after.length > 0 && stopped === 0;
  if (repeats || !isRunning) for (const one of first) await put(commands, one);
  return isRunning;
}

async function put(commands: Collection<CommandDocument>, one: PlannedCommand): Promise<void> {
  const document = { ...one, value: JSON.stringify(one.value), isTaken: false };
  await reachable(commands.replaceOne({ _id: commandId(one) }, document, { upsert: true }));
}

async function advance(
  states: Collection<StateDocument>,
  key: RuleKey,
  from: number | undefined,
  to: number,
): Promise<boolean> {
  const _id = stateId(key);
  const before = from === undefined ? { $exists: false } : from;
  const change = { $set: { reachedAt: to } };
  try {
    const filter = { _id, reachedAt: before };
    const upsert = from === undefined;
    const { matchedCount, upsertedCount } = await reachable(states.updateOne(filter, change, { upsert }));
    return matchedCount + upsertedCount > 0;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** None of them holds a line end. */
function commandId({ tenant, rule, phase, entityId, command }: PlannedCommand): string {
  return [tenant, rule, phase, entityId, command].join('\n');
}

function stateId({ tenant, rule }: RuleKey): string {
  return `${tenant}\n${rule}`;
}

function commandOf({ _id, isTaken, value, ...planned }: CommandDocument): PlannedCommand {
  return { ...planned, value: JSON.parse(value) as Json };
}
