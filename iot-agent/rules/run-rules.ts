import { randomUUID } from 'node:crypto';
import { setInterval } from 'node:timers';
import type { Clock } from '../../runtime/clock.ts';
import { BrokerDown } from '../delivery/deliver.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import type { PlannedCommand, RuleBook } from '../registry/rule-book.ts';
import { type GiveParts, giveCommands } from './give-commands.ts';
import type { KnownRules } from './known-rules.ts';
import type { Planner } from './plan.ts';
import type { Schedules } from './schedules.ts';

/** What running rules asks. */
export interface RunParts extends Omit<GiveParts, 'book'> {
  readonly book: RuleBook;
  readonly rules: KnownRules;
  readonly schedules: Schedules;
  readonly planners: () => Promise<readonly Planner[]>;
  readonly clock: Clock;
}

/** Rules, while they run. */
export interface RunningRules {
  /** There may be something to do now. */
  wake(): void;
  /** Ends after what is under way. */
  stop(): Promise<void>;
}

/** Real milliseconds between two looks at the clock. */
const tickMs = 100;
/** Microseconds: after which other agents' plans are looked for, for which one leads, and before whose end that is renewed. */
const lookEvery = 1_000_000;
const leaseTime = 10_000_000;
const renewBefore = 5_000_000;
/** Commands that are given in one go. */
const mostAtOnce = 500;
/** Milliseconds of the pauses after failures. */
const firstPause = 250;
const longestPause = 10_000;

/**
 * Starts to do what is due by the clock that it is given: what became due while no agent ran is due at once. Of agents that share the
 * registry one leads and does it all; when it dies, another one takes over within ten seconds.
 */
export function startRules(parts: RunParts): RunningRules {
  const { clock, log } = parts;
  const turn = turner(parts);
  let nextLook = 0;
  let failures = 0;
  let running: Promise<void> | undefined;
  const fail = (error: unknown): void => {
    const isAway = error instanceof BrokerDown || error instanceof RegistryAway;
    if (isAway) log.debug({ reason: (error as Error).message }, 'what rules have to do waits');
    else log.error({ err: error }, 'carrying rules out failed: it is tried again');
    const grown = Math.min(longestPause, firstPause * 2 ** Math.min(failures++, 20));
    const asked = error instanceof BrokerDown ? Math.min(error.retryAfter ?? 0, longestPause) : 0;
    nextLook = clock.now() + Math.max(grown, asked) * 1000;
  };
  const tick = (): void => {
    if (running !== undefined || clock.now() < nextLook) return;
    nextLook = Number.POSITIVE_INFINITY;
    running = turn()
      .then((next) => {
        // Something may have come about meanwhile.
        nextLook = Math.min(nextLook, next);
        failures = 0;
      })
      .catch(fail)
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(tick, tickMs);
  return {
    wake: () => {
      if (failures > 0) return;
      nextLook = 0;
      tick();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

/** Does what is due, and resolves to when to look again. */
function turner(parts: RunParts): () => Promise<number> {
  const { book, clock, schedules, planners } = parts;
  const agenda = giver(parts);
  const leads = leadership(book, () => {
    schedules.forget();
    agenda.begin();
  });
  return async () => {
    const now = clock.now();
    if (!(await leads(now))) return now + lookEvery;
    const scheduled = await schedules.carryOut(await planners(), now);
    const left = await agenda.give(now);
    const times = [scheduled, left, await book.nextDue(), now + lookEvery];
    return Math.min(...times.flatMap((time) => time ?? []));
  };
}

/** Gives what is due. */
interface Giver {
  /** What an earlier run, or another agent, has taken comes first. */
  begin(): void;
  /** Resolves to when to go on with what is left, if anything is. */
  give(now: number): Promise<number | undefined>;
}

function giver(parts: RunParts): Giver {
  const { book } = parts;
  let hasTaken = true;
  const stuck = stuckCommands();
  const hasWork = async (now: number): Promise<boolean> =>
    hasTaken || stuck.areDue(now) || ((await book.nextDue()) ?? Number.POSITIVE_INFINITY) <= now;
  return {
    begin: () => {
      hasTaken = true;
      stuck.forget();
    },
    give: async (now) => {
      if (!(await hasWork(now))) return stuck.until();
      if (stuck.areDue(now)) stuck.forget();
      hasTaken = true;
      const most = mostAtOnce + stuck.count();
      const taken = await book.takeDue(now, most);
      stuck.add(await giveCommands(parts, await withoutOrphans(parts, taken), now, stuck.has), now);
      hasTaken = taken.length === most;
      return hasTaken ? now : stuck.until();
    },
  };
}

/** What the broker fails on, such as commands of Entities that are not there yet: it holds up nothing else. */
function stuckCommands() {
  const keys = new Set<string>();
  let retryAt = Number.POSITIVE_INFINITY;
  return {
    count: () => keys.size,
    has: (command: PlannedCommand) => keys.has(stuckKey(command)),
    areDue: (now: number) => now >= retryAt,
    until: () => (keys.size > 0 ? retryAt : undefined),
    add: (commands: readonly PlannedCommand[], now: number): void => {
      if (commands.length > 0 && keys.size === 0) retryAt = now + longestPause * 1000;
      for (const one of commands) keys.add(stuckKey(one));
    },
    forget: (): void => {
      keys.clear();
      retryAt = Number.POSITIVE_INFINITY;
    },
  };
}

/** What is planned anew in its place is another one. */
function stuckKey({ tenant, rule, phase, entityId, command, due }: PlannedCommand): string {
  return JSON.stringify([tenant, rule, phase, entityId, command, due]);
}

/** Whether this agent leads; `begin` is called when it has just become so. */
function leadership(book: Pick<RuleBook, 'lead'>, begin: () => void): (now: number) => Promise<boolean> {
  const agent = randomUUID();
  let until = 0;
  return async (now) => {
    if (now < until - renewBefore) return true;
    const isNew = now >= until;
    const isLeader = await book.lead(agent, now, now + leaseTime);
    until = isLeader ? now + leaseTime : 0;
    if (isLeader && isNew) begin();
    return isLeader;
  };
}

/** What rules left behind that are gone is dropped. */
async function withoutOrphans(
  { rules, book, metrics }: RunParts,
  commands: readonly PlannedCommand[],
): Promise<readonly PlannedCommand[]> {
  const orphans: PlannedCommand[] = [];
  const ofRule = new Map(commands.map((one) => [JSON.stringify([one.tenant, one.rule]), one]));
  for (const { tenant, rule } of ofRule.values())
    if ((await rules.oneAnew(tenant, rule)) === undefined)
      orphans.push(...commands.filter((one) => one.tenant === tenant && one.rule === rule));
  if (orphans.length > 0) await book.settle(orphans);
  metrics.ruleEvent('orphaned', orphans.length);
  return commands.filter((one) => !orphans.includes(one));
}
