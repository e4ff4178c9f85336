import type { DeviceModel } from '../devices/device-model.ts';
import type { DeviceRecord, GroupRecord } from '../registry/registry.ts';
import type { CommandSettings, DeviceSettings, GroupSettings } from '../registry/settings.ts';

/** A command that a device can be given, by the name of its attribute. */
export type CommandDefinitions = ReadonlyMap<string, CommandSettings>;

/** The commands of a device: its model's, over these its group's, over these its own. */
export function commandsOf(
  { settings }: Pick<DeviceRecord, 'settings'>,
  group: GroupRecord | undefined,
  model: DeviceModel | undefined,
): CommandDefinitions {
  const definitions = new Map<string, CommandSettings>();
  for (const { name } of model?.commands ?? []) definitions.set(name, { name });
  for (const command of [...listed(group?.settings), ...listed(settings)])
    definitions.set(command.name, { ...definitions.get(command.name), ...command });
  return definitions;
}

/** What was registered by an earlier release was not checked. */
function listed(settings: DeviceSettings | GroupSettings | undefined): readonly CommandSettings[] {
  const commands: unknown = settings?.commands;
  if (!Array.isArray(commands)) return [];
  return commands.filter((command) => typeof command?.name === 'string') as CommandSettings[];
}

/** The name by which the device itself knows the command. */
export function deviceNameOf({ object_id, name }: CommandSettings): string {
  return object_id ?? name;
}
