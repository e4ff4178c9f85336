import { deviceRuleClash } from '../registry/rule-clashes.ts';
import { compileRule } from './compile-rule.ts';
import type { RuleOwner } from './compiled-rule.ts';
import { type LoadedRule, loadRules, type RuleSources, refuseLoop } from './load-rules.ts';
import { ruleChains } from './loops.ts';
import { type OwnedRule, withPlace } from './rule-defaults.ts';

/** What a check does not compare with: what is to be replaced. */
export interface Replaced {
  readonly owner: RuleOwner;
  /** One rule of it; all of them when absent. */
  readonly name?: string;
}

/**
 * Refuses rules that could not run together with all others of their tenant.
 * @throws RuleFault, and RegistryError DUPLICATE_RULE. Rejects with RegistryAway.
 */
export async function checkRules(
  sources: RuleSources,
  rules: readonly OwnedRule[],
  replaced?: Replaced,
): Promise<void> {
  if (rules.length === 0) return;
  const [{ tenant }] = rules as readonly [OwnedRule];
  const others = (await loadRules(sources)).filter(
    (other) => other.tenant === tenant && !(replaced !== undefined && isReplaced(other, replaced)),
  );
  const chains = ruleChains();
  for (const other of others) if ('compiled' in other) chains.add(other.compiled);
  for (const rule of rules) {
    const { name } = rule.settings;
    const clash = others.find(({ settings }) => settings.name === name);
    if (clash !== undefined) throw deviceRuleClash(name, nameOfOwner(clash.owner));
    const compiled = compileRule(rule.settings, await withPlace(sources, rule));
    refuseLoop(compiled, chains);
    others.push({ ...rule, compiled, members: new Map() });
  }
}

function isReplaced({ owner, settings }: LoadedRule, { owner: other, name }: Replaced): boolean {
  return nameOfOwner(owner) === nameOfOwner(other) && (name === undefined || settings.name === name);
}

/** `group k1`; undefined for a rule that stands by itself. */
export function nameOfOwner(owner: RuleOwner): string | undefined {
  if (owner.kind === 'rules') return undefined;
  return owner.kind === 'group' ? `group ${owner.apikey}` : `device ${owner.deviceId}`;
}
