import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../runtime/logger.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import type { CommandOwner } from './command.ts';
import type { Turn } from './command-store.ts';
import { keyOf } from './routes.ts';
import { type SendParts, sendNext } from './send-command.ts';

/** What dispatching asks. */
export interface DispatchParts extends SendParts {
  readonly log: Logger;
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
/** Milliseconds until it is asked again whether another agent still sends to the device. */
const turnPause = 100;
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
  /** What is to wake it before its timer, and what does so already. */
  heard: Promise<void> | undefined;
  awaited: Promise<void> | undefined;
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
    else if (result !== 'idle') lane.timer = setTimeout(() => enqueue(lane), pauseOf(lane, result));
    else lanes.delete(keyOf(lane.owner));
  };
  const start = (): void => {
    while (running.size < mostAtOnce && !isStopped) {
      const lane = queue.shift();
      if (lane === undefined) return;
      const run = runSafely(parts, lane, () => isStopped).then((result) => {
        running.delete(run);
        wakeWhenHeard(lane, wake);
        if (isStopped) return;
        ended(lane, result);
        start();
      });
      running.add(run);
    }
  };
  const wake = (owner: CommandOwner): void => {
    if (isStopped) return;
    const lane = lanes.get(keyOf(owner)) ?? newLane(owner);
    lanes.set(keyOf(owner), lane);
    if (lane.isRunning) lane.isWoken = true;
    else enqueue(lane);
  };
  const waking = wakerOfAll(parts, (owner) => {
    if (!lanes.has(keyOf(owner))) wake(owner);
  });
  waking.wakeAll();
  const stop = async (): Promise<void> => {
    isStopped = true;
    waking.stop();
    for (const { timer } of lanes.values()) clearTimeout(timer);
    await Promise.race([Promise.all(running), delay(stopGraceMs, undefined, { ref: false })]);
  };
  return { wake, wakeAll: waking.wakeAll, stop };
}

/** Wakes the lane as soon as somebody listens to it. */
function wakeWhenHeard(lane: Lane, wake: (owner: CommandOwner) => void): void {
  const { owner, heard, awaited } = lane;
  // Every try that fails alike waits for the same.
  if (heard === undefined || heard === awaited) return;
  lane.awaited = heard;
  void heard.then(() => wake(owner));
}

/** Wakes every device for which a command waits; while the registry is away, later. */
function wakerOfAll(
  { store, log }: DispatchParts,
  wake: (owner: CommandOwner) => void,
): Pick<Dispatching, 'wakeAll'> & { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const wakeAll = (): void => {
    clearTimeout(timer);
    store
      .waitingDevices()
      .then((owners) => owners.forEach(wake))
      .catch(({ message: reason }: Error) => {
        log.warn({ reason }, 'the commands that wait cannot be read now');
        timer = setTimeout(wakeAll, longestPause).unref();
      });
  };
  return { wakeAll, stop: () => clearTimeout(timer) };
}

/** An owner may be a whole command, whose value is nothing for the log. */
function newLane({ tenant, deviceId }: CommandOwner): Lane {
  return {
    owner: { tenant, deviceId },
    ...{ failures: 0, isRunning: false, isWoken: false },
    ...{ timer: undefined, heard: undefined, awaited: undefined },
  };
}

function pauseOf({ failures }: Lane, result: Exclude<LaneResult, 'idle'>): number {
  const grown =
    result === 'taken' ? turnPause : Math.min(longestPause, firstPause * 2 ** Math.min(failures - 1, 20));
  return grown * (0.5 + Math.random() / 2);
}

/** `taken`: another agent sends to the device. */
type LaneResult = 'idle' | 'failed' | 'taken';

/** A database that is full or away is tried again, like a network server. */
async function runSafely(parts: DispatchParts, lane: Lane, isStopped: () => boolean): Promise<LaneResult> {
  return runLane(parts, lane, isStopped).catch((error: unknown) => {
    lane.failures += 1;
    const isAway = error instanceof RegistryAway;
    if (!isStopped())
      parts.log[isAway ? 'warn' : 'error'](
        { ...(isAway ? { reason: error.message } : { err: error }), ...lane.owner },
        'sending commands failed: it is tried again',
      );
    return 'failed';
  });
}

async function runLane(parts: DispatchParts, lane: Lane, isStopped: () => boolean): Promise<LaneResult> {
  const turn = await parts.store.takeTurn(lane.owner);
  if (turn === undefined) return 'taken';
  try {
    return await sendAll(parts, lane, turn, isStopped);
  } finally {
    await parts.store.endTurn(turn);
  }
}

/** Sends the device's commands in their order until none waits, or none can be sent before something else happens. */
async function sendAll(
  parts: DispatchParts,
  lane: Lane,
  turn: Turn,
  isStopped: () => boolean,
): Promise<LaneResult> {
  while (!isStopped()) {
    const outcome = await sendNext(parts, turn);
    if (outcome.kind === 'sent') lane.failures = 0;
    if (outcome.kind === 'waits') return 'idle';
    if (outcome.kind === 'lost') return 'taken';
    if (outcome.kind === 'failed') {
      const level = lane.failures++ === 0 ? 'warn' : 'debug';
      const about = { command: outcome.command, ...lane.owner, reason: outcome.reason };
      lane.heard = outcome.heard;
      parts.log[level](about, 'a command could not be sent: it is tried again');
      return 'failed';
    }
  }
  return 'idle';
}
