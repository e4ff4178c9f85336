import { ExpressionFault, type Operand } from './operand.ts';

/** Work that one evaluation may do, in nodes that it visits; only filters over long lists and long texts get there. */
const MAX_STEPS = 50_000;
/** Members of lists and objects, at any depth, that are gone through while a node is visited. */
const MEMBERS_A_STEP = 4;

/** What one evaluation may still do. */
export interface Budget {
  left: number;
}

/** How many characters of a text are gone through while a node is visited. */
export type Pace = typeof COMPARED | typeof READ;
/** By operators, which compare texts as a whole. */
export const COMPARED = 1024;
/** By transforms, which look at each. */
export const READ = 32;

/** All that an evaluation may do. */
export function fullBudget(): Budget {
  return { left: MAX_STEPS };
}

/** Takes steps from the budget. @throws ExpressionFault when there are too few left */
export function spend(budget: Budget, steps: number): void {
  budget.left -= steps;
  if (budget.left < 0) throw new ExpressionFault(`it takes more than ${MAX_STEPS} steps`);
}

/**
 * Takes what it costs to go through a value, before anybody does: everything in it counts.
 * @throws ExpressionFault when it is too much
 */
export function spendOn(budget: Budget, value: Operand, pace: Pace): void {
  if (typeof value === 'string') spend(budget, value.length / pace);
  if (typeof value !== 'object' || value === null) return;
  const members: readonly Operand[] = Array.isArray(value) ? value : Object.values(value);
  spend(budget, members.length / MEMBERS_A_STEP);
  for (const member of members) spendOn(budget, member, pace);
}
