import { formatDateTime } from '../date-time.ts';
import type { PlannedCommand } from '../registry/rule-book.ts';
import { nameOfOwner } from '../rules/check-rules.ts';
import type { DryRun } from '../rules/dry-run.ts';
import type { LoadedRule } from '../rules/load-rules.ts';
import type { RuleReport } from '../rules/rules.ts';

/** A rule as it is configured; `of` says where it stands, `fault` why it does not run. */
export function presentRule(rule: LoadedRule) {
  const owner = nameOfOwner(rule.owner);
  return {
    ...rule.settings,
    ...(owner === undefined ? {} : { of: owner }),
    ...('fault' in rule ? { fault: rule.fault } : {}),
  };
}

/** A rule with what it has done and has still to do. */
export function presentReport({ rule, state, planned, at, nextScheduled }: RuleReport) {
  const { firedAt, firedBy, error, errorAt } = state;
  const isDelayed = ({ phase, due }: PlannedCommand): boolean => phase === 'after' && due > at;
  return {
    ...presentRule(rule),
    state: {
      ...(firedAt === undefined ? {} : { lastFired: { at: formatDateTime(firedAt), entity: firedBy } }),
      delayed: planned.filter(isDelayed).map(presentPlanned),
      waiting: planned.filter((one) => !isDelayed(one)).map(presentPlanned),
      ...(nextScheduled === undefined ? {} : { nextScheduled: formatDateTime(nextScheduled) }),
      ...(errorAt === undefined ? {} : { lastError: { at: formatDateTime(errorAt), message: error } }),
    },
  };
}

/** What would happen. */
export function presentDryRun({ fires, hindrances, warnings, ...planned }: DryRun) {
  return {
    fires,
    hindrances,
    then: planned.first.map(presentPlanned),
    after: planned.after.map(presentPlanned),
    warnings,
  };
}

function presentPlanned({ entityId, entityType, command, value, due }: PlannedCommand) {
  return { entity: entityId, type: entityType, command, value, due: formatDateTime(due) };
}
