import type { Commands } from './commands/commands.ts';
import { protocolOf } from './registry/device-protocol.ts';
import type { KnownGroups } from './registry/known-groups.ts';
import type { PlainDevices } from './transports/plain/plain-devices.ts';

/** What transports ask about plain devices, answered by the groups and the commands. */
export function plainDevices(
  groups: Pick<KnownGroups, 'of'>,
  { poll, configuration }: Pick<Commands, 'poll' | 'configuration'>,
): PlainDevices {
  return {
    poll,
    configure: configuration.answer,
    waysOf: async (apikey) => {
      // While the registry is away, devices are heard all the same: their messages tell the protocol.
      const group = await groups.of(apikey).catch(() => undefined);
      if (group === undefined) return undefined;
      const protocol = protocolOf(undefined, group.settings);
      const { resource } = group.settings;
      return {
        ...(protocol === undefined ? {} : { protocol }),
        ...(resource === undefined ? {} : { resource }),
      };
    },
  };
}
