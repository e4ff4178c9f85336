import type { Clock } from '../../runtime/clock.ts';
import { NobodyListens } from '../transports/publisher.ts';
import type { Command, Progress } from './command.ts';
import type { CommandDevice, CommandDevices } from './command-devices.ts';
import { CommandError } from './command-error.ts';
import type { CommandStore, Place, Turn } from './command-store.ts';
import type { DeviceRoute } from './routes.ts';
import { type Way, type WayName, wayOf } from './ways/way.ts';

/** What sending asks. */
export interface SendParts {
  readonly store: CommandStore;
  readonly devices: Pick<CommandDevices, 'find'>;
  readonly clock: Clock;
  /** Called when commands have changed. */
  readonly changed: (commands: readonly Command[]) => void;
  /** The ways out, except that of devices that ask themselves. */
  readonly ways: Readonly<Record<Exclude<WayName, 'poll'>, Way>>;
  /** Empties what a network server has queued for a device. */
  readonly flush: (route: DeviceRoute) => Promise<void>;
}

/** What came of looking what is to be sent. */
export type Outcome =
  /** It went out, or ended. */
  | { readonly kind: 'sent' }
  /** For the device itself, to be heard or to ask. */
  | { readonly kind: 'waits' }
  /** Another agent has taken over. */
  | { readonly kind: 'lost' }
  /** It is to be tried again. */
  | ({ readonly kind: 'failed'; readonly command: string } & Failure);

/** Why it could not be sent. */
interface Failure {
  readonly reason: string;
  /** Resolves when it is worth another try at once. */
  readonly heard?: Promise<void>;
}

const sent: Outcome = { kind: 'sent' };
const waits: Outcome = { kind: 'waits' };

/**
 * Sends the oldest command that waits for the device. With none that could take the place of the queue, the queue alone is
 * emptied where that is wanted. Rejects when the registry is away.
 */
export async function sendNext(parts: SendParts, turn: Turn): Promise<Outcome> {
  const { store, clock } = parts;
  const { owner } = turn;
  const place = await store.place(owner);
  // What it has queued would go with the rest of the queue.
  if (place.flushes > 0) await store.requeue(owner, clock.now());
  const command = await store.oldest(owner);
  if (command !== undefined) return sendOne(parts, turn, place, command);
  if (place.flushes > 0) {
    if (place.route !== undefined) await parts.flush(place.route).catch(failure);
    await store.flushed(owner, place.flushes);
  }
  return waits;
}

async function sendOne(parts: SendParts, turn: Turn, place: Place, command: Command): Promise<Outcome> {
  const { store, clock, devices } = parts;
  const { deviceId, name, expires } = command;
  const { route, flushes } = place;
  if (expires <= clock.now()) return finish(parts, command, { state: 'EXPIRED', info: 'not sent in time' });
  const target = await devices.find(turn.owner);
  if (target === undefined)
    return finish(parts, command, gone(`device ${deviceId} is not registered any more`));
  const definition = target.commands.get(name);
  if (definition === undefined)
    return finish(parts, command, gone(`device ${deviceId} has no command ${name} any more`));
  const way = wayOf(target, route);
  // What nobody knows the way to waits until the device is heard.
  if (way === 'poll' || (way === 'lorawan' && !leadsTo(target, route))) return waits;
  const claim = await store.claim(turn, command.id);
  if (claim === 'lost') return { kind: 'lost' };
  // Cancelled, replaced or too late meanwhile.
  if (claim === 'gone') return sent;
  const dispatch = { command, definition, target, route, mustFlush: flushes > 0 };
  const progress = await parts.ways[way](dispatch).catch(failure).catch(toFailure);
  if ('reason' in progress) return { kind: 'failed', command: command.id, ...progress };
  if (flushes > 0 && progress.state !== 'ERROR') await store.flushed(turn.owner, flushes);
  return finish(parts, command, progress);
}

/** A device that was registered anew may have another DevEUI than the one that was heard. */
function leadsTo({ record }: CommandDevice, route: DeviceRoute | undefined): boolean {
  return route?.kind === 'lorawan' && route.devEui === record.settings.devEui;
}

function gone(info: string): Progress {
  return { state: 'ERROR', info };
}

function failure(error: unknown): Progress {
  if (error instanceof CommandError) return { state: 'ERROR', info: error.message };
  throw error;
}

function toFailure(error: Error): Failure {
  const { message: reason } = error;
  return error instanceof NobodyListens ? { reason, heard: error.heard } : { reason };
}

async function finish({ store, clock, changed }: SendParts, command: Command, progress: Progress) {
  const advanced = await store.advance(command.id, progress, clock.now());
  if (advanced !== undefined) changed([advanced]);
  return sent;
}
