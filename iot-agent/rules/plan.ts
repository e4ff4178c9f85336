import type { Firing, FiringTarget, PlannedCommand, RulePhase } from '../registry/rule-book.ts';
import type { Action, CompiledRule } from './compiled-rule.ts';
import {
  actionsByEntity,
  type EntityActions,
  type GroupMembers,
  type TargetEntity,
} from './resolve-targets.ts';
import type { Trigger } from './triggers.ts';

/** What planning asks of a rule that runs. */
export interface Planner {
  readonly tenant: string;
  readonly compiled: CompiledRule;
  readonly members: GroupMembers;
  /** Microseconds for which a command is worth giving when nobody says so. */
  readonly lifetime: number;
}

/** What a rule does when its condition is fulfilled at that time, in microseconds since 1970. */
export function firingOf(
  planner: Planner,
  trigger: Pick<Trigger, 'entityId' | 'linkedBy'>,
  at: number,
): Firing {
  const { tenant, compiled, members } = planner;
  const { name, actions, after, repeats } = compiled;
  const targets = new Map<string, { first: PlannedCommand[]; after: PlannedCommand[] }>();
  const targetOf = (id: string) => {
    const target = targets.get(id) ?? { first: [], after: [] };
    targets.set(id, target);
    return target;
  };
  for (const entity of actionsByEntity(actions, members, trigger.linkedBy))
    targetOf(entity.id).first.push(...commandsOf(planner, 'then', at, entity));
  if (after !== undefined)
    for (const entity of actionsByEntity(after.actions, members, trigger.linkedBy))
      targetOf(entity.id).after.push(...commandsOf(planner, 'after', at + after.delay, entity));
  return {
    tenant,
    rule: name,
    entityId: trigger.entityId,
    at,
    repeats,
    targets: tied([...targets.values()]),
  };
}

/** What is said to one Entity and taken back at another: whether it is said anew hangs on that delay. */
function tied(targets: readonly FiringTarget[]): readonly FiringTarget[] {
  const isSplit =
    targets.some(({ after }) => after.length === 0) && targets.some(({ first }) => first.length === 0);
  if (!isSplit) return targets;
  return [{ first: targets.flatMap(({ first }) => first), after: targets.flatMap(({ after }) => after) }];
}

/** What a schedule of the rule does at a time. */
export function scheduledCommands(
  planner: Planner,
  actions: readonly Action[],
  due: number,
): readonly PlannedCommand[] {
  return actionsByEntity(actions, planner.members, () => []).flatMap((entity) =>
    commandsOf(planner, 'schedule', due, entity),
  );
}

function commandsOf(
  planner: Planner,
  phase: RulePhase,
  due: number,
  entity: EntityActions,
): readonly PlannedCommand[] {
  return entity.actions.map((action) => commandOf(planner, phase, due, entity, action));
}

function commandOf(
  { tenant, compiled, lifetime }: Planner,
  phase: RulePhase,
  due: number,
  { id, type }: TargetEntity,
  { command, value, lifetime: own, ttl }: Action,
): PlannedCommand {
  return {
    ...{ tenant, rule: compiled.name, phase, entityId: id, entityType: type, command, value, due },
    lifetime: own ?? lifetime,
    ...(ttl === undefined ? {} : { ttl }),
  };
}
