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
  return actions.map((action, index) => {
    const member = `${place}[${index}]`;
    const compiled = compileAction(rule, action, member);
    const what = JSON.stringify([compiled.target, compiled.command]);
    if (given.has(what))
      throw new RuleFault(
        rule,
        member,
        `gives ${compiled.command} to the same Entity as another one: leave one of them out`,
      );
    given.add(what);
    return compiled;
  });
}

function compileAction(rule: string, { entity, command, value, ttl }: RuleAction, member: string): Action {
  const target = targetOf(rule, entity, `${member}.entity`);
  if (value === null)
    throw new RuleFault(rule, `${member}.value`, 'is null, which is no command: give another value');
  if (ttl === undefined) return { target, command, value };
  const lifetime = parseDuration(ttl);
  if (lifetime !== undefined) return { target, command, value, lifetime, ttl };
  throw new RuleFault(
    rule,
    `${member}.ttl`,
    'is no time: write seconds, or an ISO 8601 duration such as PT10M',
  );
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
