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
  const reached = new Map<string, { readonly at: number; readonly next: number | undefined }>();
  const carryOutOne = async (planner: Planner, now: number): Promise<number | undefined> => {
    const { tenant, compiled } = planner;
    const key = JSON.stringify([tenant, compiled.name]);
    const known = reached.get(key);
    if (known !== undefined && (known.next === undefined || known.next > now)) return known.next;
    const ruleKey = { tenant, rule: compiled.name };
    const before = known?.at ?? (await book.state(ruleKey)).reachedAt;
    const since = before === undefined ? now : Math.max(before, now - planner.lifetime);
    const moments = momentsIn(compiled, since, now);
    const planned = moments.flatMap(({ at, schedule }) => scheduledCommands(planner, schedule.actions, at));
    const next = nextOf(compiled, now);
    if (moments.length > 0 || before === undefined) {
      const isOurs = await book.reach(ruleKey, before, now, planned);
      reached.delete(key);
      if (!isOurs) return now;
      metrics.ruleEvent('scheduled', moments.length);
    }
    reached.set(key, { at: moments.length > 0 || before === undefined ? now : before, next });
    return next;
  };
  return {
    carryOut: async (planners, now) => {
      let soonest: number | undefined;
      for (const planner of planners) {
        if (planner.compiled.schedules.length === 0) continue;
        const next = await carryOutOne(planner, now);
        if (next !== undefined && (soonest === undefined || next < soonest)) soonest = next;
      }
      return soonest;
    },
    forget: () => reached.clear(),
  };
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
