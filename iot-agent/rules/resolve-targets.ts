import { entityId as idOfEntity } from '../mapping/entity-ids.ts';
import type { RuleBook } from '../registry/rule-book.ts';
import type { Action, Target } from './compiled-rule.ts';

/** An Entity that gets a command. */
export interface TargetEntity {
  readonly id: string;
  readonly type: string;
}

/** Actions of a rule, for one Entity. */
export interface EntityActions extends TargetEntity {
  readonly actions: readonly Action[];
}

/** The Entities of the devices of each group. */
export type GroupMembers = ReadonlyMap<string, readonly TargetEntity[]>;

/** More at once is a mistake, or nothing for single downlinks. */
const mostTargets = 1000;

/** What each Entity is to get; `linkedBy` as of the triggering Entity. At most a thousand Entities. */
export function actionsByEntity(
  actions: readonly Action[],
  members: GroupMembers,
  linkedBy: (attribute: string) => readonly string[],
): readonly EntityActions[] {
  const entities = new Map<string, TargetEntity & { readonly actions: Action[] }>();
  for (const action of actions)
    for (const { id, type } of entitiesOf(action.target, members, linkedBy)) {
      const known = entities.get(id) ?? { id, type, actions: [] };
      entities.set(id, known);
      // Of two that mean the same Entity by different ways, the later one counts.
      const same = known.actions.findIndex(({ command }) => command === action.command);
      if (same >= 0) known.actions.splice(same, 1);
      known.actions.push(action);
    }
  return [...entities.values()].slice(0, mostTargets);
}

function entitiesOf(
  target: Target,
  members: GroupMembers,
  linkedBy: (attribute: string) => readonly string[],
): readonly TargetEntity[] {
  if (target.kind === 'entity') return [target];
  if (target.kind === 'linked') return linkedBy(target.attribute).map((id) => ({ id, type: target.type }));
  const all = members.get(target.apikey) ?? [];
  return target.type === undefined ? all : all.filter(({ type }) => type === target.type);
}

/**
 * The members of the groups that the actions name; those that are not in `known` are read, and kept there for the tenant's other
 * rules. Rejects with RegistryAway.
 */
export async function membersOf(
  book: Pick<RuleBook, 'devicesOfGroup'>,
  tenant: string,
  actions: readonly Action[],
  known: Map<string, readonly TargetEntity[]>,
): Promise<GroupMembers> {
  const apikeys = actions.flatMap(({ target }) => (target.kind === 'group' ? [target.apikey] : []));
  const members = new Map<string, readonly TargetEntity[]>();
  for (const apikey of new Set(apikeys)) {
    const read = known.get(apikey);
    if (read !== undefined) {
      members.set(apikey, read);
      continue;
    }
    const devices = await book.devicesOfGroup(tenant, apikey);
    const entities = devices.map(({ settings: { entity_type: type, entity_name: name } }) => ({
      id: idOfEntity(type, name),
      type,
    }));
    known.set(apikey, entities);
    members.set(apikey, entities);
  }
  return members;
}
