import type { Logger } from '../../runtime/logger.ts';
import { type LoadedRule, loadRules, type RuleSources } from './load-rules.ts';

/** The rules, from memory while nothing has changed. Calls may reject with RegistryAway. */
export interface KnownRules {
  all(): Promise<readonly LoadedRule[]>;
  one(tenant: string, name: string): Promise<LoadedRule | undefined>;
  /** As `one`, after another look where there is none: another agent may just have made it. */
  oneAnew(tenant: string, name: string): Promise<LoadedRule | undefined>;
  /** To be called after every change of the registry. */
  changed(): void;
}

/** Rules as the registry has them; `reloaded` is called whenever they have been read anew. */
export function knownRules(sources: RuleSources, log: Logger, reloaded: () => void): KnownRules {
  let known: Promise<ReadonlyMap<string, LoadedRule>> | undefined;
  const told = new Set<string>();
  const read = async (): Promise<ReadonlyMap<string, LoadedRule>> => {
    const loaded = await loadRules(sources);
    reloaded();
    for (const rule of loaded) tell(rule, told, log);
    const byName = new Map<string, LoadedRule>();
    for (const rule of loaded) {
      const key = keyOf(rule.tenant, rule.settings.name);
      // The first of a name runs.
      if (!byName.has(key)) byName.set(key, rule);
    }
    return byName;
  };
  const load = (): Promise<ReadonlyMap<string, LoadedRule>> => {
    if (known !== undefined) return known;
    const reading = read();
    known = reading;
    reading.catch(() => {
      if (known === reading) known = undefined;
    });
    return reading;
  };
  const one = async (tenant: string, name: string) => (await load()).get(keyOf(tenant, name));
  return {
    all: async () => [...(await load()).values()],
    one,
    oneAnew: async (tenant, name) => {
      const found = await one(tenant, name);
      if (found !== undefined) return found;
      known = undefined;
      return one(tenant, name);
    },
    changed: () => {
      known = undefined;
    },
  };
}

function keyOf(tenant: string, name: string): string {
  return JSON.stringify([tenant, name]);
}

function tell(rule: LoadedRule, told: Set<string>, log: Logger): void {
  if (!('fault' in rule)) return;
  const { tenant, fault } = rule;
  if (told.has(`${tenant} ${fault}`)) return;
  told.add(`${tenant} ${fault}`);
  log.warn({ tenant, fault }, 'a rule does not run');
}
