import { closeNames } from '../devices/close-names.ts';

/** What the cells of a column hold: text, a number, JSON, or JSON where it is well formed and else text. */
type CellKind = 'text' | 'number' | 'json' | 'loose';

/** The columns of an import by name, which are settings of a device but for `name`, `tenant`, `lat`, `lon` and `settings`. */
export const columnKinds: Readonly<Record<string, CellKind>> = {
  device_id: 'text',
  devEui: 'text',
  model: 'text',
  codec: 'text',
  name: 'text',
  entity_type: 'text',
  entity_name: 'text',
  apikey: 'text',
  tenant: 'text',
  lat: 'number',
  lon: 'number',
  protocol: 'text',
  transport: 'text',
  endpoint: 'text',
  timezone: 'text',
  payloadType: 'text',
  unmapped: 'text',
  airQualityIndex: 'text',
  cmdMode: 'text',
  explicitAttrs: 'loose',
  polling: 'loose',
  timestamp: 'loose',
  attributes: 'json',
  lazy: 'json',
  commands: 'json',
  static_attributes: 'json',
  internal_attributes: 'json',
  settings: 'json',
};

/** Other names of columns, without blanks and case. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['id', 'device_id'],
  ['eui', 'devEui'],
  ['deviceeui', 'devEui'],
  ['devicemodel', 'model'],
  ['decoder', 'codec'],
  ['devicename', 'name'],
  ['label', 'name'],
  ['type', 'entity_type'],
  ['group', 'apikey'],
  ['service', 'tenant'],
  ['fiwareservice', 'tenant'],
  ['ngsildtenant', 'tenant'],
  ['latitude', 'lat'],
  ['longitude', 'lon'],
  ['lng', 'lon'],
  ['long', 'lon'],
]);

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');
const known: ReadonlyMap<string, string> = new Map([
  ...Object.keys(columnKinds).map((name) => [plain(name), name] as const),
  ...synonyms,
]);

/** Fixed attributes of the Entity, and settings of the device's own, each in a column of its name. */
const prefixes = ['static.', 'internal.'] as const;

/**
 * The column that a name in a header means, in any case and with the usual synonyms: one of `columnKinds`, `static.<name>` or
 * `internal.<name>`. `internalNames` need no prefix. Undefined when it means none.
 */
export function columnOf(header: string, internalNames: ReadonlySet<string>): string | undefined {
  const name = header.trim();
  const prefix = prefixes.find((one) => name.toLowerCase().startsWith(one) && name.length > one.length);
  if (prefix !== undefined) return prefix + name.slice(prefix.length);
  const own = [...internalNames].find((one) => plain(one) === plain(name));
  return known.get(plain(name)) ?? (own === undefined ? undefined : `internal.${own}`);
}

/** What is said of a column that means nothing. */
export function unknownColumn(header: string): string {
  const close = closeNames(header.trim(), Object.keys(columnKinds));
  const hint = close.length === 0 ? 'static.<name> is written on the Entity' : `did you mean ${close[0]}?`;
  return `the column ${JSON.stringify(header.slice(0, 80))} means nothing and is left out: ${hint}`;
}
