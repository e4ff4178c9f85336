import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { Json } from '../measurement.ts';
import type { FiringTarget, PlannedCommand, RuleBook, RulePhase, RuleState } from './rule-book.ts';

/** The part of the rule book that says what is still to be done, and what has been. */
export type RuleAgenda = Pick<
  RuleBook,
  'fire' | 'reach' | 'takeDue' | 'nextDue' | 'settle' | 'planned' | 'state' | 'noteError'
>;

/** Most commands of one rule that are shown. */
export const mostShown = 100;

type Row = [
  tenant: string,
  rule: string,
  phase: string,
  entityId: string,
  command: string,
  entityType: string,
  value: string,
  ttl: string | null,
  due: number,
  lifetime: number,
];
const columns = 'tenant, rule, phase, entity_id, command, entity_type, value, ttl, due, lifetime';

/** The agenda in the registry's SQLite file. */
export function sqliteRuleAgenda(db: Database, group: GroupCommit): RuleAgenda {
  const take = db.prepare('UPDATE rule_command SET is_taken = 1 WHERE is_taken = 0 AND due <= ?');
  const taken = db.prepare<Row>(
    `SELECT ${columns} FROM rule_command WHERE is_taken = 1 ORDER BY due LIMIT ?`,
  );
  const next = db.prepare<[number | null]>('SELECT MIN(due) FROM rule_command WHERE is_taken = 0');
  const remove = db.prepare(`DELETE FROM rule_command
    WHERE tenant = ? AND rule = ? AND phase = ? AND entity_id = ? AND command = ? AND due = ?`);
  const ofRule = db.prepare<Row>(
    `SELECT ${columns} FROM rule_command WHERE tenant = ? AND rule = ? ORDER BY due LIMIT ${mostShown}`,
  );
  const states = sqliteRuleStates(db);
  const plan = planner(db);
  const supersede = db.prepare(`DELETE FROM rule_command
    WHERE tenant = ? AND entity_id = ? AND command = ? AND phase = 'after'`);
  return {
    fire: (firing, now) =>
      group.run(() => {
        states.noteFiring(firing.tenant, firing.rule, firing.at, firing.entityId);
        const moment = now();
        const running = firing.targets.filter((target) => plan.target(target, moment, firing.repeats));
        return running.length;
      }),
    reach: ({ tenant, rule }, from, to, planned) =>
      group.run(() => {
        if (!states.reach(tenant, rule, from, to)) return false;
        for (const one of planned) {
          supersede.run(one.tenant, one.entityId, one.command);
          plan.put(one);
        }
        return true;
      }),
    takeDue: (now, limit) =>
      group.run(() => {
        take.run(now);
        return taken.all(limit).map(commandOf);
      }),
    nextDue: async () => next.get()?.[0] ?? undefined,
    settle: (commands) =>
      group.run(() => {
        for (const one of commands) remove.run(...keyOf(one), one.due);
      }),
    planned: async ({ tenant, rule }) => ofRule.all(tenant, rule).map(commandOf),
    state: async ({ tenant, rule }) => states.of(tenant, rule),
    noteError: ({ tenant, rule }, error, now) =>
      group.run(() => {
        states.noteError(tenant, rule, error, now);
      }),
  };
}

function planner(db: Database) {
  const restart = db.prepare(`UPDATE rule_command SET value = ?6, due = MAX(due, ?7)
    WHERE tenant = ?1 AND rule = ?2 AND phase = ?3 AND entity_id = ?4 AND command = ?5 AND is_taken = 0 AND due > ?8`);
  const replace = db.prepare(`INSERT OR REPLACE INTO rule_command (${columns}, is_taken)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`);
  const put = (one: PlannedCommand): void => {
    const { entityType, value, ttl, due, lifetime } = one;
    const text = ttl === undefined ? null : JSON.stringify(ttl);
    replace.run(...keyOf(one), entityType, JSON.stringify(value), text, due, lifetime);
  };
  /** Whether its delays were running. */
  const target = ({ first, after }: FiringTarget, now: number, repeats: boolean): boolean => {
    const stopped = after.filter(
      (one) => restart.run(...keyOf(one), JSON.stringify(one.value), one.due, now).changes === 0,
    );
    for (const one of stopped) put(one);
    const isRunning = after.length > 0 && stopped.length === 0;
    if (repeats || !isRunning) for (const one of first) put(one);
    return isRunning;
  };
  return { put, target };
}

type StateRow = [
  firedAt: number | null,
  firedBy: string | null,
  errorAt: number | null,
  error: string | null,
  reachedAt: number | null,
];

function sqliteRuleStates(db: Database) {
  const select = db.prepare<StateRow>(
    'SELECT fired_at, fired_by, error_at, error, reached_at FROM rule_state WHERE tenant = ? AND rule = ?',
  );
  const fired = db.prepare(`INSERT INTO rule_state (tenant, rule, fired_at, fired_by) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant, rule) DO UPDATE SET fired_at = excluded.fired_at, fired_by = excluded.fired_by`);
  const failed = db.prepare(`INSERT INTO rule_state (tenant, rule, error_at, error) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant, rule) DO UPDATE SET error_at = excluded.error_at, error = excluded.error`);
  const reached = db.prepare(`INSERT INTO rule_state (tenant, rule, reached_at) VALUES (?, ?, ?)
    ON CONFLICT (tenant, rule) DO UPDATE SET reached_at = excluded.reached_at`);
  return {
    of: (tenant: string, rule: string): RuleState => stateOf(select.get(tenant, rule)),
    noteFiring: (tenant: string, rule: string, at: number, by: string): void => {
      fired.run(tenant, rule, at, by);
    },
    noteError: (tenant: string, rule: string, error: string, at: number): void => {
      failed.run(tenant, rule, at, error);
    },
    reach: (tenant: string, rule: string, from: number | undefined, to: number): boolean => {
      if ((select.get(tenant, rule)?.[4] ?? undefined) !== from) return false;
      reached.run(tenant, rule, to);
      return true;
    },
  };
}

function stateOf(row: StateRow | undefined): RuleState {
  const [firedAt, firedBy, errorAt, error, reachedAt] = row ?? [null, null, null, null, null];
  return {
    ...(firedAt === null ? {} : { firedAt }),
    ...(firedBy === null ? {} : { firedBy }),
    ...(errorAt === null ? {} : { errorAt }),
    ...(error === null ? {} : { error }),
    ...(reachedAt === null ? {} : { reachedAt }),
  };
}

function keyOf({ tenant, rule, phase, entityId, command }: PlannedCommand) {
  return [tenant, rule, phase, entityId, command] as const;
}

function commandOf(row: Row): PlannedCommand {
  const [tenant, rule, phase, entityId, command, entityType, value, ttl, due, lifetime] = row;
  return {
    ...{ tenant, rule, entityId, command, entityType, due, lifetime },
    phase: phase as RulePhase,
    value: JSON.parse(value) as Json,
    ...(ttl === null ? {} : { ttl: JSON.parse(ttl) as number | string }),
  };
}
