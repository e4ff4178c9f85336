import type { Incoming, Json, LorawanServer } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import type { Command, CommandOwner, CommandState, Progress } from './command.ts';

/** Something that came from a known device. */
export interface Heard {
  readonly device: Pick<Device, 'tenant' | 'deviceId'>;
  readonly incoming: Incoming;
}

/** What was recorded, for what is to be done when it is on disk. */
export interface Recorded {
  /** Commands as they are now. */
  readonly changed: readonly Command[];
  /** Devices to which there is something to send now, or a way. */
  readonly reachable: readonly CommandOwner[];
}

type DownlinkEvent = Extract<Incoming, { readonly event: 'downlink' }>;
type Stage = DownlinkEvent['stage'];

/** What a device or its network server says about a command. */
export type Saying =
  | { readonly kind: 'result'; readonly deviceName: string; readonly info: Json }
  | { readonly kind: 'stage'; readonly stage: Stage; readonly downlinkId?: string; readonly reason?: string };

/** Which commands of a device a saying can be about: by an id of ours or the network server's, by name, or by state. */
export type Candidates =
  | { readonly by: 'id'; readonly ids: readonly string[] }
  | { readonly by: 'name'; readonly deviceName: string; readonly states: readonly CommandState[] }
  | { readonly by: 'state'; readonly states: readonly CommandState[] };

/** What a stage of a downlink makes of its command. */
const states: Readonly<Record<Stage, CommandState>> = {
  queued: 'QUEUED',
  sent: 'SENT',
  acknowledged: 'OK',
  'not-acknowledged': 'ERROR',
  failed: 'ERROR',
};

/** In which states the command of an event without an id can be; what was SENT unconfirmed has ended. */
const before: Readonly<Record<Stage, readonly CommandState[]>> = {
  queued: ['PENDING'],
  sent: ['PENDING', 'QUEUED'],
  acknowledged: ['SENT', 'QUEUED'],
  'not-acknowledged': ['SENT', 'QUEUED'],
  failed: ['PENDING', 'QUEUED', 'SENT'],
};

/** What a message says about commands of its device, most often nothing. */
export function sayingsIn(incoming: Incoming): readonly Saying[] {
  if (incoming.kind === 'command-results')
    return Object.entries(incoming.results).map(([deviceName, info]) => ({
      kind: 'result',
      deviceName,
      info,
    }));
  if (incoming.kind !== 'event' || incoming.event !== 'downlink') return [];
  const { stage, downlinkId, reason } = incoming;
  // Of a server that tells ids, an event without ours is about somebody else's downlink.
  if (downlinkId === undefined && !isSilentAboutIds(incoming)) return [];
  return [
    {
      kind: 'stage',
      stage,
      ...(downlinkId === undefined ? {} : { downlinkId }),
      ...(reason === undefined ? {} : { reason }),
    },
  ];
}

const silent: ReadonlySet<LorawanServer> = new Set(['loriot', 'helium']);

/** ChirpStack v3, whose applications have numbers, tells none either. */
function isSilentAboutIds({ server, applicationId = '' }: DownlinkEvent): boolean {
  return silent.has(server) || (server === 'chirpstack' && /^\d+$/.test(applicationId));
}

/** Which commands to look at for a saying. */
export function candidatesFor(saying: Saying): Candidates {
  if (saying.kind === 'result')
    return { by: 'name', deviceName: saying.deviceName, states: ['SENT', 'DELIVERED'] };
  const { downlinkId: id, stage } = saying;
  if (id === undefined) return { by: 'state', states: before[stage] };
  // The event can be quicker than the note of what the network server calls it, which is most often ours with a prefix.
  return { by: 'id', ids: [...new Set([id, id.replace(/^cmd:/, '')])] };
}

/** The one of the candidates, oldest first, that a saying is about. `now` in microseconds. */
export function meantBy(saying: Saying, candidates: readonly Command[], now: number): Command | undefined {
  if (saying.kind === 'result') return answered(candidates, now);
  // By its id there is but one; servers that tell none send a device's downlinks in their order.
  return saying.downlinkId === undefined ? candidates.find(isUnderWay) : candidates[0];
}

/** A device answers in order; what it did not answer within a minute, in microseconds, it will not. */
const patience = 60_000_000;

function answered(commands: readonly Command[], now: number): Command | undefined {
  return commands.find(({ changed }) => changed > now - patience) ?? commands.at(-1);
}

function isUnderWay({ state, attempts, isConfirmed }: Command): boolean {
  if (state === 'PENDING') return attempts > 0;
  return state !== 'SENT' || isConfirmed;
}

/** What a saying makes of its command. */
export function progressOf(saying: Saying): Progress {
  if (saying.kind === 'result') return { state: 'OK', info: saying.info };
  const { stage, reason } = saying;
  const info = stage === 'not-acknowledged' ? (reason ?? 'the device did not acknowledge it') : reason;
  return { state: states[stage], ...(info === undefined ? {} : { info }) };
}
