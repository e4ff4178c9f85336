import type { ParsedDevice } from '../provisioning/draft.ts';
import type { GroupRecord } from '../registry/registry.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { checkRules, type Replaced } from '../rules/check-rules.ts';
import { type RuleSources, rulesOfDevice, rulesOfGroup } from '../rules/load-rules.ts';
import type { OwnedRule } from '../rules/rule-defaults.ts';
import { RuleFault } from '../rules/rule-fault.ts';
import { Refusal } from './refusal.ts';

/** @throws Refusal for rules that could not run, with rule, member and remedy, or that clash with others. */
export async function refuseBadRules(
  sources: RuleSources,
  rules: readonly OwnedRule[],
  replaced?: Replaced,
): Promise<void> {
  try {
    await checkRules(sources, rules, replaced);
  } catch (error) {
    if (error instanceof RuleFault) throw new Refusal('WRONG_SYNTAX', error.message, 'rules');
    if (error instanceof RegistryError) throw new Refusal(error.type, error.message, 'rules');
    throw error;
  }
}

/** @throws Refusal for bad rules of groups; `apikey` of the one that they replace. */
export async function refuseBadRulesOfGroups(
  sources: RuleSources,
  groups: readonly GroupRecord[],
  apikey?: string,
): Promise<void> {
  const replaced = apikey === undefined ? undefined : { owner: { kind: 'group', apikey } as const };
  await refuseBadRules(sources, groups.flatMap(rulesOfGroup), replaced);
}

/** @throws Refusal for bad rules of a device, be it new or changed. */
export async function refuseBadRulesOfDevice(
  sources: RuleSources,
  { record, group }: ParsedDevice,
): Promise<void> {
  const owner = { kind: 'device', deviceId: record.settings.device_id } as const;
  await refuseBadRules(sources, rulesOfDevice(record, group), { owner });
}
