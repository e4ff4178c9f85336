import type { Collection, Db } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import { reachable } from '../../registry/mongo-away.ts';
import {
  type Command,
  type CommandOwner,
  type NewCommand,
  type Progress,
  statesBefore,
  unsentStates,
} from '../command.ts';
import { type CommandDocument, commandOf, documentOf } from './command-documents.ts';
import { ownersIn } from './command-reading.ts';

/** Changes of commands in MongoDB, each of one document, and only from where it is known to be. */
export interface CommandWriting {
  /** Adds what was not told before, in this order. */
  insert(commands: readonly NewCommand[], now: number): Promise<readonly Command[]>;
  /** What new ones, and those that were told again, take the place of; oldest first. */
  replacedBy(commands: readonly NewCommand[]): Promise<readonly Command[]>;
  /** `note`: what moves it; the same note does so once. */
  advance(id: string, progress: Progress, now: number, note?: string): Promise<Command | undefined>;
  /** Whether that note has moved a command of the device. */
  hasMoved(owner: CommandOwner, note: string): Promise<boolean>;
  /** Notes another try; false when it does not wait any more. */
  tried(id: string): Promise<boolean>;
  requeue(owner: CommandOwner, now: number): Promise<void>;
  written(commands: readonly Command[]): Promise<void>;
  prune(changedBefore: number): Promise<void>;
  /** Removes those of the device that do not wait, and whose status is written. */
  drop(owner: CommandOwner): Promise<void>;
  /** Makes what that agent was to send this one's task; resolves to the devices. */
  adopt(keeper: string): Promise<readonly CommandOwner[]>;
}

/** Writes the collection in the name of the agent `keeper`. */
export function commandWriting(
  database: Db,
  commands: Collection<CommandDocument>,
  keeper: string,
): CommandWriting {
  return {
    insert: inserter(commands, sequence(database), keeper),
    replacedBy: (added) => replacedBy(commands, added),
    advance: (id, progress, now, note) => advance(commands, id, { progress, now, note }),
    hasMoved: async ({ tenant, deviceId }, note) =>
      (await reachable(commands.findOne({ tenant, deviceId, note }))) !== null,
    tried: async (_id) => {
      const waiting = { _id, state: 'PENDING' } as const;
      return (await reachable(commands.updateOne(waiting, { $inc: { attempts: 1 } }))).matchedCount > 0;
    },
    requeue: async ({ tenant, deviceId }, changed) => {
      const change = { $set: { state: 'PENDING', changed, isDirty: true, keeper } } as const;
      await reachable(commands.updateMany({ tenant, deviceId, state: 'QUEUED' }, change));
    },
    written: async (written) => {
      const updates = written.map(({ id: _id, state, changed }) => ({
        updateOne: { filter: { _id, state, changed }, update: { $set: { isDirty: false } } },
      }));
      if (updates.length > 0) await reachable(commands.bulkWrite(updates, { ordered: false }));
    },
    prune: async (changedBefore) => {
      const state = { $nin: [...unsentStates] };
      await reachable(commands.deleteMany({ changed: { $lt: changedBefore }, isDirty: false, state }));
    },
    drop: async ({ tenant, deviceId }) => {
      const state = { $nin: [...unsentStates] };
      await reachable(commands.deleteMany({ tenant, deviceId, isDirty: false, state }));
    },
    adopt: async (left) => {
      const waiting = { keeper: left, state: 'PENDING' } as const;
      const found = await reachable(commands.find(waiting).toArray());
      await reachable(commands.updateMany(waiting, { $set: { keeper } }));
      return ownersIn(found);
    },
  };
}

/** Numbers in the order in which commands are accepted; resolves to the last of so many. */
function sequence(database: Db): (count: number) => Promise<number> {
  const numbers = database.collection<{ readonly _id: string; readonly number: number }>('agent_sequence');
  const options = { upsert: true, returnDocument: 'after' } as const;
  return async (count) => {
    const change = { $inc: { number: count } };
    const taken = await reachable(numbers.findOneAndUpdate({ _id: 'command' }, change, options));
    return taken?.number ?? 0;
  };
}

function inserter(
  commands: Collection<CommandDocument>,
  numbers: (count: number) => Promise<number>,
  keeper: string,
): CommandWriting['insert'] {
  return async (added, now) => {
    const first = (await numbers(added.length)) - added.length + 1;
    const documents = added.map((command, index) => documentOf(command, { seq: first + index, now, keeper }));
    await reachable(commands.insertMany(documents, { ordered: false })).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
    // What was told before has another id.
    const ids = documents.map(({ _id }) => _id);
    const kept = commands.find({ _id: { $in: ids } }).sort({ seq: 1 });
    return (await reachable(kept.toArray())).map(commandOf);
  };
}

async function replacedBy(
  commands: Collection<CommandDocument>,
  added: readonly NewCommand[],
): Promise<readonly Command[]> {
  const sources = added.filter(({ replaces }) => replaces).map(({ source }) => source);
  if (sources.length === 0) return [];
  const newer = await reachable(commands.find({ source: { $in: sources } }).toArray());
  const older = await Promise.all(
    newer.map(({ tenant, deviceId, name, seq }) =>
      reachable(
        commands
          .find({ tenant, deviceId, name, seq: { $lt: seq }, state: { $in: [...unsentStates] } })
          .sort({ seq: 1 })
          .toArray(),
      ),
    ),
  );
  return older.flat().map(commandOf);
}

interface Change {
  readonly progress: Progress;
  readonly now: number;
  readonly note: string | undefined;
}

async function advance(
  commands: Collection<CommandDocument>,
  _id: string,
  { progress, now: changed, note }: Change,
): Promise<Command | undefined> {
  const { state, info, downlinkId, isConfirmed } = progress;
  const change = {
    $set: {
      ...{ state, changed, isDirty: true },
      ...(info === undefined ? {} : { info: JSON.stringify(info) }),
      ...(downlinkId === undefined ? {} : { downlinkId }),
      ...(isConfirmed === undefined ? {} : { isConfirmed }),
      ...(note === undefined ? {} : { note }),
    },
    ...(info === undefined ? { $unset: { info: true } as const } : {}),
  };
  const from = { _id, state: { $in: [...statesBefore(state)] } };
  const moved = await reachable(commands.findOneAndUpdate(from, change, { returnDocument: 'after' }));
  return moved === null ? undefined : commandOf(moved);
}
