import { RE2JS } from 're2js';
import type { Action, CompiledRule, Condition, Target } from './compiled-rule.ts';

/** Rules of one tenant, of which none brings about what fulfils its own condition, be it through others. */
export interface RuleChains {
  /**
   * The names of rules each of which fulfils the condition of the next, and the last that of the rule, which is the first; undefined
   * when the rule would close no such ring. What a rule sets is the Attribute of its command, and those that tell how far the command has come.
   */
  ringThrough(rule: CompiledRule): readonly string[] | undefined;
  /** Takes a rule that closes no ring. */
  add(rule: CompiledRule): void;
}

/** Chains of no rules yet. Looking for a ring costs as much as there are rules that follow from the rule, most often none. */
export function ruleChains(): RuleChains {
  const byWatched = new Map<string, CompiledRule[]>();
  const nextOf = (rule: CompiledRule, closing: CompiledRule): readonly CompiledRule[] =>
    actionsOf(rule).flatMap((action) =>
      writtenBy(action)
        .flatMap((name) => [...(byWatched.get(name) ?? []), ...(isWatching(closing, name) ? [closing] : [])])
        .filter(({ when }) => when !== undefined && mayBe(action.target, when.selection)),
    );
  return {
    ringThrough: (rule) => {
      const cameFrom = new Map<CompiledRule, CompiledRule | undefined>([[rule, undefined]]);
      // A Map is walked through to what is added on the way.
      for (const current of cameFrom.keys()) {
        const next = nextOf(current, rule);
        if (next.includes(rule)) return pathTo(current, cameFrom);
        for (const one of next) if (!cameFrom.has(one)) cameFrom.set(one, current);
      }
      return undefined;
    },
    add: (rule) => {
      for (const name of rule.when?.watched ?? []) {
        const known = byWatched.get(name);
        if (known === undefined) byWatched.set(name, [rule]);
        else known.push(rule);
      }
    },
  };
}

function pathTo(
  last: CompiledRule,
  cameFrom: ReadonlyMap<CompiledRule, CompiledRule | undefined>,
): readonly string[] {
  const path: string[] = [];
  for (let one: CompiledRule | undefined = last; one !== undefined; one = cameFrom.get(one))
    path.unshift(one.name);
  return path;
}

/** What follows from its condition: the clock alone closes no ring. */
function actionsOf({ when, actions, after }: CompiledRule): readonly Action[] {
  return when === undefined ? [] : [...actions, ...(after?.actions ?? [])];
}

function writtenBy({ command }: Action): readonly string[] {
  return [command, `${command}Status`, `${command}_status`, `${command}_info`];
}

function isWatching({ when }: CompiledRule, name: string): boolean {
  return when?.watched.includes(name) === true;
}

function mayBe(target: Target, { type, id, idPattern }: Condition['selection']): boolean {
  if (target.type !== undefined && target.type !== type) return false;
  if (target.kind !== 'entity') return true;
  if (id !== undefined) return target.id === id;
  return idPattern === undefined || fits(idPattern, target.id);
}

function fits(pattern: string, id: string): boolean {
  return RE2JS.compile(pattern).matcher(id).find();
}
