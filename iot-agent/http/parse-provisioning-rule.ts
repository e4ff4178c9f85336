import type { Owner } from '../provisioning/draft.ts';
import { namingFault } from '../provisioning/naming.ts';
import type { ProvisioningRule, RuleRecord } from '../registry/provisioning-rule.ts';
import { checkSettings } from './check-settings.ts';
import type { ConfigApi } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { modelOf } from './parse-device.ts';
import { Refusal } from './refusal.ts';
import { refuseUnknownCodec } from './refuse-codec.ts';

/**
 * The record of a provisioning rule as it came. The operator's rules, of the default tenant, may give devices to any tenant.
 * @throws Refusal that names the member, the rule and the remedy.
 */
export async function parseProvisioningRule(
  { catalogue, registry }: Pick<ConfigApi, 'catalogue' | 'registry'>,
  owner: Owner,
  body: unknown,
): Promise<RuleRecord> {
  const told = checkSettings<ProvisioningRule>('provisioningRule', body, 'the rule');
  const about = `rule ${told.name}`;
  if (Object.keys(told.match).length === 0)
    throw refusal(about, 'match', 'must say something: {"profile": "*"} is for every device with a profile');
  const settings = [told.model, told.codec, told.group].filter((one) => one !== undefined);
  if (settings.length > 1)
    throw refusal(about, 'model', 'must not stand beside codec or group: leave all but one out');
  const fault = told.naming === undefined ? undefined : namingFault(told.naming);
  if (fault !== undefined) throw refusal(about, 'naming', fault);
  const tenant = tenantOf(told, owner, about);
  await refuseUnknownCodec(registry, tenant, told, about);
  await refuseUnknownGroup(registry, tenant, told, about);
  const model = told.model === undefined ? undefined : modelOf(told.model, about, catalogue);
  const rule = { ...told, ...(model === undefined ? {} : { model: `${model.vendor}/${model.model}` }) };
  return { tenant: owner.tenant, servicePath: owner.servicePath, rule };
}

function tenantOf({ tenant }: ProvisioningRule, owner: Owner, about: string): string {
  if (tenant === undefined) return owner.tenant;
  // Has the form of a tenant's name.
  ownerOf({ 'ngsild-tenant': tenant });
  if (owner.tenant === '' || tenant === owner.tenant) return tenant;
  throw refusal(about, 'tenant', `must be ${owner.tenant}, whose rule it is`);
}

async function refuseUnknownGroup(
  registry: ConfigApi['registry'],
  tenant: string,
  { group }: ProvisioningRule,
  about: string,
): Promise<void> {
  if (group === undefined || (await registry.groupByApikey(group))?.tenant === tenant) return;
  throw refusal(about, 'group', 'must be the apikey of a group of the tenant: GET /iot/groups lists them');
}

function refusal(about: string, member: string, rule: string): Refusal {
  return new Refusal('WRONG_SYNTAX', `${member} of ${about} ${rule}`, member);
}
