import { RE2JS } from 're2js';
import { parseDuration } from '../commands/duration.ts';
import type { Place } from '../measurement.ts';
import type { RuleSchedule, RuleSettings } from '../registry/rule-settings.ts';
import { compileActions } from './compile-actions.ts';
import { clockOf, type RuleClock } from './compile-times.ts';
import type { CompiledRule, Condition, Schedule } from './compiled-rule.ts';
import { namesInQuery } from './query-names.ts';
import { RuleFault } from './rule-fault.ts';
import { typeOfEntity } from './type-of-entity.ts';

/** What a rule need not say itself. */
export interface RuleDefaults {
  readonly timezone?: string;
  readonly place?: Place;
}

/** @throws RuleFault for a rule that could never do anything, or not what it says. */
export function compileRule(settings: RuleSettings, defaults: RuleDefaults = {}): CompiledRule {
  const { name, repeat = false } = settings;
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._~-]{0,99}$/u.test(name))
    throw new RuleFault(
      name,
      'name',
      'must have 1 to 100 letters, digits, blanks or . _ ~ - and begin with a letter or digit',
    );
  const clock = clockOf(settings, defaults);
  const { then = [], after, during, schedule } = settings;
  const schedules = [schedule ?? []].flat().map((one, index) => compileSchedule(settings, one, index, clock));
  const actions = compileActions(name, then, 'then');
  const later = after && {
    delay: delayOf(name, after.delay),
    actions: compileActions(name, after.then, 'after.then'),
  };
  if (settings.when === undefined) refuseIdle(settings);
  else if (actions.length === 0 && later === undefined)
    throw new RuleFault(
      name,
      'then',
      'is missing: say what happens when the condition is fulfilled, in then or after',
    );
  const when = settings.when && compileCondition(settings, [...actions, ...(later?.actions ?? [])]);
  return {
    ...{ name, settings, actions, schedules, repeats: repeat },
    ...(when === undefined ? {} : { when }),
    ...(later === undefined ? {} : { after: later }),
    ...(during === undefined ? {} : { during: clock.windows(during) }),
  };
}

/** Without a condition, only the clock can make it do anything. */
function refuseIdle({ name, then, after, schedule }: RuleSettings): void {
  if (then !== undefined || after !== undefined)
    throw new RuleFault(name, 'when', 'is missing: then and after follow a condition');
  if (schedule === undefined)
    throw new RuleFault(name, 'when', 'is missing, and schedule too: add one of them');
}

function delayOf(name: string, text: number | string): number {
  const delay = parseDuration(text);
  if (delay !== undefined && delay > 0) return delay;
  throw new RuleFault(
    name,
    'after.delay',
    'is no time: write seconds, or an ISO 8601 duration such as PT10M',
  );
}

function compileCondition(
  { name, when }: RuleSettings,
  actions: CompiledRule['actions'],
): Condition | undefined {
  if (when === undefined) return undefined;
  const { id, idPattern } = when.entities;
  if (id !== undefined && idPattern !== undefined)
    throw new RuleFault(name, 'when.entities', 'has id and idPattern: leave one of them out');
  const type = when.entities.type ?? typeOfEntity(id);
  if (type === undefined)
    throw new RuleFault(name, 'when.entities.type', 'is missing: a subscription is to Entities of a type');
  if (idPattern !== undefined && !isPattern(idPattern))
    throw new RuleFault(
      name,
      'when.entities.idPattern',
      'is no regular expression of the kind that takes linear time (RE2): correct it',
    );
  const links = actions.flatMap(({ target }) => (target.kind === 'linked' ? [target.attribute] : []));
  return {
    selection: {
      type,
      ...(id === undefined ? {} : { id }),
      ...(idPattern === undefined ? {} : { idPattern }),
    },
    ...(when.q === undefined ? {} : { q: when.q }),
    watched: watchedOf(name, when),
    links: [...new Set(links)],
  };
}

function isPattern(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}

function watchedOf(name: string, { q, watched }: NonNullable<RuleSettings['when']>): readonly string[] {
  const named = q === undefined ? undefined : namesInQuery(q);
  if (named?.kind === 'fault') throw new RuleFault(name, 'when.q', named.problem);
  if (watched !== undefined && watched.length > 0) return [...new Set(watched)];
  if (named !== undefined) return named.names;
  throw new RuleFault(name, 'when.q', 'is missing, and watched too: say which Attributes the rule looks at');
}

function compileSchedule(
  { name, during }: RuleSettings,
  { at, then, days }: RuleSchedule,
  index: number,
  clock: RuleClock,
): Schedule {
  const member = `schedule[${index}]`;
  const actions = compileActions(name, then, `${member}.then`);
  for (const [position, { target }] of actions.entries())
    if (target.kind === 'linked')
      throw new RuleFault(
        name,
        `${member}.then[${position}].entity`,
        'is linked by an Attribute of the triggering Entity, and a schedule has none: name the Entity or group',
      );
  if (at !== 'from' && at !== 'to')
    return { actions, isEnd: false, next: clock.times(at, days, `${member}.at`) };
  if (during === undefined)
    throw new RuleFault(
      name,
      `${member}.at`,
      `is ${at}, an end of the window, and there is none: add during`,
    );
  if (days !== undefined) throw new RuleFault(name, `${member}.days`, 'is said by during: leave it out');
  return { actions, isEnd: at === 'to', next: clock.edges(during, at) };
}
