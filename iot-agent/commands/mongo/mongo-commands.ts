import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../../runtime/clock.ts';
import type { GroupCommit } from '../../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../../runtime/sqlite/open.ts';
import { reachable } from '../../registry/mongo-away.ts';
import {
  type Command,
  type CommandOwner,
  type CommandState,
  deviceRemoved,
  isOpen,
  openStates,
  type Progress,
} from '../command.ts';
import type { CommandStore, CommandStoreParts, OpenCommandStore, Place } from '../command-store.ts';
import { remarkOn } from '../failure-remark.ts';
import { candidatesFor, meantBy, progressOf, sayingsIn } from '../record-progress.ts';
import { type DeviceRoute, type KnownRoutes, keyOf, knownRoutes } from '../routes.ts';
import { commandCollection } from './command-documents.ts';
import { type CommandReading, commandReading } from './command-reading.ts';
import { type CommandWriting, commandWriting } from './command-writing.ts';
import { type Journal, journal as openJournal } from './journal.ts';
import { joinMembers, type MemberDocument, type Members } from './members.ts';
import { startNotes } from './tell-notes.ts';
import { type LaneDocument, mongoTurns, type Turns } from './turns.ts';

/** Where the commands of all agents that share a registry are kept. */
export interface MongoCommandPlace {
  readonly database: Db;
  /** This agent's own, with the tables of `journalSchema`. */
  readonly db: Database;
  readonly group: Pick<GroupCommit, 'run'>;
  readonly clock: Clock;
  /** Milliseconds without a sign of life after which an agent is taken to be gone; the same for all agents. */
  readonly takeover?: number;
}

/** Routes that are in memory at most. */
const mostRoutes = 100_000;
/** Milliseconds between two looks for statuses of commands that other agents have moved on. */
const statusPollMs = 250;
/** No device's, because ids have no line ends: the turn to write statuses and end what is too late. */
const upkeep: CommandOwner = { tenant: '\n', deviceId: 'upkeep' };

/**
 * Commands in MongoDB, where any agent accepts, sends and moves them on. What devices said is first kept on the agent's own disk, in
 * the transaction that settles it, and told here after that.
 */
export async function mongoCommands(place: MongoCommandPlace): Promise<OpenCommandStore> {
  const { database, db, group, takeover = 8000 } = place;
  const commands = await commandCollection(database);
  const lanes = database.collection<LaneDocument>('agent_command_lanes');
  const journal = openJournal(db, group);
  const reading = commandReading(commands);
  const writing = commandWriting(database, commands, journal.agentId);
  let adopted = (_owners: readonly CommandOwner[]): void => {};
  const members = await joinMembers({
    collection: database.collection<MemberDocument>('agent_members'),
    id: journal.agentId,
    takeover,
    gone: async (id) => adopted(await writing.adopt(id)),
  });
  const turns = mongoTurns(lanes, journal.agentId, members);
  return (parts) => {
    adopted = (reachableNow) => parts.recorded({ changed: [], reachable: reachableNow });
    return storeOf({ ...place, ...parts, lanes, journal, reading, writing, members, turns });
  };
}

type Parts = MongoCommandPlace &
  CommandStoreParts & {
    readonly lanes: Collection<LaneDocument>;
    readonly journal: Journal;
    readonly reading: CommandReading;
    readonly writing: CommandWriting;
    readonly members: Members;
    readonly turns: Turns;
  };

function storeOf(parts: Parts): CommandStore {
  const { lanes, journal, reading, writing, members, turns, clock } = parts;
  const advance = advancer(parts);
  const known = knownRoutes(mostRoutes, clock.now);
  const notes = startNotes(journal, teller(parts, advance), parts.log);
  return {
    ...reading,
    ...{ requeue: writing.requeue, written: writing.written, prune: writing.prune },
    ...{ takeTurn: turns.take, endTurn: turns.end },
    pollInterval: statusPollMs,
    add: async (commands, now) => {
      const added = await writing.insert(commands, now);
      const end: Progress = { state: 'EXPIRED', info: 'replaced by a newer value' };
      const ended: Command[] = [];
      for (const { id } of await writing.replacedBy(commands)) {
        const moved = await advance(id, end, now);
        if (moved !== undefined) ended.push(moved);
      }
      return [...ended, ...added];
    },
    advance,
    record: recorder(journal, known, notes.wake),
    claim: async (turn, id) => {
      if (!(await turns.keep(turn))) return 'lost';
      return (await writing.tried(id)) ? 'claimed' : 'gone';
    },
    flushed: async (owner, flushes) => {
      const fulfilled = { _id: keyOf(owner), flushes: { $gte: flushes } };
      await reachable(lanes.updateOne(fulfilled, { $inc: { flushes: -flushes } }));
    },
    place: (owner) => placeOf(lanes, owner),
    leads: leader(turns),
    forget: async (owner, now) => {
      known.forget(owner);
      return forget(parts, advance, owner, now);
    },
    stop: async () => {
      await notes.stop();
      await members.stop();
    },
  };
}

