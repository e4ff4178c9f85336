import type { DeviceRecord, GroupRecord, Registry } from '../registry/registry.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import type { KeptRule } from '../registry/rule-book.ts';
import type { RuleSettings } from '../registry/rule-settings.ts';
import type { DeviceSettings, GroupSettings } from '../registry/settings.ts';
import { compileRule } from './compile-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { type RuleChains, ruleChains } from './loops.ts';
import { type GroupMembers, membersOf, type TargetEntity } from './resolve-targets.ts';
import { defaultsOf, type OwnedRule, withPlace } from './rule-defaults.ts';
import { RuleFault } from './rule-fault.ts';

/** A rule that runs, or why it does not. */
export type LoadedRule = OwnedRule &
  ({ readonly compiled: CompiledRule; readonly members: GroupMembers } | { readonly fault: string });

/** What finding rules asks. */
export type RuleSources = Pick<Registry, 'ruleBook' | 'everyGroup' | 'groupByApikey' | 'devicesByEntityName'>;

/**
 * All rules, those of `/iot/rules` first, then those of groups and devices. What cannot be run stands among them with its fault: registration
 * refuses it, but what is right today may clash with what comes tomorrow. Rejects with RegistryAway.
 */
export async function loadRules(sources: RuleSources): Promise<readonly LoadedRule[]> {
  const loaded: LoadedRule[] = [];
  const tenants = new Map<string, Earlier>();
  for (const owned of await everyRule(sources)) {
    const earlier = tenants.get(owned.tenant) ?? {
      names: new Set(),
      chains: ruleChains(),
      members: new Map(),
    };
    tenants.set(owned.tenant, earlier);
    loaded.push(await load(sources, owned, earlier));
    earlier.names.add(owned.settings.name);
  }
  return loaded;
}

/** What came before in the tenant, and what is read once for all of it. */
interface Earlier {
  readonly names: Set<string>;
  readonly chains: RuleChains;
  /** Entities of the devices of groups, by apikey. */
  readonly members: Map<string, readonly TargetEntity[]>;
}

async function load(sources: RuleSources, rule: OwnedRule, earlier: Earlier): Promise<LoadedRule> {
  const { tenant, settings } = rule;
  try {
    if (earlier.names.has(settings.name))
      throw new RuleFault(
        settings.name,
        'name',
        'is that of another rule of this tenant: choose another one',
      );
    const compiled = compileRule(settings, await withPlace(sources, rule));
    refuseLoop(compiled, earlier.chains);
    const members = await membersOf(sources.ruleBook, tenant, everyAction(compiled), earlier.members);
    return { ...rule, compiled, members };
  } catch (error) {
    if (error instanceof RegistryAway) throw error;
    // What was kept by an earlier release was not checked.
    const fault =
      error instanceof RuleFault ? error.message : `it is not understood: ${(error as Error).message}`;
    return { ...rule, fault };
  }
}

/** Takes the rule to the others. @throws RuleFault that names the rules of the ring that it would close */
export function refuseLoop(rule: CompiledRule, others: RuleChains): void {
  const ring = others.ringThrough(rule);
  if (ring !== undefined)
    throw new RuleFault(
      rule.name,
      'when',
      `is fulfilled by what the rule itself brings about (${[...ring, ring[0]].join(' → ')}): watch another Attribute, or give another command`,
    );
  others.add(rule);
}

function everyAction({ actions, after, schedules }: CompiledRule): CompiledRule['actions'] {
  return [...actions, ...(after?.actions ?? []), ...schedules.flatMap((one) => one.actions)];
}

async function everyRule({
  ruleBook,
  everyGroup,
  groupByApikey,
}: RuleSources): Promise<readonly OwnedRule[]> {
  const [kept, groups, devices] = await Promise.all([
    ruleBook.rules(),
    everyGroup(),
    ruleBook.devicesWithRules(),
  ]);
  const ofDevices: OwnedRule[] = [];
  for (const record of devices) {
    const { apikey } = record.settings;
    const group = apikey === undefined ? undefined : await groupByApikey(apikey);
    ofDevices.push(...rulesOfDevice(record, group?.tenant === record.tenant ? group : undefined));
  }
  return [...kept.map(ownRule), ...groups.flatMap(rulesOfGroup), ...ofDevices];
}

function ownRule({ tenant, servicePath, rule }: KeptRule): OwnedRule {
  return { tenant, owner: { kind: 'rules', servicePath }, settings: rule, defaults: {} };
}

/** The rules in the settings of a group. */
export function rulesOfGroup({ tenant, settings }: GroupRecord): readonly OwnedRule[] {
  const owner = { kind: 'group', apikey: settings.apikey } as const;
  return rulesIn(settings).map((rule) => ({ tenant, owner, settings: rule, defaults: defaultsOf(settings) }));
}

/** The rules in the settings of a device. */
export function rulesOfDevice(record: DeviceRecord, group: GroupRecord | undefined): readonly OwnedRule[] {
  const owner = { kind: 'device', deviceId: record.settings.device_id } as const;
  const defaults = { ...defaultsOf(group?.settings), ...defaultsOf(record.settings) };
  return rulesIn(record.settings).map((rule) => ({ tenant: record.tenant, owner, settings: rule, defaults }));
}

/** What an earlier release kept under that name was not checked. */
function rulesIn(settings: GroupSettings | DeviceSettings): readonly RuleSettings[] {
  const rules: unknown = settings.rules;
  if (!Array.isArray(rules)) return [];
  return rules.filter((rule) => typeof rule?.name === 'string') as RuleSettings[];
}
