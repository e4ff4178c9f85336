import { RE2JS } from 're2js';
import type { Action, CompiledRule, Condition, Target } from './compiled-rule.ts';

/**
 * The names of rules each of which fulfils the condition of the next, and the last that of the first; undefined when there is no such
 * ring. What a rule sets is the Attribute of its command, and those that tell how far the command has come.
 */
export function loopIn(rules: readonly CompiledRule[]): readonly string[] | undefined {
  const done = new Set<CompiledRule>();
  const follow = (rule: CompiledRule, path: readonly CompiledRule[]): readonly string[] | undefined => {
    const seen = path.indexOf(rule);
    if (seen >= 0) return path.slice(seen).map(({ name }) => name);
    if (done.has(rule)) return undefined;
    for (const next of rules) {
      const ring = sets(rule, next) ? follow(next, [...path, rule]) : undefined;
      if (ring !== undefined) return ring;
    }
    done.add(rule);
    return undefined;
  };
  for (const rule of rules) {
    const ring = follow(rule, []);
    if (ring !== undefined) return ring;
  }
  return undefined;
}

/** Whether what the one rule does may fulfil the condition of the other. */
function sets({ when, actions, after }: CompiledRule, other: CompiledRule): boolean {
  const condition = other.when;
  if (when === undefined || condition === undefined) return false;
  return [...actions, ...(after?.actions ?? [])].some((action) => isWatched(action, condition));
}

function isWatched({ target, command }: Action, { selection, watched }: Condition): boolean {
  const written = [command, `${command}Status`, `${command}_status`, `${command}_info`];
  return watched.some((name) => written.includes(name)) && mayBe(target, selection);
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
