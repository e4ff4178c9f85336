import type { Metrics } from '../../runtime/metrics.ts';

/**
 * What happens to rules: a condition was fulfilled and its commands given, a delay was begun or begun anew, commands were written to their
 * Entities. `late`, `outside`: what was told too late, or outside the window, and so fired nothing. The rest is of commands that were not written.
 */
export type RuleEvent =
  | 'fired'
  | 'delayed'
  | 'scheduled'
  | 'sent'
  | 'late'
  | 'outside'
  | 'expired'
  | 'refused'
  | 'overtaken'
  | 'too-often'
  | 'orphaned';

/** What is counted of rules. */
export interface RuleMetrics {
  ruleEvent(event: RuleEvent, times?: number): void;
}

const dropped: ReadonlySet<RuleEvent> = new Set(['expired', 'refused', 'overtaken', 'too-often', 'orphaned']);

/** Creates the counters. */
export function ruleMetrics(metrics: Metrics): RuleMetrics {
  const events = metrics.counter({
    name: 'carillon_agent_rules_total',
    help: 'What happened to the rules of devices: fired, delayed, scheduled, sent; late and outside fired nothing',
    labels: ['event'],
  });
  const drops = metrics.counter({
    name: 'carillon_agent_rule_commands_dropped_total',
    help: 'Commands of rules that were not written to their Entities, by reason',
    labels: ['reason'],
  });
  return {
    ruleEvent: (event, times = 1) => {
      if (times === 0) return;
      if (dropped.has(event)) drops.inc({ reason: event }, times);
      else events.inc({ event }, times);
    },
  };
}
