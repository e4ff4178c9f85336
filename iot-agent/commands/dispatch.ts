import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import type { Command, Progress } from './command.ts';
import type { CommandDevices } from './command-devices.ts';
import { CommandError } from './command-error.ts';
import type { CommandOwner, CommandStore } from './command-store.ts';
import type { DeviceRoute, DeviceRoutes } from './routes.ts';
import { type Way, type WayName, wayOf } from './ways/way.ts';

/** What sending asks. */
export interface DispatchParts {
  readonly store: CommandStore;
  readonly routes: DeviceRoutes;
  readonly devices: Pick<CommandDevices, 'find'>;
  readonly group: Pick<GroupCommit, 'run'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when commands have changed. */
  readonly changed: (commands: readonly Command[]) => void;
  /** The ways out, except that of devices that ask themselves. */
  readonly ways: Readonly<Record<Exclude<WayName, 'poll'>, Way>>;
  /** Empties what a network server has queued for a device. */
  readonly flush: (route: DeviceRoute) => Promise<void>;
}

/** Sends what waits, of each device one after the other, while it runs. */
export interface Dispatching {
  /** Something may be sent to the device now. */
  wake(owner: CommandOwner): void;
  /** Devices or groups have changed: commands may have got a way out, or lost their device. */
  wakeAll(): void;
  /** Ends after what is under way, which does not take for ever. */
  stop(): Promise<void>;
}

/** Milliseconds until a command that could not be sent is tried again; later tries wait longer, up to the other. */
const firstPause = 500;
const longestPause = 30_000;
/** Milliseconds for what is under way when the program stops; it is sent again, under the same id, if it did not get there. */
const stopGraceMs = 1500;
/** Devices that are sent to at once: one that hangs must not hold up the others. */
const mostAtOnce = 64;

