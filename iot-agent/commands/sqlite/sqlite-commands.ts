import type { Clock } from '../../../runtime/clock.ts';
import type { GroupCommit } from '../../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../../runtime/sqlite/open.ts';
import {
  type Command,
  type CommandOwner,
  deviceRemoved,
  isOpen,
  type NewCommand,
  openStates,
} from '../command.ts';
import type { CommandStore, CommandStoreParts, OpenCommandStore } from '../command-store.ts';
import { remarkOn } from '../failure-remark.ts';
import {
  candidatesFor,
  meantBy,
  progressOf,
  type Recorded,
  type Saying,
  sayingsIn,
} from '../record-progress.ts';
import { type KnownRoutes, knownRoutes } from '../routes.ts';
import { type CommandTable, commandTable, replacedBy } from './command-table.ts';
import { type RouteTable, routeTable } from './route-table.ts';

/** Where the commands of one agent are kept. */
export interface SqliteCommandFile {
  /** Has the tables of `commandSchema`, with `lateCommandSchema`. */
  readonly db: Database;
  readonly group: Pick<GroupCommit, 'run'>;
  readonly clock: Clock;
}

/** Routes that are in memory at most. */
const mostRoutes = 100_000;

interface Tables {
  readonly table: CommandTable;
  readonly routes: RouteTable;
  readonly advance: (...change: Parameters<CommandTable['advance']>) => Command | undefined;
}

/** Commands of one agent alone, in the file of its spool: what devices said is recorded in the transaction that settles it. */
export function sqliteCommands({ db, group, clock }: SqliteCommandFile): OpenCommandStore {
  return (parts) => {
    const tables = openTables(db, parts);
    const { table, routes, advance } = tables;
    const known = knownRoutes(mostRoutes, clock.now);
    return {
      ...readers(table),
      pollInterval: undefined,
      add: (commands, now) => group.run(() => commands.flatMap((command) => addOne(tables, command, now))),
      advance: (id, progress, now) => group.run(() => advance(id, progress, now)),
      record: (heard, now) => recorder(tables, known, parts.recorded)(heard, now),
      takeTurn: async (owner) => ({ owner, term: 0 }),
      endTurn: async () => {},
      claim: (_turn, id) => group.run(() => (table.tried(id) ? 'claimed' : 'gone')),
      requeue: (owner, now) => group.run(() => table.requeue(owner, now)),
      flushed: (owner, flushes) => group.run(() => routes.flushed(owner, flushes)),
      place: async (owner) => routes.place(owner),
      leads: async () => true,
      written: (commands) => group.run(() => table.written(commands)),
      prune: async (changedBefore) => {
        if (table.hasOlder(changedBefore)) await group.run(() => table.prune(changedBefore));
      },
      forget: (owner, now) => group.run(() => forget(tables, known, owner, now)),
      stop: async () => {},
    };
  };
}

function forget(
  { table, routes, advance }: Tables,
  known: KnownRoutes,
  owner: CommandOwner,
  now: number,
): readonly Command[] {
  const open = openStates.flatMap((state) => table.ofDevice(owner, state)).filter(isOpen);
  const ended = open.flatMap(({ id }) => advance(id, deviceRemoved, now) ?? []);
  table.drop(owner);
  routes.remove(owner);
  known.forget(owner);
  return ended;
}

type Readers = Pick<
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
>;

/** Asynchronous, as the contract has it: what fails rejects. */
function readers(table: CommandTable): Readers {
  return {
    get: async (id) => table.get(id),
    oldest: async (owner) => table.oldest(owner),
    ofDevice: async (owner, state) => table.ofDevice(owner, state),
    waitingDevices: async () => table.waitingDevices(),
    lastValue: async (...which) => table.lastValue(...which),
    list: async (page) => table.list(page),
    counts: async () => table.counts(),
    dirty: async (limit) => table.dirty(limit),
    isNewest: async (command) => table.isNewest(command),
    expired: async (now, limit) => table.expired(now, limit),
  };
}

/** Moving a command on, with what follows from that in the same transaction. */
function openTables(
  db: Database,
  { deviceLog, canFlush }: Pick<CommandStoreParts, 'deviceLog' | 'canFlush'>,
): Tables {
  const table = commandTable(db);
  const routes = routeTable(db);
  const emptyQueue = (owner: CommandOwner): void => {
    const { route } = routes.place(owner);
    if (route !== undefined && canFlush(route)) routes.wishFlush(owner);
  };
  const advance: Tables['advance'] = (id, progress, now) => {
    const { before, after } = table.advance(id, progress, now);
    const [from, to] = [before?.state, progress.state];
    // It ended in the queue, or while it was put there.
    const isLeft = (from === 'QUEUED' && to === 'EXPIRED') || (from === 'EXPIRED' && to === 'QUEUED');
    if (before && isLeft) emptyQueue(before);
    if (after !== undefined) remarkOn(deviceLog, after, now);
    return after;
  };
  return { table, routes, advance };
}

function addOne({ table, advance }: Tables, command: NewCommand, now: number): readonly Command[] {
  if (!table.add(command, now)) return [];
  const replaced = replacedBy(table, command).flatMap(
    ({ id }) => advance(id, { state: 'EXPIRED', info: 'replaced by a newer value' }, now) ?? [],
  );
  const added = table.get(command.id);
  return added === undefined ? replaced : [...replaced, added];
}

function recorder(
  tables: Tables,
  known: KnownRoutes,
  recorded: (recorded: Recorded) => void,
): CommandStore['record'] {
  return (heard, now) => {
    const changed: Command[] = [];
    const reachable: CommandOwner[] = [];
    const kept: (readonly [CommandOwner, string])[] = [];
    for (const { device, incoming } of heard) {
      const owner = { tenant: device.tenant, deviceId: device.deviceId };
      const route = known.news(owner, incoming);
      if (route !== undefined) kept.push([owner, route]);
      if (route !== undefined && tables.routes.save(owner, route)) reachable.push(owner);
      for (const saying of sayingsIn(incoming)) changed.push(...movedBy(tables, owner, saying, now));
    }
    return () => {
      // Not before: what is rolled back was never kept.
      for (const [owner, route] of kept) known.remember(owner, route);
      recorded({ changed, reachable });
    };
  };
}

function movedBy(
  { table, advance }: Tables,
  owner: CommandOwner,
  saying: Saying,
  now: number,
): readonly Command[] {
  const command = meantBy(saying, table.candidates(owner, candidatesFor(saying)), now);
  const moved = command && advance(command.id, progressOf(saying), now);
  return moved === undefined ? [] : [moved];
}