async function forget(
  { lanes, reading, writing }: Parts,
  advance: Advance,
  owner: CommandOwner,
  now: number,
): Promise<readonly Command[]> {
  const ended: Command[] = [];
  for (const state of openStates)
    for (const command of await reading.ofDevice(owner, state)) {
      const after = isOpen(command) ? await advance(command.id, deviceRemoved, now) : undefined;
      if (after !== undefined) ended.push(after);
    }
  await writing.drop(owner);
  const _id = keyOf(owner);
  // Who has the turn, and its term, stay until it ends.
  await reachable(lanes.updateOne({ _id }, { $unset: { route: true, flushes: true } }));
  await reachable(lanes.deleteOne({ _id, holder: { $exists: false }, route: { $exists: false } }));
  return ended;
}

async function placeOf(lanes: Collection<LaneDocument>, owner: CommandOwner): Promise<Place> {
  const lane = await reachable(lanes.findOne({ _id: keyOf(owner) }));
  const { route, flushes = 0 } = lane ?? {};
  return { route: route === undefined ? undefined : (JSON.parse(route) as DeviceRoute), flushes };
}

/** Milliseconds for which the answer holds: far less than it takes until an agent counts as gone. */
const leadFor = 1000;

/** Has the turn for as long as this agent lives, once it has got it. */
function leader({ take, keep }: Turns): () => Promise<boolean> {
  let turn: Awaited<ReturnType<Turns['take']>>;
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<boolean> | undefined;
  const ask = async (): Promise<boolean> => {
    if (turn !== undefined && (await keep(turn))) return true;
    turn = await take(upkeep);
    return turn !== undefined;
  };
  return () => {
    // Two questions at once must not take it from each other.
    if (answer !== undefined && performance.now() - asked < leadFor) return answer;
    asked = performance.now();
    answer = ask();
    answer.catch(() => {
      answer = undefined;
    });
    return answer;
  };
}

type Advance = (id: string, progress: Progress, now: number, note?: string) => Promise<Command | undefined>;

/** Moving a command on, with what follows from that. */
function advancer({ lanes, reading, writing, group, deviceLog, canFlush }: Parts): Advance {
  const emptyQueue = async (owner: CommandOwner): Promise<void> => {
    const { route } = await placeOf(lanes, owner);
    if (route === undefined || !canFlush(route)) return;
    await reachable(lanes.updateOne({ _id: keyOf(owner) }, { $inc: { flushes: 1 } }));
  };
  const leaveQueue = async (id: string, state: CommandState): Promise<void> => {
    const command = await reading.get(id);
    if (command?.state === state) await emptyQueue(command);
  };
  return async (id, progress, now, note) => {
    const { state } = progress;
    // Before it ends, so that an agent that dies in between leaves nothing in the queue.
    if (state === 'EXPIRED') await leaveQueue(id, 'QUEUED');
    const after = await writing.advance(id, progress, now, note);
    // It ended while it was put into the queue.
    if (after === undefined && state === 'QUEUED') await leaveQueue(id, 'EXPIRED');
    if (after !== undefined && (state === 'ERROR' || state === 'EXPIRED'))
      await group.run(() => remarkOn(deviceLog, after, now));
    return after;
  };
}

function recorder(journal: Journal, known: KnownRoutes, wake: () => void): CommandStore['record'] {
  return (heard, at) => {
    const kept: (readonly [CommandOwner, string])[] = [];
    for (const { device, incoming } of heard) {
      const owner = { tenant: device.tenant, deviceId: device.deviceId };
      const route = known.news(owner, incoming);
      if (route !== undefined) {
        journal.add({ owner, at, route });
        kept.push([owner, route]);
      }
      for (const saying of sayingsIn(incoming)) journal.add({ owner, at, saying });
    }
    return () => {
      for (const [owner, route] of kept) known.remember(owner, route);
      wake();
    };
  };
}

/** Tells the other agents a note, also when it was told before an end that came too early. */
function teller(
  { lanes, journal, reading, writing, recorded }: Parts,
  advance: Advance,
): Parameters<typeof startNotes>[1] {
  return async ({ seq, owner, at, route, saying }) => {
    if (route !== undefined) {
      if (await saveRoute(lanes, owner, route)) recorded({ changed: [], reachable: [owner] });
    }
    if (saying === undefined) return;
    const note = `${journal.agentId} ${seq}`;
    if (await writing.hasMoved(owner, note)) return;
    const command = meantBy(saying, await reading.candidates(owner, candidatesFor(saying)), at);
    const moved = command && (await advance(command.id, progressOf(saying), at, note));
    if (moved !== undefined) recorded({ changed: [moved], reachable: [] });
  };
}

/** True when it is another one than before. */
async function saveRoute(lanes: Parts['lanes'], owner: CommandOwner, route: string): Promise<boolean> {
  const _id = keyOf(owner);
  const known = await reachable(lanes.findOne({ _id }));
  if (known?.route === route) return false;
  await reachable(lanes.updateOne({ _id }, { $set: { route } }, { upsert: true }));
  return true;
}
