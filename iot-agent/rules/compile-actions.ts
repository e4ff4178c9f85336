import { parseDuration } from '../commands/duration.ts';
import type { RuleAction, RuleTarget } from '../registry/rule-settings.ts';
import type { Action, Target } from './compiled-rule.ts';
import { RuleFault } from './rule-fault.ts';
import { typeOfEntity } from './type-of-entity.ts';

/** The commands at a place of a rule. @throws RuleFault */
export function compileActions(
  rule: string,
  actions: readonly RuleAction[],
  place: string,
): readonly Action[] {
  if (actions.length === 0) throwIfSaid(rule, place);
  const given = new Set<string>();
  return actions.map(({ entity, command, value, ttl }, index) => {
    const member = `${place}[${index}]`;
    const target = targetOf(rule, entity, `${member}.entity`);
    const what = JSON.stringify([target, command]);
    if (given.has(what))
      throw new RuleFault(
        rule,
        member,
        `gives ${command} to the same Entity as another one: leave one of them out`,
      );
    given.add(what);
    if (value === null)
      throw new RuleFault(rule, `${member}.value`, 'is null, which is no command: give another value');
    const lifetime = ttl === undefined ? undefined : parseDuration(ttl);
    if (ttl !== undefined && lifetime === undefined)
      throw new RuleFault(
        rule,
        `${member}.ttl`,
        'is no time: write seconds, or an ISO 8601 duration such as PT10M',
      );
    return {
      target,
      command,
      value,
      ...(lifetime === undefined ? {} : { lifetime }),
      ...(ttl === undefined ? {} : { ttl }),
    };
  });
}

/** A rule need not have `then`; what it has must say something. */
function throwIfSaid(rule: string, place: string): void {
  if (place !== 'then') throw new RuleFault(rule, place, 'is empty: give it a command, or leave it out');
}

function targetOf(rule: string, entity: RuleTarget, member: string): Target {
  const { id, type, group, linkedBy } = typeof entity === 'string' ? { id: entity } : { ...entity };
  if ([id, group, linkedBy].filter((way) => way !== undefined).length !== 1)
    throw new RuleFault(
      rule,
      member,
      'must have one of id, group and linkedBy: it says whom the command goes to',
    );
  if (group !== undefined) return { kind: 'group', apikey: group, ...(type === undefined ? {} : { type }) };
  const known = type ?? typeOfEntity(id);
  if (known === undefined)
    throw new RuleFault(rule, member, 'must have type, the type of the Entity that gets the command');
  return id === undefined
    ? { kind: 'linked', attribute: linkedBy ?? '', type: known }
    : { kind: 'entity', id, type: known };
}
