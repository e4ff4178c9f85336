import type { Clock } from '../../runtime/clock.ts';
import type { Json } from '../measurement.ts';
import type { Command, Progress } from './command.ts';
import type { CommandDevice, CommandDevices } from './command-devices.ts';
import { CommandError } from './command-error.ts';
import type { CommandStore } from './command-store.ts';
import { scopeOf, sentValue } from './command-value.ts';
import { wayOf } from './ways/way.ts';

/** A command as the device gets it that asks for its commands. */
export interface PolledCommand {
  readonly id: string;
  /** The device's own name of it; no two at once have the same. */
  readonly name: string;
  readonly value: Json;
}

/** What polling asks. */
export interface PollParts {
  readonly store: Pick<CommandStore, 'ofDevice' | 'advance'>;
  readonly devices: Pick<CommandDevices, 'bySender'>;
  readonly clock: Clock;
}

/** What a device gets, and the commands as they are now. */
export interface Polled {
  readonly polled: readonly PolledCommand[];
  readonly commands: readonly Command[];
}

const none: Polled = { polled: [], commands: [] };

/**
 * Takes what waits for a device that asks: of each name the oldest, the others come with its next question. They are DELIVERED,
 * on disk, when this resolves. Rejects with RegistryAway.
 */
export async function pollCommands(parts: PollParts, apikey: string, deviceId: string): Promise<Polled> {
  const { store, devices, clock } = parts;
  const target = await devices.bySender(apikey, deviceId);
  // Whoever asks is heard by HTTP.
  const asked = { kind: 'plain', apikey, byHttp: true } as const;
  if (target === undefined || wayOf(target, asked) !== 'poll') return none;
  const owner = { tenant: target.record.tenant, deviceId };
  const now = clock.now();
  const pending = await store.ofDevice(owner, 'PENDING');
  const waiting = oldestOfEach(pending.filter(({ expires }) => expires > now));
  const taken = await Promise.all(waiting.map((command) => takeOne(store, target, command, now)));
  return {
    polled: taken.flatMap(({ polled }) => polled),
    commands: taken.flatMap(({ command }) => command ?? []),
  };
}

function oldestOfEach(commands: readonly Command[]): readonly Command[] {
  const names = new Set<string>();
  return commands.filter(({ deviceName }) => {
    const isFirst = !names.has(deviceName);
    names.add(deviceName);
    return isFirst;
  });
}

/** Who asks twice at once gets it once: only one of the two moves it on. */
async function takeOne(
  store: Pick<CommandStore, 'advance'>,
  target: CommandDevice,
  command: Command,
  now: number,
): Promise<{ readonly polled: readonly PolledCommand[]; readonly command: Command | undefined }> {
  const definition = target.commands.get(command.name) ?? { name: command.name };
  const given = valueOrFault(command, () => sentValue(command, definition, scopeOf(command, target, now)));
  const advanced = await store.advance(command.id, given.progress, now);
  return { polled: advanced === undefined ? [] : given.polled, command: advanced };
}

function valueOrFault(
  { id, deviceName: name }: Command,
  sent: () => Json,
): { readonly polled: readonly PolledCommand[]; readonly progress: Progress } {
  try {
    return { polled: [{ id, name, value: sent() }], progress: { state: 'DELIVERED' } };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { polled: [], progress: { state: 'ERROR', info: error.message } };
  }
}
