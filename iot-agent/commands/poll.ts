import type { Clock } from '../../runtime/clock.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Json } from '../measurement.ts';
import type { Command } from './command.ts';
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
  readonly store: CommandStore;
  readonly devices: Pick<CommandDevices, 'bySender'>;
  readonly group: Pick<GroupCommit, 'run'>;
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
  const { store, devices, group, clock } = parts;
  const target = await devices.bySender(apikey, deviceId);
  if (target === undefined || wayOf(target) !== 'poll') return none;
  const owner = { tenant: target.record.tenant, deviceId };
  if (store.oldest(owner, ['PENDING']) === undefined) return none;
  return group.run(() => {
    const now = clock.now();
    const waiting = oldestOfEach(store.ofDevice(owner, 'PENDING').filter(({ expires }) => expires > now));
    const taken = waiting.map((command) => takeOne(store, target, command, now));
    return {
      polled: taken.flatMap(({ polled }) => polled),
      commands: taken.flatMap(({ command }) => command ?? []),
    };
  });
}

function oldestOfEach(commands: readonly Command[]): readonly Command[] {
  const names = new Set<string>();
  return commands.filter(({ deviceName }) => {
    const isFirst = !names.has(deviceName);
    names.add(deviceName);
    return isFirst;
  });
}

function takeOne(store: CommandStore, target: CommandDevice, command: Command, now: number) {
  const definition = target.commands.get(command.name) ?? { name: command.name };
  try {
    const value = sentValue(command, definition, scopeOf(command, target, now));
    const polled = [{ id: command.id, name: command.deviceName, value }];
    return { polled, command: store.advance(command, { state: 'DELIVERED' }, now) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { polled: [], command: store.advance(command, { state: 'ERROR', info: error.message }, now) };
  }
}
