import { randomUUID } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { CommandSettings } from '../registry/settings.ts';
import type { Command, CommandOwner, NewCommand } from './command.ts';
import type { CommandDevice, CommandDevices } from './command-devices.ts';
import type { CommandStore } from './command-store.ts';
import { deviceNameOf } from './definitions.ts';
import { parseDuration } from './duration.ts';
import { type FreshChange, freshChanges } from './fresh-changes.ts';
import type { AttributeChange, ParsedNotification } from './parse-notification.ts';
import { shortNameOf } from './told-name.ts';

/** What accepting commands asks. */
export interface AcceptParts {
  readonly devices: Pick<CommandDevices, 'ofEntities'>;
  readonly store: Pick<CommandStore, 'add' | 'lastValue'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Microseconds for which a command is worth sending when nobody says so. */
  readonly defaultTtl: number;
  /** Microseconds for which commands are kept: what was changed before that may have been carried out long ago. */
  readonly memory: number;
}

/** What a notification came to. */
export interface Accepted {
  /** The new commands, and those that they replaced. */
  readonly changed: readonly Command[];
  /** The devices of all commands that it told of, new or known. */
  readonly owners: readonly CommandOwner[];
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
  const { devices, store, clock, log } = parts;
  const entityIds = new Set(notification.changes.map(({ entityId }) => entityId));
  const devicesOf = await devices.ofEntities(tenant, [...entityIds]);
  const takersOf = ({ entityId, name }: AttributeChange): readonly CommandDevice[] =>
    (devicesOf.get(entityId) ?? []).filter(({ commands }) => commands.has(name));
  const isNews = async (change: AttributeChange): Promise<boolean> => {
    const owners = takersOf(change).map(({ record }) => ({ tenant, deviceId: record.settings.device_id }));
    const last = await Promise.all(
      owners.map((owner) => store.lastValue(owner, change.entityId, change.name)),
    );
    return last.some((value) => value !== JSON.stringify(change.value));
  };
  const oldest = clock.now() - parts.memory;
  const named = notification.changes.map((change) =>
    takersOf(change).length > 0 ? change : { ...change, name: shortNameOf(change.name) },
  );
  // Some brokers tell what there is when they get a subscription.
  const changes = named.filter(
    (change) => (change.isRepeated || (change.modifiedAt ?? oldest) >= oldest) && takersOf(change).length > 0,
  );
  const fresh = await freshChanges({ ...notification, changes }, isNews);
  const commands = fresh.flatMap((change) =>
    takersOf(change).map((taker) => commandOf(parts, tenant, change, taker)),
  );
  if (commands.length === 0) return { changed: [], owners: [] };
  const changed = await store.add(commands, clock.now());
  for (const { id, deviceId, entityId, name, state } of changed)
    if (state === 'PENDING')
      log.info({ command: id, tenant, device: deviceId, entity: entityId, name }, 'command accepted');
  return { changed, owners: commands };
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
