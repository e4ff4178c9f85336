import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { BrokerClient } from '../broker-client.ts';
import type { BrokerResource, NotifyAddress } from '../commands/broker-resources.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import type { Registry } from '../registry/registry.ts';
import type { PlannedCommand, RuleState } from '../registry/rule-book.ts';
import { acceptTriggers } from './accept-triggers.ts';
import { type DryRun, dryRun } from './dry-run.ts';
import { knownRules } from './known-rules.ts';
import type { LoadedRule } from './load-rules.ts';
import type { Planner } from './plan.ts';
import type { RuleMetrics } from './rule-metrics.ts';
import { ruleSubscription } from './rule-subscription.ts';
import { type RunningRules, startRules } from './run-rules.ts';
import { nextOf, schedules } from './schedules.ts';
import { sendingLimit } from './sending-limit.ts';

/** What rules are made of. */
export interface RuleParts {
  readonly registry: Registry;
  readonly catalogue: Pick<Catalogue, 'findModel'>;
  readonly broker: BrokerClient;
  readonly metrics: RuleMetrics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly batchSize: number;
  /** Milliseconds: age beyond which observations fire nothing, and life of commands of which nobody says it. */
  readonly maxAge: number;
  readonly ttl: number;
}

/** A rule as it is shown. */
export interface RuleReport {
  readonly rule: LoadedRule;
  readonly state: RuleState;
  readonly planned: readonly PlannedCommand[];
  /** Microseconds since 1970: when this was so. */
  readonly at: number;
  /** Microseconds since 1970: when its schedule says something next. */
  readonly nextScheduled?: number;
}

/** What the rest of the agent has to do with rules. Calls may reject with RegistryAway. */
export interface Rules {
  /** Takes what a broker tells of the condition of a rule; resolves when it is on disk, to whether there is such a rule. @throws NotificationError */
  accept(tenant: string, name: string, body: unknown): Promise<boolean>;
  list(tenant: string): Promise<readonly LoadedRule[]>;
  find(tenant: string, name: string): Promise<LoadedRule | undefined>;
  report(tenant: string, name: string): Promise<RuleReport | undefined>;
  /** What the rule would do now if the Entity were told of; undefined when there is no such rule. @throws BrokerDown */
  test(tenant: string, name: string, entityId: string): Promise<DryRun | undefined>;
  /** What the broker has to have for them. */
  resources(address: NotifyAddress): Promise<readonly BrokerResource[]>;
  /** What the broker does not take; what is no rule's is nothing for them. */
  refused(resource: Pick<BrokerResource, 'tenant' | 'rule'>, reason: string): Promise<void>;
  /** To be called after every change of the registry. */
  changed(): void;
  start(): void;
  /** Finishes what is under way. */
  stop(): Promise<void>;
}

/** Most commands of one rule to one Entity in a minute. */
const mostAMinute = 60;

/** Opens the rules: they are shown and fire at once, and what is due is done from `start` on. */
export function openRules(parts: RuleParts): Rules {
  const { registry, clock, log, metrics } = parts;
  const book = registry.ruleBook;
  const timetable = schedules({ book, metrics });
  const known = knownRules(registry, log, timetable.forget);
  const triggering = { book, clock, log, metrics, maxAge: parts.maxAge * 1000 };
  const plannerOf = (rule: LoadedRule): Planner | undefined =>
    'compiled' in rule ? { ...rule, lifetime: parts.ttl * 1000 } : undefined;
  const planners = async () => (await known.all()).flatMap((rule) => plannerOf(rule) ?? []);
  let running: RunningRules | undefined;
  return {
    accept: async (tenant, name, body) => {
      const rule = await known.oneAnew(tenant, name);
      const planner = rule && plannerOf(rule);
      if (planner === undefined) return false;
      await acceptTriggers(triggering, planner, body);
      running?.wake();
      return true;
    },
    find: known.one,
    list: async (tenant) => (await known.all()).filter((rule) => rule.tenant === tenant),
    report: async (tenant, name) => {
      const rule = await known.one(tenant, name);
      return rule && reportOf(rule, parts);
    },
    test: async (tenant, name, entityId) => {
      const rule = await known.one(tenant, name);
      return rule && dryRun({ ...parts, ...triggering }, rule, plannerOf(rule), entityId);
    },
    resources: async (address) =>
      (await planners()).flatMap(({ tenant, compiled }) => ruleSubscription(compiled, tenant, address) ?? []),
    refused: noteRefusal(parts),
    changed: () => {
      known.changed();
      running?.wake();
    },
    start: () => {
      const limit = sendingLimit(mostAMinute);
      running = startRules({ ...parts, book, rules: known, schedules: timetable, planners, limit });
    },
    stop: async () => running?.stop(),
  };
}

async function reportOf(rule: LoadedRule, { registry, clock }: RuleParts): Promise<RuleReport> {
  const key = { tenant: rule.tenant, rule: rule.settings.name };
  const [state, planned] = await Promise.all([registry.ruleBook.state(key), registry.ruleBook.planned(key)]);
  const at = clock.now();
  const nextScheduled = 'compiled' in rule ? nextOf(rule.compiled, at) : undefined;
  return { rule, state, planned, at, ...(nextScheduled === undefined ? {} : { nextScheduled }) };
}

function noteRefusal({ registry, clock }: RuleParts): Rules['refused'] {
  return async ({ tenant, rule }, reason) => {
    if (rule === undefined) return;
    const told = `the broker does not take the subscription to its condition: ${reason}`;
    await registry.ruleBook.noteError({ tenant, rule }, told, clock.now());
  };
}
