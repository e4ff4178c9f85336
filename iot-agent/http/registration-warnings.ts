import type { GroupRecord } from '../registry/registry.ts';
import type { ConfigApi } from './config-api.ts';
import type { Warning } from './warnings.ts';

/** Warnings about groups whose commands shall be registered with a broker that takes no registrations. */
export async function registrationWarnings(
  { commands }: Pick<ConfigApi, 'commands'>,
  records: readonly GroupRecord[],
): Promise<readonly Warning[]> {
  const wanting = records.filter(
    ({ settings: { cmdMode } }) => cmdMode === 'registration' || cmdMode === 'legacy',
  );
  const [first] = wanting;
  const fault = first && (await commands.registrationFault(first.tenant));
  if (fault === undefined) return [];
  return wanting.map(({ settings }) => ({
    about: `group ${settings.apikey}`,
    message: `cmdMode ${settings.cmdMode} has no effect: ${fault}. Commands work all the same, by a subscription`,
  }));
}
