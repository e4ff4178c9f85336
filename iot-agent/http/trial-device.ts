import type { Clock } from '../../runtime/clock.ts';
import { revisionOf } from '../codecs/revision.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import type { Incoming } from '../measurement.ts';
import type { Owner } from '../provisioning/draft.ts';
import type { Codec } from '../registry/codec.ts';
import type { Device } from '../registry/device.ts';
import { directory } from '../registry/directory.ts';
import { findCodec } from '../registry/find-codec.ts';
import type { DeviceRecord, GroupRecord, Registry } from '../registry/registry.ts';
import { resolveDevice } from '../registry/resolve-device.ts';
import { deviceParser } from './device-parser.ts';
import { modelOf } from './parse-device.ts';
import type { TrialSubject } from './parse-trial.ts';
import { Refusal } from './refusal.ts';
import { refuseUnknownCodec } from './refuse-codec.ts';

/** What finding devices of dry runs asks. */
export interface TrialDeviceParts {
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

/** A device, registered or imagined, with the settings that it has or would have. */
export interface TrialDevice {
  readonly device: Device;
  readonly record: DeviceRecord;
  readonly group: GroupRecord | undefined;
}

/**
 * The device that the subject names or imagines; undefined when it says nothing of one. A model, codec or script of the subject takes
 * the place of the device's own.
 * @throws Refusal for a device that is not registered, and for settings that would be refused at registration.
 */
export async function subjectDevice(
  parts: TrialDeviceParts,
  owner: Owner,
  subject: TrialSubject,
  incoming: Incoming | undefined,
): Promise<TrialDevice | undefined> {
  if (subject.device !== undefined) return registered(parts, owner, subject, subject.device);
  const { settings, model, codec, script } = subject;
  if ((settings ?? model ?? codec ?? script) === undefined) return undefined;
  const told: { readonly [name: string]: unknown } = {
    ...settings,
    ...(model === undefined ? {} : { model }),
    ...(codec === undefined ? {} : { codec }),
  };
  const complete = { ...identityFor(incoming, told), ...told };
  const { record, group } = await parsedOrAsThing(parts, owner, complete);
  const own = script === undefined ? await findCodec(parts.registry, record, group) : ofScript(script);
  return { record, group, device: resolveDevice(record, group, own) };
}

/** The device that a message is from, found as for one that really arrives; or why there is none. */
export async function senderDevice(
  { registry, clock }: TrialDeviceParts,
  { tenant }: Owner,
  incoming: Incoming,
): Promise<Device | { readonly reason: string }> {
  // A device that its group would let in is only imagined.
  const readOnly: Registry = { ...registry, addDevices: async () => {} };
  const found = await directory(readOnly, 1, clock).find(incoming);
  if (found.kind === 'device' && found.device.tenant === tenant) return found.device;
  const who = 'devEui' in incoming ? `the devEui ${incoming.devEui}` : `the id ${incoming.deviceId}`;
  const reason = `no device with ${who} is registered: say what decodes its messages by model, codec, script or settings, or register it`;
  return { reason };
}

async function registered(
  parts: TrialDeviceParts,
  { tenant }: Owner,
  { model, codec, script }: TrialSubject,
  id: string,
): Promise<TrialDevice> {
  const { registry, catalogue } = parts;
  const record = await registry.device(tenant, id);
  if (record === undefined)
    throw new Refusal(
      'DEVICE_NOT_FOUND',
      `No device was found with id: ${id}. GET /iot/devices lists those of this tenant`,
    );
  const group = await groupOf(registry, record);
  const decodes = await replacement(parts, record, { model, codec, script });
  const device = resolveDevice(record, group, await findCodec(registry, record, group));
  if (decodes === undefined) return { record, group, device };
  if (typeof decodes !== 'string') return { record, group, device: { ...device, codec: decodes } };
  const { vendor, model: name } = modelOf(decodes, 'the body', catalogue);
  const { codec: _, ...rest } = device;
  return { record, group, device: { ...rest, model: `${vendor}/${name}` } };
}

/** The name of a model, or a codec. */
async function replacement(
  { registry }: TrialDeviceParts,
  record: DeviceRecord,
  { model, codec, script }: { readonly [name in 'model' | 'codec' | 'script']: string | undefined },
): Promise<string | Codec | undefined> {
  if (script !== undefined) return ofScript(script);
  if (codec === undefined) return model;
  await refuseUnknownCodec(registry, record.tenant, { codec }, 'the body');
  return findCodec(registry, { ...record, settings: { ...record.settings, codec } }, undefined);
}

async function groupOf(
  registry: Pick<Registry, 'groupByApikey'>,
  { tenant, settings }: DeviceRecord,
): Promise<GroupRecord | undefined> {
  const group = settings.apikey === undefined ? undefined : await registry.groupByApikey(settings.apikey);
  return group?.tenant === tenant ? group : undefined;
}

function ofScript(script: string): Codec {
  return { name: 'script', revision: revisionOf(script), script };
}

const nobody = { devEui: '0000000000000000', deviceId: 'device-1' };

/** Who the imagined device is: the sender of the message, where there is one; else a LoRaWAN device, unless it has an apikey. */
function identityFor(incoming: Incoming | undefined, { apikey }: { readonly [name: string]: unknown }) {
  if (incoming !== undefined && !('devEui' in incoming)) return { device_id: incoming.deviceId };
  const deviceId = incoming?.deviceId ?? incoming?.devEui.toLowerCase() ?? nobody.deviceId;
  const isLorawan = incoming !== undefined || apikey === undefined;
  return { device_id: deviceId, ...(isLorawan ? { devEui: incoming?.devEui ?? nobody.devEui } : {}) };
}

/** Settings without a type become a Thing, of which nothing is demanded: who tries a codec may want nothing but what it decodes. */
async function parsedOrAsThing(
  { registry, catalogue }: TrialDeviceParts,
  owner: Owner,
  settings: { readonly [name: string]: unknown },
) {
  const parse = deviceParser({ registry, catalogue });
  const draft = { settings, owner, at: 'settings' };
  try {
    return await parse(draft);
  } catch (error) {
    const lacksType =
      error instanceof Refusal && error.field === 'entity_type' && !('entity_type' in settings);
    if (!lacksType) throw error;
    return parse({ ...draft, settings: { ...settings, entity_type: 'Thing' } });
  }
}
