import type { Catalogue } from '../devices/catalogue.ts';
import type { ParsedDevice } from '../provisioning/draft.ts';
import type { DeviceRecord, Registry } from '../registry/registry.ts';
import type { Warning } from './warnings.ts';

/** What looking for devices of the same Entity asks. */
export interface SharedEntityParts {
  readonly registry: Pick<Registry, 'devicesByEntityName'>;
  readonly catalogue: Pick<Catalogue, 'findModel'>;
}

/**
 * Warnings about registered devices that write the same Attributes of an Entity as another device of the tenant: the one that measures
 * later wins. Attributes are those that are configured, and what the models measure.
 */
export async function sharedEntityWarnings(
  { registry, catalogue }: SharedEntityParts,
  parsed: readonly ParsedDevice[],
): Promise<readonly Warning[]> {
  const warnings: Warning[] = [];
  for (const [tenant, devices] of byTenant(parsed)) {
    const names = [...new Set(devices.map(({ record }) => record.settings.entity_name))];
    const all = await registry.devicesByEntityName(tenant, names);
    const byName = new Map<string, DeviceRecord[]>();
    for (const record of all)
      byName.set(record.settings.entity_name, [...(byName.get(record.settings.entity_name) ?? []), record]);
    for (const { record } of devices) {
      const others = byName.get(record.settings.entity_name) ?? [];
      warnings.push(...warningsOf(catalogue, record, others));
    }
  }
  return warnings;
}

function byTenant(parsed: readonly ParsedDevice[]): ReadonlyMap<string, readonly ParsedDevice[]> {
  const tenants = new Map<string, ParsedDevice[]>();
  for (const one of parsed) tenants.set(one.record.tenant, [...(tenants.get(one.record.tenant) ?? []), one]);
  return tenants;
}

function warningsOf(
  catalogue: SharedEntityParts['catalogue'],
  { settings }: DeviceRecord,
  others: readonly DeviceRecord[],
): readonly Warning[] {
  if (others.length < 2) return [];
  const own = writtenBy(catalogue, settings);
  for (const { settings: other } of others) {
    if (other.device_id === settings.device_id || other.entity_type !== settings.entity_type) continue;
    const shared = [...writtenBy(catalogue, other)].filter((name) => own.has(name));
    if (shared.length === 0) continue;
    const message = `device ${other.device_id} writes ${shared.slice(0, 5).join(', ')} of ${settings.entity_name} as well: the later measure wins`;
    return [{ about: `device ${settings.device_id}`, message }];
  }
  return [];
}

function writtenBy(
  catalogue: SharedEntityParts['catalogue'],
  { model, attributes = [] }: DeviceRecord['settings'],
): ReadonlySet<string> {
  const examples = model === undefined ? [] : (catalogue.findModel(model)?.examples ?? []);
  const measured = examples.flatMap(({ measurements }) => Object.keys(measurements));
  // What belongs to an Entity of its own is not written here.
  const configured = attributes.filter(({ entity_name: elsewhere }) => elsewhere === undefined);
  return new Set([...measured, ...configured.map(({ name, quantity }) => name ?? quantity ?? '')]);
}
