import type { Clock } from '../../runtime/clock.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import { defaultEntityId } from '../mapping/entity-ids.ts';
import type { LorawanUplink } from '../measurement.ts';
import type { Met, Newcomers } from '../registry/directory.ts';
import type { PendingDevice } from '../registry/pending-device.ts';
import type { ProvisioningRule, RuleRecord } from '../registry/provisioning-rule.ts';
import type { GroupRecord, Registry } from '../registry/registry.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { lorawanKey, plainKey } from '../registry/sender-key.ts';
import type { TryParse } from './draft.ts';
import { type DeviceKind, kindOfDevice } from './kind-of-device.ts';
import { ruleFor, tagOf } from './match-rule.ts';
import { nameBy } from './naming.ts';

/** What receiving newcomers asks. */
export interface NewcomerParts {
  readonly registry: Pick<
    Registry,
    'addDevices' | 'addPending' | 'groupByApikey' | 'pendingByKey' | 'pendingDevice' | 'provisioningRules'
  >;
  readonly catalogue: Pick<Catalogue, 'list' | 'suggest'>;
  readonly parse: TryParse;
  /** Most devices that wait for approval or were rejected. */
  readonly limit: number;
  readonly clock: Clock;
  /** Told after a device was registered. */
  readonly registered: () => void;
}

/**
 * Receives devices that send and that nobody has registered: those of a kind that the agent or a rule knows wait for approval, or are
 * registered at once where their rule says so.
 */
export function newcomers(parts: NewcomerParts): Newcomers {
  return {
    lorawan: async (incoming) => {
      const there = await parts.registry.pendingByKey(lorawanKey(incoming.devEui));
      if (there !== undefined) return metPending(there);
      // An event does not tell what kind of device it is.
      return incoming.kind === 'lorawan' ? meet(parts, incoming) : { kind: 'untold' };
    },
    member: async (group, deviceId) => {
      const { apikey } = group.settings;
      const there = await parts.registry.pendingByKey(plainKey(apikey, deviceId));
      return there === undefined ? keep(parts, memberOf(group, deviceId, parts.clock)) : metPending(there);
    },
  };
}

function metPending({ state, tenant, settings: { device_id: id } }: PendingDevice): Met {
  if (state === 'rejected') return { kind: 'rejected' };
  const place = `/iot/devices/${encodeURIComponent(id)}`;
  return { kind: 'pending', tenant, reason: `waits for approval: POST ${place}/approve or ${place}/reject` };
}

async function meet(parts: NewcomerParts, uplink: LorawanUplink): Promise<Met> {
  const rule = ruleFor(await parts.registry.provisioningRules(), uplink);
  const candidate = candidateOf(parts, uplink, rule);
  if (candidate === undefined) return { kind: 'stranger' };
  if (rule?.rule.policy !== 'auto') return keep(parts, candidate);
  const obstacle = await register(parts, candidate);
  return obstacle === undefined ? { kind: 'registered' } : keep(parts, { ...candidate, obstacle });
}

const TENANT = /^[\w.~+@:-]{1,100}$/;

/** What the device would be registered as; undefined for one of no known kind, that no rule is for. */
function candidateOf(
  { catalogue, clock }: NewcomerParts,
  uplink: LorawanUplink,
  made: RuleRecord | undefined,
): PendingDevice | undefined {
  const rule = made?.rule;
  const { model, suggestions } = modelFor(rule, kindOfDevice(uplink, catalogue));
  if (rule === undefined && model === undefined) return undefined;
  const { devEui } = uplink;
  return {
    ...{ key: lorawanKey(devEui), tenant: tenantOf(uplink, made), state: 'pending' },
    settings: { device_id: devEui.toLowerCase(), devEui, ...settingsBy(rule, model) },
    servicePath: made?.servicePath ?? '/',
    firstSeen: clock.now(),
    sighting: sightingOf(uplink),
    suggestions,
    ...(rule?.naming === undefined ? {} : { naming: rule.naming }),
    ...(rule === undefined ? {} : { rule: rule.name }),
  };
}

