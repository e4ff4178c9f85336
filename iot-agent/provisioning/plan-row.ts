import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { entityId } from '../mapping/entity-ids.ts';
import { apikeyClash, devEuiClash, deviceIdClash } from '../registry/clashes.ts';
import { normaliseDevEui } from '../registry/dev-eui.ts';
import { deviceKey } from '../registry/device-key.ts';
import type { DeviceRecord, Registry } from '../registry/registry.ts';
import type { RegistryError } from '../registry/registry-error.ts';
import type { DeviceDraft, Fault, Owner, ParsedDevice, TryParse } from './draft.ts';
import type { ImportRow, RowSettings } from './import-row.ts';
import { laySettings, PatchError } from './merge-patch.ts';

/** What planning asks. */
export interface PlanParts {
  readonly registry: Pick<Registry, 'devicesById' | 'deviceByDevEui' | 'deviceByApikey'>;
  readonly parse: TryParse;
  readonly owner: Owner;
  /** `create`: devices that are there must not change. */
  readonly mode: 'upsert' | 'create';
  readonly isDryRun: boolean;
  readonly isAtomic: boolean;
}

/** A write that a row asks for. */
export type Plan = { readonly row: number; readonly deviceId: string; readonly parsed: ParsedDevice } & (
  | { readonly kind: 'add' }
  | { readonly kind: 'change'; readonly before: DeviceRecord }
);

/** What a row comes to. */
export type Planned =
  | Plan
  | { readonly kind: 'unchanged'; readonly row: number }
  | { readonly kind: 'failed'; readonly row: number; readonly deviceId?: string; readonly fault: Fault };

/** A row whose device has a name, with what is registered of it. */
interface Candidate {
  readonly row: number;
  readonly owner: Owner;
  readonly deviceId: string;
  /** The settings of a new device; a patch of one that is there. */
  readonly told: object;
  readonly content: RowSettings;
  readonly before?: DeviceRecord;
}

/** Rows in which what must be unique stands for the first time. */
type Seen = Map<string, number>;

/** Rows that are checked in one turn of the event loop. */
const turn = 25;

/** A planner for the rows of one import, which come in their order; it remembers what must not stand there twice. */
export function planner(parts: PlanParts): (rows: readonly ImportRow[]) => Promise<readonly Planned[]> {
  const seen: Seen = new Map();
  return async (rows) => {
    const named = await Promise.all(rows.map((row) => nameOf(parts, row)));
    const found = await lookUp(parts, named);
    const planned: Planned[] = [];
    for (const [index, one] of named.entries()) {
      planned.push('fault' in one ? one : await planOne(parts, seen, found(one)));
      // Checking takes most of the time: other work comes between.
      if (index % turn === turn - 1) await setImmediate();
    }
    return planned;
  };
}

type Failed = Extract<Planned, { kind: 'failed' }>;

function failed(row: number, fault: Fault, deviceId?: string): Failed {
  return { kind: 'failed', row, fault, ...(deviceId === undefined ? {} : { deviceId }) };
}

/** Whose device it is, and its id: that which is told, of the device with the DevEUI, the DevEUI itself, or the name. */
async function nameOf(parts: PlanParts, { row, content }: ImportRow): Promise<Candidate | Failed> {
  if ('reason' in content) return failed(row, content);
  const { tenant } = content;
  const isForeign = tenant !== undefined && parts.owner.tenant !== '' && tenant !== parts.owner.tenant;
  if (isForeign || (tenant !== undefined && !TENANT.test(tenant)))
    return failed(row, { field: 'tenant', reason: tenantRule(parts.owner.tenant, tenant) });
  const owner = tenant === undefined ? parts.owner : { ...parts.owner, tenant };
  try {
    const told = content.patches.reduce(laySettings, {});
    const id = await deviceIdOf(parts, owner, told as IdentityFields, content.name);
    if (typeof id === 'string') return { row, owner, deviceId: id, told, content };
    return failed(row, id);
  } catch (error) {
    if (error instanceof PatchError) return failed(row, { reason: error.message });
    throw error;
  }
}

const TENANT = /^[\w.~+@:-]{1,100}$/;

function tenantRule(own: string, tenant: string): string {
  const rule =
    own === ''
      ? "a tenant's name has 1 to 100 letters, digits or . _ ~ + @ : -"
      : `the request is about the tenant ${own}: leave the header out to import for several`;
  return `tenant is ${JSON.stringify(tenant.slice(0, 80))}: ${rule}`;
}

interface IdentityFields {
  readonly device_id?: unknown;
  readonly devEui?: unknown;
}

async function deviceIdOf(
  { registry }: PlanParts,
  { tenant }: Owner,
  { device_id: id, devEui: told }: IdentityFields,
  name: string | undefined,
): Promise<string | Fault> {
  if (typeof id === 'string' && id !== '') return id;
  const devEui = typeof told === 'string' ? normaliseDevEui(told) : undefined;
  if (devEui === undefined) {
    const reason = `devEui is ${JSON.stringify(told)}: it must have 16 hexadecimal digits, such as 70B3D57BA0000123`;
    if (told !== undefined) return { field: 'devEui', reason };
    return name ?? { field: 'device_id', reason: 'the row must have device_id, devEui or name' };
  }
  const there = await registry.deviceByDevEui(devEui);
  return there?.tenant === tenant ? there.settings.device_id : devEui.toLowerCase();
}

