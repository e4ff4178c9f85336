import { randomUUID } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { CommandSettings } from '../registry/settings.ts';
import type { NewCommand } from './command.ts';
import type { CommandDevice, CommandDevices } from './command-devices.ts';
import type { CommandOwner, CommandStore } from './command-store.ts';
import { deviceNameOf } from './definitions.ts';
import { parseDuration } from './duration.ts';
import { type FreshChange, freshChanges } from './fresh-changes.ts';
import type { AttributeChange, ParsedNotification } from './parse-notification.ts';

/** What accepting commands asks. */
export interface AcceptParts {
  readonly devices: CommandDevices;
  readonly store: CommandStore;
  readonly group: Pick<GroupCommit, 'run'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Has what is left in the network server's queue of the device sent anew, in a transaction of the caller. */
  readonly emptyQueue: (owner: CommandOwner, now: number) => void;
  /** Microseconds for which a command is worth sending when nobody says so. */
  readonly defaultTtl: number;
}

/** What a notification came to. */
export interface Accepted {
  /** Those that are new. */
  readonly added: readonly NewCommand[];
  /** How many commands it told of, new or known. */
  readonly commands: number;
}

/**
 * Makes commands of the changes that a notification of the tenant tells; resolves when the new ones are on disk.
 * Changes of attributes that are no command of any device are nothing for the agent.
 */
export async function acceptCommands(
  parts: AcceptParts,
  tenant: string,
  notification: ParsedNotification,
): Promise<Accepted> {
  const devicesOf = await devicesByEntity(parts, tenant, notification.changes);
  const takersOf = ({ entityId, name }: AttributeChange): readonly CommandDevice[] =>
    (devicesOf.get(entityId) ?? []).filter(({ commands }) => commands.has(name));
  const isNews = (change: AttributeChange): boolean =>
    takersOf(change).some(({ record }) => {
      const owner = { tenant, deviceId: record.settings.device_id };
      const last = parts.store.lastValue(owner, change.entityId, change.name);
      return last !== JSON.stringify(change.value);
    });
  const commands = freshChanges(
    { ...notification, changes: notification.changes.filter((change) => takersOf(change).length > 0) },
    isNews,
  ).flatMap((change) => takersOf(change).map((taker) => commandOf(parts, tenant, change, taker)));
  if (commands.length === 0) return { added: [], commands: 0 };
  const now = parts.clock.now();
  const added = await parts.group.run(() => commands.filter((command) => addOne(parts, command, now)));
  for (const { id, deviceId, entityId, name } of added)
    parts.log.info({ command: id, tenant, device: deviceId, entity: entityId, name }, 'command accepted');
  return { added, commands: commands.length };
}

/** What it replaces may be in the network server's queue, and is to leave that too. */
function addOne({ store, emptyQueue }: AcceptParts, command: NewCommand, now: number): boolean {
  const isQueued =
    command.replaces && store.ofDevice(command, 'QUEUED').some(({ name }) => name === command.name);
  const isNew = store.add(command, now);
  if (isNew && isQueued) emptyQueue(command, now);
  return isNew;
}

async function devicesByEntity(
  { devices }: AcceptParts,
  tenant: string,
  changes: readonly AttributeChange[],
): Promise<ReadonlyMap<string, readonly CommandDevice[]>> {
  const ids = [...new Set(changes.map(({ entityId }) => entityId))];
  const found = await Promise.all(ids.map((id) => devices.ofEntity(tenant, id)));
  return new Map(ids.map((id, index) => [id, found[index] ?? []]));
}

function commandOf(
  { clock, defaultTtl }: AcceptParts,
  tenant: string,
  change: FreshChange,
  { record, commands }: CommandDevice,
): NewCommand {
  const { entityId, name, value, ttl } = change;
  const definition: CommandSettings = commands.get(name) ?? { name };
  const deviceId = record.settings.device_id;
  const lifetime = parseDuration(ttl) ?? parseDuration(definition.ttl) ?? defaultTtl;
  return {
    id: randomUUID(),
    source: JSON.stringify([tenant, deviceId, entityId, name, change.mark]),
    ...{ tenant, deviceId, entityId, name, value },
    deviceName: deviceNameOf(definition),
    // The type as it is configured is short in the @context that statuses are written with.
    entityType: record.settings.entity_type,
    isConfirmed: definition.confirmed ?? false,
    replaces: definition.mode === 'replace',
    expires: clock.now() + lifetime,
  };
}
