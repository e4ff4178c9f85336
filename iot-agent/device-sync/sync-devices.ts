import type { Json, LorawanUplink, Place } from '../measurement.ts';
import type { TryParse } from '../provisioning/draft.ts';
import { type NewcomerParts, newcomers } from '../provisioning/newcomers.ts';
import type { DeviceRecord, Registry } from '../registry/registry.ts';
import { chirpstackDevices } from './chirpstack.ts';
import type { Ask, DeviceList, ListDevices, ListedDevice, ListingServer } from './listed-device.ts';
import { thingsStackDevices } from './things-stack.ts';

/** What a sync works with. */
export interface SyncParts extends Omit<NewcomerParts, 'registry' | 'registered'> {
  readonly registry: NewcomerParts['registry'] & Pick<Registry, 'deviceByDevEui' | 'devices'>;
  readonly ask: Ask;
  readonly server: ListingServer;
  readonly tenant: string;
  /** Name of the connection, and its key over all tenants. */
  readonly connection: string;
  readonly connectionKey: string;
  readonly isDryRun: boolean;
}

/** A listed device that is not registered, and why. */
export interface UnregisteredRow {
  /** Its place in the list, from 1. */
  readonly row: number;
  readonly devEui: string;
  readonly name?: string;
  readonly reason: string;
}

/** What became of a sync. */
export interface SyncReport {
  /** Registered, because a rule says so. */
  readonly created: number;
  /** They wait for approval, now or since before. */
  readonly pending: number;
  /** Registered before: they are left as they are. */
  readonly unchanged: number;
  /** Of no kind that is known, of another tenant, or rejected. */
  readonly failed: number;
  readonly rows: readonly UnregisteredRow[];
  /** Devices that an earlier sync of the connection has registered, and that are not listed any more. Nothing is deleted. */
  readonly gone: readonly { readonly device_id: string; readonly devEui: string }[];
  readonly dryRun: boolean;
}

const lists: { readonly [Server in ListingServer]: ListDevices } = {
  chirpstack: chirpstackDevices,
  'things-stack': thingsStackDevices,
};

/**
 * Receives every device that a network server lists as if it had sent something: those that provisioning rules name are registered or wait
 * for approval, as of their first uplink. What is registered stays as it is, so that it can be repeated.
 * @throws ServerRefuses, ServerAway; what was received until then stays
 */
export async function syncDevices(parts: SyncParts, list: DeviceList): Promise<SyncReport> {
  const listed = new Set<string>();
  const rows: UnregisteredRow[] = [];
  const counts = { created: 0, pending: 0, unchanged: 0 };
  for await (const device of lists[parts.server](list, parts.ask)) {
    listed.add(device.devEui);
    const result = await receive(parts, device);
    if (result in counts) counts[result as keyof typeof counts] += 1;
    else rows.push(rowOf(listed.size, device, result));
  }
  // A list of some applications tells nothing of the others.
  const gone = list.applications === undefined ? await goneFrom(parts, listed) : [];
  return { ...counts, failed: rows.length, rows, gone, dryRun: parts.isDryRun };
}

function rowOf(row: number, { devEui, deviceId }: ListedDevice, reason: string): UnregisteredRow {
  return { row, devEui, ...(deviceId === undefined ? {} : { name: deviceId }), reason };
}

/** `created`, `pending`, `unchanged`, or a reason. */
async function receive(parts: SyncParts, device: ListedDevice): Promise<string> {
  const known = await parts.registry.deviceByDevEui(device.devEui);
  if (known !== undefined)
    return known.tenant === parts.tenant ? 'unchanged' : 'it is registered already, by another tenant';
  const met = await newcomers(furnished(parts, device)).lorawan(uplinkOf(parts, device));
  if (met.kind === 'registered') return 'created';
  if (met.kind === 'pending') return 'pending';
  if (met.kind === 'rejected') return 'somebody has rejected it: DELETE /iot/devices/{id} forgets that';
  if (met.kind === 'stranger' && met.reason !== undefined) return met.reason;
  return 'nothing says what kind of device it is: make a provisioning rule for its profile, tags or application';
}

/** As it would arrive; it has measured nothing. */
function uplinkOf({ server, connectionKey, clock }: SyncParts, device: ListedDevice): LorawanUplink {
  const measured = { fCnt: 0, bytes: new Uint8Array(0), receivedAt: clock.now() };
  return { kind: 'lorawan', server, connection: connectionKey, ...device, ...measured };
}

/** New records get the place and the connection; in a dry run, none is written. */
function furnished(parts: SyncParts, { location }: ListedDevice): NewcomerParts {
  const { registry, connection, isDryRun } = parts;
  const furnish = (settings: object) => ({ ...withPlace(settings, location), connection });
  const parse: TryParse = (draft) => parts.parse({ ...draft, settings: furnish(Object(draft.settings)) });
  return {
    ...parts,
    parse,
    registered: () => {},
    registry: {
      ...registry,
      addDevices: async (records) => {
        if (!isDryRun) await registry.addDevices(records);
      },
      addPending: async (record, limit) =>
        isDryRun ||
        registry.addPending(
          { ...record, settings: { ...record.settings, ...furnish(record.settings) } },
          limit,
        ),
    },
  };
}

function withPlace(
  settings: { readonly static_attributes?: readonly Json[] },
  place: Place | undefined,
): object {
  if (place === undefined || settings.static_attributes !== undefined) return settings;
  const { longitude, latitude, altitude } = place;
  const coordinates = [longitude, latitude, ...(altitude === undefined ? [] : [altitude])];
  const location = { name: 'location', type: 'geo:json', value: { type: 'Point', coordinates } };
  return { ...settings, static_attributes: [location] };
}

const pageSize = 1000;

async function goneFrom(
  { registry, tenant, connection }: SyncParts,
  listed: ReadonlySet<string>,
): Promise<SyncReport['gone']> {
  const gone: { device_id: string; devEui: string }[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { records } = await registry.devices(tenant, { limit: pageSize, offset });
    for (const { settings } of records) {
      const { device_id, devEui } = settings;
      if (devEui !== undefined && cameBy(settings, connection) && !listed.has(devEui))
        gone.push({ device_id, devEui });
    }
    if (records.length < pageSize) return gone;
  }
}

function cameBy(settings: DeviceRecord['settings'], connection: string): boolean {
  return (settings as { readonly connection?: unknown }).connection === connection;
}