/** Finds what is registered of each candidate, with one question a tenant. */
async function lookUp(
  { registry }: PlanParts,
  named: readonly (Candidate | Failed)[],
): Promise<(one: Candidate) => Candidate> {
  const ids = new Map<string, string[]>();
  for (const one of named)
    if (!('fault' in one)) ids.set(one.owner.tenant, [...(ids.get(one.owner.tenant) ?? []), one.deviceId]);
  const found = new Map<string, DeviceRecord>();
  for (const [tenant, wanted] of ids)
    for (const record of await registry.devicesById(tenant, wanted))
      found.set(deviceKey(tenant, record.settings.device_id), record);
  return (one) => {
    const before = found.get(deviceKey(one.owner.tenant, one.deviceId));
    return before === undefined ? one : { ...one, before };
  };
}

async function planOne(parts: PlanParts, seen: Seen, candidate: Candidate): Promise<Planned> {
  const { row, deviceId, before, owner } = candidate;
  const draft = draftOf(candidate);
  if ('reason' in draft) return failed(row, draft, deviceId);
  const parsed = await parts.parse({ ...draft, owner: before ?? owner, at: `row ${row}` });
  if ('reason' in parsed) return failed(row, parsed, deviceId);
  const twin = twinOf(seen, row, parsed.record) ?? movedFault(before, parsed.record);
  if (twin !== undefined) return failed(row, twin, deviceId);
  if (before !== undefined && isDeepStrictEqual(before.settings, parsed.record.settings))
    return { kind: 'unchanged', row };
  const clash = await clashOf(parts, parsed.record, before);
  if (clash !== undefined) return failed(row, clash, deviceId);
  const plan = { row, deviceId, parsed };
  return before === undefined ? { kind: 'add', ...plan } : { kind: 'change', before, ...plan };
}

function draftOf({ before, deviceId, told, content }: Candidate): Omit<DeviceDraft, 'owner' | 'at'> | Fault {
  const { name, patches } = content;
  const nameOfEntity = name === undefined ? undefined : (type: string) => entityId(type, name);
  if (before === undefined)
    return {
      settings: { device_id: deviceId, ...told },
      ...(nameOfEntity === undefined ? {} : { nameOf: nameOfEntity }),
    };
  const { entity_type: type, entity_name: entityName } = before.settings;
  if (nameOfEntity !== undefined && !('entity_name' in told) && nameOfEntity(type) !== entityName) {
    const reason = `the Entity of device ${deviceId} is ${entityName}, which cannot be changed to ${nameOfEntity(type)}: delete the device, and register it again`;
    return { field: 'name', reason };
  }
  try {
    return { settings: { ...patches.reduce(laySettings, before.settings), device_id: deviceId } };
  } catch (error) {
    if (error instanceof PatchError) return { reason: error.message };
    throw error;
  }
}

/** What stands in another row of the same import. */
function twinOf(seen: Seen, row: number, { tenant, settings }: DeviceRecord): Fault | undefined {
  const { device_id: id, devEui } = settings;
  const keys: readonly (readonly [string, string, string])[] = [
    ...(devEui === undefined ? [] : [['devEui', devEui, `devEui ${devEui}`] as const]),
    ['device_id', deviceKey(tenant, id), `device_id ${id}`],
  ];
  for (const [field, key, told] of keys) {
    const first = seen.get(`${field} ${key}`);
    if (first !== undefined)
      return { field, reason: `rows ${first} and ${row} have the same ${told}: leave one of them out` };
  }
  for (const [field, key] of keys) seen.set(`${field} ${key}`, row);
  return undefined;
}

/** The link to the Entities that the broker has of it. */
function movedFault(before: DeviceRecord | undefined, { settings }: DeviceRecord): Fault | undefined {
  if (before === undefined) return undefined;
  const field = (['entity_type', 'entity_name'] as const).find(
    (name) => settings[name] !== before.settings[name],
  );
  if (field === undefined) return undefined;
  const reason = `${field} of device ${settings.device_id} is ${before.settings[field]} and cannot be changed: delete the device, which keeps its Entities, and register it again`;
  return { field, reason };
}

/** What stands against a row that is good by itself. */
async function clashOf(
  parts: PlanParts,
  record: DeviceRecord,
  before: DeviceRecord | undefined,
): Promise<Fault | undefined> {
  const { tenant, settings } = record;
  if (before !== undefined && parts.mode === 'create')
    return faultOf('device_id', deviceIdClash({ tenant, deviceId: settings.device_id }));
  // Otherwise the registry itself refuses.
  return parts.isDryRun || parts.isAtomic ? registryClash(parts, record) : undefined;
}

/** What the registry would refuse. */
async function registryClash(
  { registry }: PlanParts,
  { tenant, settings }: DeviceRecord,
): Promise<Fault | undefined> {
  const { device_id: id, devEui, apikey } = settings;
  const isOther = (record: DeviceRecord | undefined): record is DeviceRecord =>
    record !== undefined && (record.tenant !== tenant || record.settings.device_id !== id);
  const owner = devEui === undefined ? undefined : await registry.deviceByDevEui(devEui);
  if (devEui !== undefined && isOther(owner))
    return faultOf('devEui', devEuiClash(devEui, ownerOf(owner), tenant));
  const keyOwner = apikey === undefined ? undefined : await registry.deviceByApikey(apikey, id);
  return isOther(keyOwner) ? faultOf('apikey', apikeyClash(ownerOf(keyOwner), tenant)) : undefined;
}

function faultOf(field: string, { message: reason }: RegistryError): Fault {
  return { field, reason };
}

function ownerOf({ tenant, settings }: DeviceRecord) {
  return { tenant, deviceId: settings.device_id };
}
