import { setInterval } from 'node:timers';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import type { Command } from './command.ts';
import type { CommandStore } from './command-store.ts';

/** What ending what is too late asks. */
export interface ExpireParts {
  readonly store: Pick<CommandStore, 'leads' | 'expired' | 'advance' | 'prune'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when commands have changed. */
  readonly changed: (commands: readonly Command[]) => void;
  /** Microseconds for which a command is kept after its last change. */
  readonly keep: number;
}

/** Commands that are ended in one transaction. */
const mostAtOnce = 500;
const tickMs = 500;

/** Starts to end commands whose time is over, and to remove old ones; returns what stops that. */
export function startExpiring(parts: ExpireParts): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    expireCommands(parts)
      .catch((error: unknown) => {
        const level = error instanceof RegistryAway ? 'debug' : 'error';
        parts.log[level]({ err: error }, 'ending late commands failed');
      })
      .finally(() => {
        isBusy = false;
      });
  }, tickMs);
  return () => clearInterval(timer);
}

/** Ends what is too late now, and removes what is old. */
async function expireCommands({ store, clock, changed, keep }: ExpireParts): Promise<void> {
  if (!(await store.leads())) return;
  const now = clock.now();
  const ended = await Promise.all(
    (await store.expired(now, mostAtOnce)).map(({ id, state }) => {
      const info = state === 'SENT' ? 'not acknowledged in time' : 'not sent in time';
      return store.advance(id, { state: 'EXPIRED', info }, now);
    }),
  );
  changed(ended.flatMap((command) => command ?? []));
  await store.prune(now - keep);
}
