import type { Clock } from '../../runtime/clock.ts';
import { defaultEntityId } from '../mapping/entity-ids.ts';
import type { Incoming, PlainMeasure } from '../measurement.ts';
import { tenantOfConnection } from './connection.ts';
import type { Device } from './device.ts';
import { findCodec, withSharedCodecs } from './find-codec.ts';
import type { DeviceRecord, GroupRecord, Registry } from './registry.ts';
import { RegistryAway } from './registry-away.ts';
import { RegistryError } from './registry-error.ts';
import { resolveDevice } from './resolve-device.ts';
import { senderKey } from './sender-key.ts';

/** Whose measure it is. */
type Found =
  | { readonly kind: 'device'; readonly device: Device }
  /** `isUntold`: nothing has told yet what kind of device it is. */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      readonly tenant?: string;
      readonly isUntold?: boolean;
    }
  /** It waits for somebody to approve of it. */
  | { readonly kind: 'pending'; readonly reason: string; readonly tenant: string }
  /** Somebody has decided that it is not to be known. */
  | { readonly kind: 'rejected' };

/** What became of a device that sends and that nobody has registered. */
export type Met =
  | { readonly kind: 'registered' }
  | Extract<Found, { kind: 'pending' | 'rejected' }>
  | { readonly kind: 'stranger'; readonly reason?: string }
  | { readonly kind: 'untold' };

/** Receives devices that nobody has registered; see provisioning/newcomers.ts. */
export interface Newcomers {
  lorawan(incoming: Extract<Incoming, { readonly devEui: string }>): Promise<Met>;
  /** Of a group that wants approval. */
  member(group: GroupRecord, deviceId: string): Promise<Met>;
}

/** Finds the device of what arrived, from memory where it can. */
export interface Directory {
  find(incoming: Incoming): Promise<Found>;
  /** To be called after every change of the registry. */
  forget(): void;
}

/** Microseconds for which a registry that was away is not asked again: each question may take seconds to fail. */
const restAfterAway = 1_000_000;

/** Where nobody is to be received. */
const strangersAll: Newcomers = {
  lorawan: async () => ({ kind: 'stranger' }),
  member: async () => ({ kind: 'stranger' }),
};

/** What answering asks. */
interface Parts {
  readonly registry: Registry;
  readonly newcomers: Newcomers;
}

/**
 * A directory with at most `size` answers in memory, newcomers among them. While the registry is away, `find` rejects with RegistryAway for
 * those that it does not remember.
 */
export function directory(
  registry: Registry,
  size: number,
  clock: Clock,
  newcomers: Newcomers = strangersAll,
): Directory {
  let known = new Map<string, Found>();
  let shared = withSharedCodecs(registry);
  let away: { readonly error: RegistryAway; readonly until: number } | undefined;
  const ask = async (incoming: Incoming): Promise<Found> => {
    if (away !== undefined && clock.now() < away.until) throw away.error;
    try {
      return withinTenant(await lookUp({ registry: shared, newcomers }, incoming), incoming);
    } catch (error) {
      if (error instanceof RegistryAway) away = { error, until: clock.now() + restAfterAway };
      throw error;
    }
  };
  const find: Directory['find'] = async (incoming) => {
    const key = `${connectionTenant(incoming) ?? ''}\n${senderKey(incoming)}`;
    const cached = known.get(key);
    if (cached && !(isUntold(cached) && incoming.kind === 'lorawan')) return cached;
    const current = known;
    const found = await ask(incoming);
    // Also that a sender is not known: a flood of strangers must not become a flood of questions.
    if (current.size >= size) current.clear();
    current.set(key, found);
    return found;
  };
  return {
    find,
    // An answer that is under way may be of before the change: it ends up in the map that is thrown away.
    forget: () => {
      known = new Map();
      shared = withSharedCodecs(registry);
    },
  };
}

/** The tenant whose connection brought it; undefined for a way in that is for everybody. */
function connectionTenant({ connection }: Pick<Incoming, 'connection'>): string | undefined {
  const tenant = connection === undefined ? '' : tenantOfConnection(connection);
  return tenant === '' ? undefined : tenant;
}

/** What comes by the connection of a tenant is of no other tenant's devices: anybody can make up a message at a broker of his own. */
function isOutside(incoming: Pick<Incoming, 'connection'>, tenant: string): boolean {
  return (connectionTenant(incoming) ?? tenant) !== tenant;
}

function withinTenant(found: Found, incoming: Incoming): Found {
  return found.kind === 'device' && isOutside(incoming, found.device.tenant) ? outside(incoming) : found;
}

function outside(incoming: Pick<Incoming, 'connection'>): Found {
  const tenant = connectionTenant(incoming);
  const reason = `connection ${incoming.connection} is of tenant ${tenant}, which has no such device`;
  return { kind: 'unknown', reason, ...(tenant === undefined ? {} : { tenant }) };
}

