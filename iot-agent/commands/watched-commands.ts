import type { Catalogue } from '../devices/catalogue.ts';
import type { DeviceRecord, GroupRecord, Registry } from '../registry/registry.ts';
import { commandsOf } from './definitions.ts';

/** Commands of Entities of one type, which changes have to be told of. */
export interface WatchedCommands {
  /** Empty for the default tenant. */
  readonly tenant: string;
  /** Short, in the @context of the type. */
  readonly entityType: string;
  /** Names of the command attributes, sorted. */
  readonly names: readonly string[];
  /** A group asks for a registration beside the subscription. */
  readonly isRegistered: boolean;
}

/** The commands of all devices and groups, by tenant and Entity type. Rejects with RegistryAway. */
export async function watchedCommands(
  registry: Pick<Registry, 'everyDevice' | 'everyGroup'>,
  catalogue: Pick<Catalogue, 'findModel'>,
): Promise<readonly WatchedCommands[]> {
  const collected = collection();
  const groups = await registry.everyGroup();
  for (const group of groups) addGroup(collected, group);
  const byApikey = new Map(groups.map((group) => [group.settings.apikey, group]));
  for await (const records of registry.everyDevice()) {
    for (const record of records) {
      const { apikey, entity_type } = record.settings;
      const group = groupOf(record, apikey === undefined ? undefined : byApikey.get(apikey));
      const names = commandsOf(record, group, modelOf(record, catalogue)).keys();
      collected.add(record.tenant, entity_type, names, wantsRegistration(group ?? record));
    }
  }
  return collected.all();
}

/** Devices that register themselves by a measure have nothing but their group's settings. */
function addGroup(collected: ReturnType<typeof collection>, group: GroupRecord): void {
  const { entity_type: type } = group.settings;
  const names = commandsOf({ settings: noDevice }, group, undefined).keys();
  if (type !== undefined) collected.add(group.tenant, type, names, wantsRegistration(group));
}

function modelOf({ settings }: DeviceRecord, { findModel }: Pick<Catalogue, 'findModel'>) {
  return settings.model === undefined ? undefined : findModel(settings.model);
}

const noDevice = { device_id: '', entity_type: '', entity_name: '' };

function groupOf({ tenant }: DeviceRecord, group: GroupRecord | undefined): GroupRecord | undefined {
  return group?.tenant === tenant ? group : undefined;
}

function wantsRegistration({ settings }: Pick<DeviceRecord | GroupRecord, 'settings'>): boolean {
  return settings.cmdMode === 'registration' || settings.cmdMode === 'legacy';
}

interface Collected {
  readonly tenant: string;
  readonly entityType: string;
  readonly names: Set<string>;
  isRegistered: boolean;
}

function collection() {
  const collected = new Map<string, Collected>();
  return {
    add: (tenant: string, entityType: string, names: Iterable<string>, isRegistered: boolean): void => {
      const key = `${tenant}\n${entityType}`;
      for (const name of names) {
        const known = collected.get(key) ?? { tenant, entityType, names: new Set(), isRegistered: false };
        collected.set(key, known);
        known.names.add(name);
        known.isRegistered ||= isRegistered;
      }
    },
    all: (): readonly WatchedCommands[] =>
      [...collected.values()].map(({ names, ...rest }) => ({ ...rest, names: [...names].sort() })),
  };
}