/** What is being done for a device. */
interface Lane {
  readonly owner: CommandOwner;
  failures: number;
  isRunning: boolean;
  /** Something happened while it was running. */
  isWoken: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** Starts to send: what is left over from an earlier run first. */
export function startDispatching(parts: DispatchParts): Dispatching {
  let isStopped = false;
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  const queue: Lane[] = [];
  const enqueue = (lane: Lane): void => {
    clearTimeout(lane.timer);
    Object.assign(lane, { timer: undefined, isRunning: true, isWoken: false });
    queue.push(lane);
    start();
  };
  const ended = (lane: Lane, result: LaneResult): void => {
    lane.isRunning = false;
    if (lane.isWoken) enqueue(lane);
    else if (result === 'failed') lane.timer = setTimeout(() => enqueue(lane), pauseOf(lane));
    else lanes.delete(keyOf(lane.owner));
  };
  const start = (): void => {
    while (running.size < mostAtOnce && !isStopped) {
      const lane = queue.shift();
      if (lane === undefined) return;
      const run = runSafely(parts, lane, () => isStopped).then((result) => {
        running.delete(run);
        if (isStopped) return;
        ended(lane, result);
        start();
      });
      running.add(run);
    }
  };
  const wake = (owner: CommandOwner): void => {
    const lane = lanes.get(keyOf(owner)) ?? newLane(owner);
    lanes.set(keyOf(owner), lane);
    if (lane.isRunning) lane.isWoken = true;
    else enqueue(lane);
  };
  const wakeAll = (): void => {
    for (const owner of parts.store.waitingDevices()) if (!lanes.has(keyOf(owner))) wake(owner);
  };
  wakeAll();
  const stop = async (): Promise<void> => {
    isStopped = true;
    for (const { timer } of lanes.values()) clearTimeout(timer);
    await Promise.race([Promise.all(running), delay(stopGraceMs, undefined, { ref: false })]);
  };
  return { wake, wakeAll, stop };
}

function newLane(owner: CommandOwner): Lane {
  return { owner, failures: 0, isRunning: false, isWoken: false, timer: undefined };
}

function pauseOf({ failures }: Lane): number {
  const grown = Math.min(longestPause, firstPause * 2 ** Math.min(failures - 1, 20));
  return grown * (0.5 + Math.random() / 2);
}

function keyOf({ tenant, deviceId }: CommandOwner): string {
  return `${tenant}\n${deviceId}`;
}

type LaneResult = 'idle' | 'failed';

/** A database that is full or away is tried again, like a network server. */
async function runSafely(parts: DispatchParts, lane: Lane, isStopped: () => boolean): Promise<LaneResult> {
  return runLane(parts, lane, isStopped).catch((error: unknown) => {
    lane.failures += 1;
    if (!isStopped())
      parts.log.error({ err: error, ...lane.owner }, 'sending commands failed: it is tried again');
    return 'failed';
  });
}

/** Sends the device's commands in their order until none waits, or none can be sent before something else happens. */
async function runLane(parts: DispatchParts, lane: Lane, isStopped: () => boolean): Promise<LaneResult> {
  const { store, log } = parts;
  const next = (): Command | undefined => store.oldest(lane.owner, ['PENDING']);
  for (let command = next(); !isStopped(); command = next()) {
    const outcome = await sendNext(parts, lane.owner, command).catch((error: Error) => error);
    if (outcome === 'waits') return 'idle';
    if (outcome instanceof Error) {
      const level = lane.failures++ === 0 ? 'warn' : 'debug';
      const about = { command: command?.id, ...lane.owner, reason: outcome.message };
      log[level](about, 'a command could not be sent: it is tried again');
      return 'failed';
    }
    lane.failures = 0;
  }
  return 'idle';
}

/** With no command that could take the place of the queue, the queue alone is to be emptied. */
async function sendNext(
  parts: DispatchParts,
  owner: CommandOwner,
  command: Command | undefined,
): Promise<'done' | 'waits'> {
  if (command !== undefined) return sendOne(parts, command);
  const route = parts.routes.of(owner);
  if (route === undefined || !parts.routes.mustFlush(owner)) return 'waits';
  await parts.flush(route).catch(failure);
  await parts.group.run(() => parts.routes.setFlush(owner, false));
  return 'waits';
}

/** `waits`: for the device itself, to be heard or to ask. Rejects when it is to be tried again. */
async function sendOne(parts: DispatchParts, command: Command): Promise<'done' | 'waits'> {
  const { store, group, clock } = parts;
  const { tenant, deviceId, name } = command;
  const owner = { tenant, deviceId };
  if (command.expires <= clock.now())
    return finish(parts, command, { state: 'EXPIRED', info: 'not sent in time' });
  const target = await parts.devices.find(owner).catch(rethrow);
  if (target === undefined)
    return finish(parts, command, gone(`device ${deviceId} is not registered any more`));
  const definition = target.commands.get(name);
  if (definition === undefined)
    return finish(parts, command, gone(`device ${deviceId} has no command ${name} any more`));
  const way = wayOf(target);
  const route = parts.routes.of(owner);
  // What nobody knows the way to waits until the device is heard.
  if (way === 'poll' || (way === 'lorawan' && route?.kind !== 'lorawan')) return 'waits';
  const mustFlush = parts.routes.mustFlush(owner);
  await group.run(() => store.tried(command.id));
  // Cancelled, replaced or too late meanwhile.
  if (store.get(command.id)?.state !== 'PENDING') return 'done';
  const progress = await parts.ways[way]({ command, definition, target, route, mustFlush }).catch(failure);
  if (mustFlush && progress.state !== 'ERROR') await group.run(() => parts.routes.setFlush(owner, false));
  return finish(parts, command, progress);
}

function rethrow(error: unknown): never {
  if (error instanceof RegistryAway) throw new Error(`the registry is away: ${error.message}`);
  throw error;
}

function gone(info: string): Progress {
  return { state: 'ERROR', info };
}

function failure(error: unknown): Progress {
  if (error instanceof CommandError) return { state: 'ERROR', info: error.message };
  throw error;
}

async function finish(parts: DispatchParts, command: Command, progress: Progress): Promise<'done'> {
  const { store, group, clock, changed } = parts;
  const advanced = await group.run(() => store.advance(command, progress, clock.now()));
  if (advanced !== undefined) changed([advanced]);
  return 'done';
}