function isUntold(found: Found): boolean {
  return found.kind === 'unknown' && found.isUntold === true;
}

async function lookUp(parts: Parts, incoming: Incoming): Promise<Found> {
  if (!('devEui' in incoming)) return findPlain(parts, incoming);
  const { registry, newcomers } = parts;
  const record = await registry.deviceByDevEui(incoming.devEui);
  if (record !== undefined) return deviceOf(registry, record, await groupOf(registry, record));
  const met = await newcomers.lorawan(incoming);
  const added = met.kind === 'registered' ? await registry.deviceByDevEui(incoming.devEui) : undefined;
  if (added !== undefined) return deviceOf(registry, added, await groupOf(registry, added));
  if (met.kind === 'pending' || met.kind === 'rejected') return met;
  const why = met.kind === 'stranger' && met.reason !== undefined ? `, and ${met.reason}` : '';
  const reason = `no device with the devEui ${incoming.devEui} is registered: POST /iot/devices${why}`;
  return { kind: 'unknown', reason, isUntold: met.kind === 'untold' };
}

async function groupOf(
  registry: Registry,
  { tenant, settings }: DeviceRecord,
): Promise<GroupRecord | undefined> {
  const group = settings.apikey === undefined ? undefined : await registry.groupByApikey(settings.apikey);
  return group?.tenant === tenant ? group : undefined;
}

async function deviceOf(
  registry: Registry,
  record: DeviceRecord,
  group: GroupRecord | undefined,
): Promise<Found> {
  const codec = await findCodec(registry, record, group);
  return { kind: 'device', device: resolveDevice(record, group, codec) };
}

/**
 * By an apikey of the device's own, else as a member of the group that has the apikey. Who registers a device with the apikey of
 * another tenant's group does not get what that tenant's devices send.
 */
async function findPlain(
  parts: Parts,
  incoming: Pick<PlainMeasure, 'apikey' | 'deviceId' | 'connection'>,
): Promise<Found> {
  const { apikey, deviceId } = incoming;
  const { registry } = parts;
  const group = await registry.groupByApikey(apikey);
  const own = await registry.deviceByApikey(apikey, deviceId);
  if (own && (group === undefined || group.tenant === own.tenant)) return deviceOf(registry, own, group);
  if (group === undefined)
    return {
      kind: 'unknown',
      reason: `neither a group nor the device ${deviceId} is registered with this apikey`,
    };
  if (isOutside(incoming, group.tenant)) return outside(incoming);
  const member = await registry.device(group.tenant, deviceId);
  // A device with an apikey of its own does not answer to its group's.
  if (member?.settings.apikey === undefined && member !== undefined) return deviceOf(registry, member, group);
  if (own) return deviceOf(registry, own, undefined);
  return member ? unknownIn(group, deviceId) : provision(parts, group, deviceId);
}

function unknownIn({ tenant }: GroupRecord, deviceId: string, why = ''): Found {
  return { kind: 'unknown', tenant, reason: `no device ${deviceId} is registered with this apikey${why}` };
}

function approvalOf(met: Met, group: GroupRecord, deviceId: string): Found {
  if (met.kind === 'pending' || met.kind === 'rejected') return met;
  const why = met.kind === 'stranger' && met.reason !== undefined ? `, and ${met.reason}` : '';
  return unknownIn(group, deviceId, why);
}

/** Registers the device by its group's settings, as its first measure asks for. */
async function provision(parts: Parts, group: GroupRecord, deviceId: string): Promise<Found> {
  const { registry } = parts;
  const { autoprovision = true, entity_type, defaultEntityNameConjunction: conjunction } = group.settings;
  if (!autoprovision)
    return unknownIn(group, deviceId, ', and its group lets no others in: POST /iot/devices');
  if (autoprovision === 'approve')
    return approvalOf(await parts.newcomers.member(group, deviceId), group, deviceId);
  if (entity_type === undefined)
    return unknownIn(group, deviceId, ', and its group has no entity_type to register it with');
  const entityName = defaultEntityId(entity_type, deviceId, conjunction);
  const settings = { device_id: deviceId, entity_type, entity_name: entityName };
  const record: DeviceRecord = { tenant: group.tenant, servicePath: group.servicePath, settings };
  try {
    await registry.addDevices([record]);
  } catch (error) {
    // Somebody registered it meanwhile: then it is there.
    if (!(error instanceof RegistryError)) throw error;
    const there = await registry.device(group.tenant, deviceId);
    return there ? deviceOf(registry, there, group) : unknownIn(group, deviceId);
  }
  return deviceOf(registry, record, group);
}