/** A guess is for people to see: nothing is registered by one. */
function modelFor(rule: ProvisioningRule | undefined, { model, suggestions }: DeviceKind): DeviceKind {
  const isSettled = rule?.model !== undefined || rule?.codec !== undefined || rule?.group !== undefined;
  const [guess] = rule?.policy === 'auto' ? [] : suggestions;
  const chosen = isSettled ? rule.model : (model ?? guess);
  return { ...(chosen === undefined ? {} : { model: chosen }), suggestions: isSettled ? [] : suggestions };
}

function settingsBy(rule: ProvisioningRule | undefined, model: string | undefined) {
  const { codec, group: apikey, entity_type: type } = rule ?? {};
  return {
    ...(model === undefined ? {} : { model }),
    ...(codec === undefined ? {} : { codec }),
    ...(apikey === undefined ? {} : { apikey }),
    ...(type === undefined ? {} : { entity_type: type }),
  };
}

/** What the rule says; else, of the operator's rules and where there is none, what the network server says. */
function tenantOf(uplink: LorawanUplink, made: RuleRecord | undefined): string {
  if (made?.rule.tenant !== undefined) return made.rule.tenant;
  const owner = made?.tenant ?? '';
  const told = tagOf(uplink, 'tenant') ?? '';
  return owner === '' && TENANT.test(told) ? told : owner;
}

function sightingOf(uplink: LorawanUplink): NonNullable<PendingDevice['sighting']> {
  const { server, applicationId, connection, deviceId, profile, tags, location } = uplink;
  return {
    server,
    ...(applicationId === undefined ? {} : { applicationId }),
    ...(connection === undefined ? {} : { connection }),
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(profile === undefined ? {} : { profile }),
    ...(tags === undefined ? {} : { tags }),
    ...(location === undefined ? {} : { location }),
  };
}

function memberOf(group: GroupRecord, deviceId: string, clock: Clock): PendingDevice {
  const { apikey, entity_type: type, defaultEntityNameConjunction: conjunction } = group.settings;
  return {
    ...{ key: plainKey(apikey, deviceId), tenant: group.tenant, servicePath: group.servicePath },
    state: 'pending',
    settings: {
      device_id: deviceId,
      ...(type === undefined
        ? {}
        : { entity_type: type, entity_name: defaultEntityId(type, deviceId, conjunction) }),
    },
    firstSeen: clock.now(),
  };
}

/** Makes the name of the Entity of a device that waits, of its type; undefined where the default will do. */
export function namingOf({
  naming,
  settings,
  sighting,
}: PendingDevice): ((type: string) => string) | undefined {
  if (naming === undefined) return undefined;
  const { device_id: id, devEui } = settings;
  const deviceId = sighting?.deviceId ?? id;
  return (type) => nameBy(naming, { type, deviceId, ...(devEui === undefined ? {} : { devEui }) });
}

/** Registers the device; what stands against it, where something does. */
async function register(parts: NewcomerParts, candidate: PendingDevice): Promise<string | undefined> {
  const { tenant, servicePath, settings } = candidate;
  const nameOf = namingOf(candidate);
  const draft = { settings, owner: { tenant, servicePath }, at: 'the device' };
  const parsed = await parts.parse({ ...draft, ...(nameOf === undefined ? {} : { nameOf }) });
  if ('reason' in parsed) return parsed.reason;
  try {
    await parts.registry.addDevices([parsed.record]);
    parts.registered();
    return undefined;
  } catch (error) {
    if (error instanceof RegistryError) return error.message;
    throw error;
  }
}

async function keep({ registry, limit }: NewcomerParts, record: PendingDevice): Promise<Met> {
  if (await registry.addPending(record, limit)) return metPending(record);
  // Another agent may have been quicker.
  const there = await registry.pendingByKey(record.key);
  if (there !== undefined) return metPending(there);
  const { device_id: id } = record.settings;
  const isTaken = (await registry.pendingDevice(record.tenant, id)) !== undefined;
  const reason = isTaken
    ? `another device with the id ${id} waits for approval`
    : `${limit} devices wait for approval or were rejected, and that is PENDING_LIMIT`;
  return { kind: 'stranger', reason: `${reason}: approve or delete some of GET /iot/devices?state=pending` };
}
