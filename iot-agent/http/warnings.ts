import type { Response } from 'express';
import type { Catalogue } from '../devices/catalogue.ts';
import type { DeviceModel } from '../devices/device-model.ts';
import { settingFault } from '../devices/settings.ts';
import { hasRoomFor } from '../mapping/has-room-for.ts';
import { missingFromDevice } from '../mapping/missing-settings.ts';
import type { Json } from '../measurement.ts';
import type { DeviceRecord, GroupRecord } from '../registry/registry.ts';
import { resolveDevice } from '../registry/resolve-device.ts';
import type { DeviceSettings, GroupSettings } from '../registry/settings.ts';
import { commandWarnings } from './command-warnings.ts';
import { unknownMembers } from './unknown-members.ts';

/** Something that was registered all the same, but that its owner should know. */
export interface Warning {
  /** `device pm-04`, `group k1`. */
  readonly about: string;
  readonly message: string;
}

/** What FIWARE's agents use and this one keeps only. */
const kept = ['lazy', 'trust', 'token', 'cbHost', 'cbroker', 'useCBflowControl', 'storeLastMeasure'] as const;
const keptOfAttributes = ['reverse'] as const;

/** Values of members that are understood, in lower case; others are kept only. */
const understood = {
  payloadType: ['iotagent', 'ngsiv2', 'ngsild'],
  // Expressions are JEXL, and what is sent is NGSI-LD.
  expressionLanguage: ['jexl'],
  ngsiVersion: ['ld', 'mixed'],
} as const;

/** What warning of a device asks. */
export interface WarningParts {
  readonly catalogue: Pick<Catalogue, 'findModel'>;
  /** The owner's group with the apikey of the device, if there is one. */
  readonly group: GroupRecord | undefined;
}

/** Warnings about a registered device: what it still lacks, and what of its settings has no effect. */
export function deviceWarnings(record: DeviceRecord, { catalogue, group }: WarningParts): Warning[] {
  const { settings } = record;
  const about = `device ${settings.device_id}`;
  const model = settings.model === undefined ? undefined : catalogue.findModel(settings.model);
  const samples = model?.examples.map(({ measurements }) => measurements) ?? [];
  const device = resolveDevice(record, group);
  const missing = missingFromDevice(device, samples);
  return [
    ...(model === undefined ? [] : withoutRoom(about, model, settings.entity_type)),
    ...missing.map((name) => lacking(about, record, name)),
    ...wrongSettings(about, model, device.internalAttributes),
    ...withoutEffect(about, settings),
    ...commandWarnings(about, settings),
  ];
}

function withoutRoom(about: string, model: DeviceModel, entityType: string): Warning[] {
  if (model.examples.some(({ measurements }) => hasRoomFor(entityType, measurements))) return [];
  const message = `a ${entityType} has no Attribute for what a ${model.vendor}/${model.model} measures, so nothing is sent: it feeds ${model.feeds.join(', ')}`;
  return [{ about, message }];
}

function wrongSettings(about: string, model: DeviceModel | undefined, told: Json | undefined): Warning[] {
  return (model?.settings ?? []).flatMap((setting) => {
    const fault = settingFault(told, setting);
    return fault === undefined ? [] : [{ about, message: `${fault}, or its payloads cannot be decoded` }];
  });
}

/** Warnings about a registered group: what of its settings has no effect. */
export function groupWarnings({ settings }: GroupRecord): Warning[] {
  const about = `group ${settings.apikey}`;
  return [...withoutEffect(about, settings), ...commandWarnings(about, settings)];
}

function lacking(about: string, { settings }: DeviceRecord, name: string): Warning {
  const remedy = `PUT /iot/devices/${encodeURIComponent(settings.device_id)}`;
  const ways = name === 'location' ? `${remedy} or with an uplink` : remedy;
  const message = `${settings.entity_type} needs ${name}: until it is there, by ${ways}, its uplinks wait`;
  return { about, message };
}

/** What goes nowhere because of what else is set. */
const inVain: readonly {
  readonly name: string;
  readonly applies: (settings: DeviceSettings | GroupSettings) => boolean;
}[] = [
  {
    name: 'airQualityIndex of what is no AirQualityObserved',
    applies: ({ airQualityIndex, entity_type: type }) =>
      airQualityIndex !== undefined && type !== undefined && type !== 'AirQualityObserved',
  },
  {
    name: 'entityNameExp of a device',
    applies: (settings) => 'device_id' in settings && 'entityNameExp' in settings,
  },
  {
    // Its quantities are mapped by the table; a codec's values would be by the attributes.
    name: 'attributes of a device with a model',
    applies: (settings) =>
      'model' in settings && !('codec' in settings) && (settings.attributes?.length ?? 0) > 0,
  },
];

function withoutEffect(about: string, settings: DeviceSettings | GroupSettings): Warning[] {
  const members = new Map<string, unknown>(Object.entries(settings));
  const unused: string[] = kept.filter((name) => isUsed(members.get(name)));
  for (const [name, values] of Object.entries(understood)) {
    const value = members.get(name);
    if (typeof value === 'string' && !values.some((one) => one === value.toLowerCase()))
      unused.push(`${name} other than ${values.join(', ')}`);
  }
  unused.push(...inVain.filter(({ applies }) => applies(settings)).map(({ name }) => name));
  for (const name of keptOfAttributes)
    if (settings.attributes?.some((attribute) => name in attribute)) unused.push(`${name} of attributes`);
  const form = 'device_id' in settings ? 'newDevice' : 'newGroup';
  return [
    ...unused.map((name) => ({ about, message: `${name} is kept, but has no effect` })),
    ...unknownMembers(form, settings).map((name) => ({
      about,
      message: `${name} is kept, but is no setting`,
    })),
  ];
}

function isUsed(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

const mostInHeader = 3;

/** Puts the warnings into the answer's `Warning` header, for those who do not read bodies, or get none. */
export function warnIn(response: Response, warnings: readonly Warning[]): void {
  if (warnings.length === 0) return;
  const shown = warnings.slice(0, mostInHeader).map(({ about, message }) => `${about}: ${message}`);
  if (warnings.length > mostInHeader) shown.push(`and ${warnings.length - mostInHeader} more`);
  // Only printable ASCII may stand in a header, and quotes end its text.
  const values = shown.map((line) => `299 - "${line.replace(/[^\x20-\x7e]|["\\]/g, '?').slice(0, 500)}"`);
  response.set('Warning', values.join(', '));
}
