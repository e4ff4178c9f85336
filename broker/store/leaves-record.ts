import type { Decision } from './store.ts';

/** False for a change that nobody hears of: nothing of it `isHistory` and it notifies nobody, so the relay has no work. */
export function leavesRecord({ isHistory, notify = [] }: Decision<unknown>): boolean {
  return isHistory !== false || notify.length > 0;
}
