import { toHistory } from '../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../broker/store/store.ts';

/** An empty store in memory whose clock stands at 1, for tests that need no more of it. */
export function memoryStore(): Store {
  return openSqliteStore({
    path: ':memory:',
    now: () => 1,
    cellsOf: () => [],
    coreContextVersion: '1.9',
    historyOf: toHistory,
  });
}
