import type { Collection, Filter } from 'mongodb';
import { reachable } from '../../registry/mongo-away.ts';
import { type Command, type CommandOwner, type CommandState, commandStates } from '../command.ts';
import type { CommandStore } from '../command-store.ts';
import type { Candidates } from '../record-progress.ts';
import { type CommandDocument, commandOf } from './command-documents.ts';

/** What is asked of the commands in MongoDB; what the members mean is said at `CommandStore`. */
export interface CommandReading
  extends Pick<
    CommandStore,
    | 'get'
    | 'oldest'
    | 'ofDevice'
    | 'waitingDevices'
    | 'lastValue'
    | 'list'
    | 'counts'
    | 'dirty'
    | 'isNewest'
    | 'expired'
  > {
  /** Those of the device that something can be about, oldest first. */
  candidates(owner: CommandOwner, which: Candidates): Promise<readonly Command[]>;
}

type Commands = Collection<CommandDocument>;

/** Reads the collection. */
export function commandReading(commands: Commands): CommandReading {
  return {
    get: async (id) => {
      const found = await reachable(commands.findOne({ _id: id }));
      return found === null ? undefined : commandOf(found);
    },
    candidates: ({ tenant, deviceId }, which) => all(commands, { tenant, deviceId, ...filterOf(which) }),
    ...deviceReading(commands),
    ...attributeReading(commands),
    list: async ({ tenant, deviceId, state, limit, offset }) => {
      const filter = {
        tenant,
        ...(deviceId === undefined ? {} : { deviceId }),
        ...(state === undefined ? {} : { state }),
      };
      const page = commands.find(filter).sort({ seq: -1 }).skip(offset).limit(limit);
      const [count, found] = await reachable(Promise.all([commands.countDocuments(filter), page.toArray()]));
      return { count, commands: found.map(commandOf) };
    },
    counts: async () => {
      const counted = commandStates.map(async (state): Promise<[CommandState, number]> => {
        return [state, await reachable(commands.countDocuments({ state }))];
      });
      return new Map((await Promise.all(counted)).filter(([, count]) => count > 0));
    },
    dirty: (limit) => all(commands, { isDirty: true }, limit),
    expired: async (now, limit) => {
      const open = { $or: [{ state: { $in: ['PENDING', 'QUEUED'] } }, { state: 'SENT', isConfirmed: true }] };
      const late = commands.find({ expires: { $lte: now }, ...open } as Filter<CommandDocument>);
      return (await reachable(late.sort({ expires: 1 }).limit(limit).toArray())).map(commandOf);
    },
  };
}

function filterOf(which: Candidates): Filter<CommandDocument> {
  if (which.by === 'id') return { $or: [{ _id: { $in: which.ids } }, { downlinkId: { $in: which.ids } }] };
  const state = { $in: which.states };
  return which.by === 'state' ? { state } : { state, deviceName: which.deviceName };
}

/** Oldest first. */
async function all(
  commands: Commands,
  filter: Filter<CommandDocument>,
  limit = 0,
): Promise<readonly Command[]> {
  const found = commands.find(filter).sort({ seq: 1 }).limit(limit);
  return (await reachable(found.toArray())).map(commandOf);
}

function deviceReading(commands: Commands): Pick<CommandReading, 'oldest' | 'ofDevice' | 'waitingDevices'> {
  return {
    oldest: async ({ tenant, deviceId }) =>
      (await all(commands, { tenant, deviceId, state: 'PENDING' }, 1))[0],
    ofDevice: ({ tenant, deviceId }, state) => all(commands, { tenant, deviceId, state }),
    waitingDevices: async () => {
      const waiting = commands.find({ state: 'PENDING' }, { projection: { tenant: 1, deviceId: 1 } });
      return ownersIn(await reachable(waiting.toArray()));
    },
  };
}

/** Each once. */
export function ownersIn(documents: readonly CommandOwner[]): readonly CommandOwner[] {
  const owners = new Map(
    documents.map(({ tenant, deviceId }) => [`${tenant}\n${deviceId}`, { tenant, deviceId }]),
  );
  return [...owners.values()];
}

function attributeReading(commands: Commands): Pick<CommandReading, 'isNewest' | 'lastValue'> {
  const newest = async (filter: Filter<CommandDocument>): Promise<CommandDocument | undefined> =>
    (await reachable(commands.find(filter).sort({ seq: -1 }).limit(1).toArray()))[0];
  return {
    isNewest: async ({ tenant, entityId, name, seq }) =>
      (await newest({ tenant, entityId, name }))?.seq === seq,
    lastValue: async ({ tenant, deviceId }, entityId, name) =>
      (await newest({ tenant, entityId, name, deviceId }))?.value,
  };
}
