import type { RuleBook } from '../registry/rule-book.ts';
import type { CompiledRule, Schedule } from './compiled-rule.ts';
import { type Planner, scheduledCommands } from './plan.ts';
import type { RuleMetrics } from './rule-metrics.ts';

/** What carrying schedules out asks. */
export interface ScheduleParts {
  readonly book: Pick<RuleBook, 'reach' | 'state'>;
  readonly metrics: RuleMetrics;
}

/** The schedules of rules, with what is known of how far they have been carried out. */
export interface Schedules {
  /** Plans what has become due, up to now; resolves to when the next is due. */
  carryOut(planners: readonly Planner[], now: number): Promise<number | undefined>;
  /** Rules have changed, or another agent may have carried some of it out. */
  forget(): void;
}

/** Schedules in the order of their times; a rule that is new begins now, with what is still to come. */
export function schedules({ book, metrics }: ScheduleParts): Schedules {
  const reached = new Map<string, Reached>();
  /** Asks the book; what another agent has just carried out is looked at again. */
  const moveOn = async (planner: Planner, known: Reached | undefined, now: number): Promise<Reached> => {
    const { tenant, compiled, lifetime } = planner;
    const key = { tenant, rule: compiled.name };
    const before = known?.at ?? (await book.state(key)).reachedAt;
    const since = before === undefined ? now : Math.max(before, now - lifetime);
    const moments = momentsIn(compiled, since, now);
    const next = nextOf(compiled, now);
    if (before !== undefined && moments.length === 0) return { at: before, next };
    const planned = moments.flatMap(({ at, schedule }) => scheduledCommands(planner, schedule.actions, at));
    if (!(await book.reach(key, before, now, planned))) return { at: undefined, next: now };
    metrics.ruleEvent('scheduled', moments.length);
    return { at: now, next };
  };
  return {
    carryOut: async (planners, now) => {
      const times: number[] = [];
      for (const planner of planners.filter(({ compiled }) => compiled.schedules.length > 0)) {
        const key = JSON.stringify([planner.tenant, planner.compiled.name]);
        const known = reached.get(key);
        const isAhead = known !== undefined && (known.next ?? Number.POSITIVE_INFINITY) > now;
        const current = isAhead ? known : await moveOn(planner, known, now);
        reached.set(key, current);
        if (current.next !== undefined) times.push(current.next);
      }
      return times.length === 0 ? undefined : Math.min(...times);
    },
    forget: () => reached.clear(),
  };
}

/** How far the schedule of a rule has been carried out, and when it says something next. */
interface Reached {
  readonly at: number | undefined;
  readonly next: number | undefined;
}

/** More than any agent can have slept through. */
const mostMoments = 1000;

/** What was due after a time, up to another, in its order. */
function momentsIn({ schedules: all }: CompiledRule, since: number, now: number) {
  const moments: { readonly at: number; readonly schedule: Schedule }[] = [];
  for (const schedule of all) {
    let at = schedule.next(since);
    for (let left = mostMoments; at !== undefined && at <= now && left > 0; left--) {
      moments.push({ at, schedule });
      at = schedule.next(at);
    }
  }
  return moments.sort((a, b) => a.at - b.at || Number(b.schedule.isEnd) - Number(a.schedule.isEnd));
}

/** When the first of its schedules is due after a time. */
export function nextOf({ schedules: all }: CompiledRule, now: number): number | undefined {
  const times = all.flatMap((schedule) => schedule.next(now) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}
