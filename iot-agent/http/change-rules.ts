import { deviceNotFound, groupNotFound } from '../registry/clashes.ts';
import type { Registry } from '../registry/registry.ts';
import type { RuleSettings } from '../registry/rule-settings.ts';
import { untilUnchanged } from '../registry/until-unchanged.ts';
import type { RuleOwner } from '../rules/compiled-rule.ts';

/** Where a rule stands. */
export interface RulePlace {
  readonly tenant: string;
  readonly owner: RuleOwner;
  readonly name: string;
}

type Rules = readonly RuleSettings[];

/** Puts the rule in the place of the one of its name, wherever that stands. */
export async function replaceRule(
  registry: Registry,
  { tenant, owner, name }: RulePlace,
  rule: RuleSettings,
): Promise<void> {
  if (owner.kind === 'rules')
    return registry.ruleBook.replace({ tenant, servicePath: owner.servicePath, rule });
  await changeOwner(registry, tenant, owner, (rules) => rules.map((one) => (one.name === name ? rule : one)));
}

/** Removes the rule, wherever it stands. */
export async function removeRule(registry: Registry, { tenant, owner, name }: RulePlace): Promise<void> {
  if (owner.kind === 'rules') {
    await registry.ruleBook.remove(tenant, name);
    return;
  }
  await changeOwner(registry, tenant, owner, (rules) => rules.filter((one) => one.name !== name));
}

async function changeOwner(
  registry: Registry,
  tenant: string,
  owner: Exclude<RuleOwner, { kind: 'rules' }>,
  change: (rules: Rules) => Rules,
): Promise<void> {
  await untilUnchanged(async () => {
    if (owner.kind === 'group') {
      const group = await registry.groupByApikey(owner.apikey);
      if (group?.tenant !== tenant) throw groupNotFound(owner.apikey);
      const settings = { ...group.settings, rules: change(group.settings.rules ?? []) };
      await registry.replaceGroup(owner.apikey, { ...group, settings }, group);
      return;
    }
    const device = await registry.device(tenant, owner.deviceId);
    if (device === undefined) throw deviceNotFound(owner.deviceId);
    const settings = { ...device.settings, rules: change(device.settings.rules ?? []) };
    await registry.replaceDevice({ ...device, settings }, device);
  });
}
