import type { Incoming } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import type { Command, CommandState, Progress } from './command.ts';
import type { CommandOwner, CommandStore } from './command-store.ts';
import type { DeviceRoutes } from './routes.ts';

/** Something that came from a known device. */
export interface Heard {
  readonly device: Pick<Device, 'tenant' | 'deviceId'>;
  readonly incoming: Incoming;
}

/** What was recorded, for what is to be done when it is on disk. */
export interface Recorded {
  /** Commands as they are now. */
  readonly changed: readonly Command[];
  /** Devices to which there is a way now. */
  readonly reachable: readonly CommandOwner[];
}

/** What recording asks. */
export interface RecordParts {
  readonly store: CommandStore;
  readonly routes: DeviceRoutes;
}

type DownlinkEvent = Extract<Incoming, { readonly event: 'downlink' }>;
type Stage = DownlinkEvent['stage'];

/** What a stage of a downlink makes of its command. */
const states: Readonly<Record<Stage, CommandState>> = {
  queued: 'QUEUED',
  sent: 'SENT',
  acknowledged: 'OK',
  'not-acknowledged': 'ERROR',
  failed: 'ERROR',
};

/** In which states the command of an event without an id can be. */
const before: Readonly<Record<Stage, readonly CommandState[]>> = {
  queued: ['PENDING'],
  sent: ['QUEUED'],
  acknowledged: ['SENT', 'QUEUED'],
  'not-acknowledged': ['SENT', 'QUEUED'],
  failed: ['QUEUED', 'SENT'],
};

/**
 * Records what devices and network servers say about commands, and where devices were heard, inside a transaction of the caller.
 * `now` in microseconds.
 */
export function recordProgress(parts: RecordParts, heard: readonly Heard[], now: number): Recorded {
  const changed: Command[] = [];
  const reachable: CommandOwner[] = [];
  for (const { device, incoming } of heard) {
    const owner = { tenant: device.tenant, deviceId: device.deviceId };
    if (parts.routes.heard(owner, incoming)) reachable.push(owner);
    for (const [command, progress] of stepsOf(parts.store, owner, incoming, now)) {
      const advanced = parts.store.advance(command, progress, now);
      if (advanced !== undefined) changed.push(advanced);
    }
  }
  return { changed, reachable };
}

type Step = readonly [command: Command, progress: Progress];

function stepsOf(store: CommandStore, owner: CommandOwner, incoming: Incoming, now: number): readonly Step[] {
  if (incoming.kind === 'command-results')
    return Object.entries(incoming.results).flatMap(([name, info]): readonly Step[] => {
      const command = answered(store.unanswered(owner, name), now);
      return command === undefined ? [] : [[command, { state: 'OK', info }]];
    });
  if (incoming.kind !== 'event' || incoming.event !== 'downlink') return [];
  const command = commandOf(store, owner, incoming);
  return command === undefined ? [] : [[command, progressOf(incoming)]];
}

/** A device answers in order; what it did not answer within a minute, in microseconds, it will not. */
const patience = 60_000_000;

function answered(commands: readonly Command[], now: number): Command | undefined {
  return commands.find(({ changed }) => changed > now - patience) ?? commands.at(-1);
}

/** By its id; servers that tell none send a device's downlinks in their order. */
function commandOf(
  store: CommandStore,
  owner: CommandOwner,
  { downlinkId, stage }: DownlinkEvent,
): Command | undefined {
  if (downlinkId === undefined) return store.oldest(owner, before[stage]);
  const command = store.byDownlinkId(downlinkId);
  // An id of another device's command says that somebody is making it up.
  return command?.tenant === owner.tenant && command.deviceId === owner.deviceId ? command : undefined;
}

function progressOf({ stage, reason }: DownlinkEvent): Progress {
  const info = stage === 'not-acknowledged' ? (reason ?? 'the device did not acknowledge it') : reason;
  return { state: states[stage], ...(info === undefined ? {} : { info }) };
}
