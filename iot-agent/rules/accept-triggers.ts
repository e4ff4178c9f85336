import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { RuleBook } from '../registry/rule-book.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { firingOf, type Planner } from './plan.ts';
import type { RuleMetrics } from './rule-metrics.ts';
import { type Trigger, triggersIn } from './triggers.ts';

/** What accepting notifications asks. */
export interface TriggerParts {
  readonly book: Pick<RuleBook, 'fire'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: RuleMetrics;
  /** Microseconds: what is older fires nothing. */
  readonly maxAge: number;
}

/** Why something fires nothing; `undefined` when it does. */
export type Hindrance = 'late' | 'outside' | undefined;

/**
 * Fires the rule for each Entity that a notification tells of, and resolves when that is on disk. What was observed too long ago, or outside
 * the window of the rule, fires nothing. @throws NotificationError
 */
export async function acceptTriggers(parts: TriggerParts, planner: Planner, body: unknown): Promise<void> {
  const { compiled } = planner;
  if (compiled.when === undefined) return;
  for (const trigger of triggersIn(body, compiled.when)) await accept(parts, planner, trigger);
}

async function accept(parts: TriggerParts, planner: Planner, trigger: Trigger): Promise<void> {
  const { book, clock, log, metrics, maxAge } = parts;
  const { tenant, compiled } = planner;
  const about = { tenant, rule: compiled.name, entity: trigger.entityId };
  const now = clock.now();
  const at = Math.min(trigger.observedAt ?? now, now);
  const hindrance = hindranceOf(compiled, at, now, maxAge);
  if (hindrance !== undefined) {
    metrics.ruleEvent(hindrance);
    log.debug({ ...about, hindrance }, 'the condition of a rule is fulfilled, and fires nothing');
    return;
  }
  const firing = firingOf(planner, trigger, at);
  const running = await book.fire(firing, clock.now);
  metrics.ruleEvent('fired');
  if (compiled.after !== undefined) metrics.ruleEvent('delayed', firing.targets.length);
  log.info({ ...about, targets: firing.targets.length, running }, 'a rule fires');
}

/** What keeps something that was observed at that time from firing the rule. */
export function hindranceOf({ during }: CompiledRule, at: number, now: number, maxAge: number): Hindrance {
  if (now - at > maxAge) return 'late';
  const span = during?.at(at);
  const isInForce = during === undefined || (span !== undefined && span.from <= at);
  return isInForce ? undefined : 'outside';
}
