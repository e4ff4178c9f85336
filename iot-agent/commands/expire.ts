import { setInterval } from 'node:timers';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Command } from './command.ts';
import type { CommandOwner, CommandStore } from './command-store.ts';

/** What ending what is too late asks. */
export interface ExpireParts {
  readonly store: CommandStore;
  readonly group: Pick<GroupCommit, 'run'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when commands have changed. */
  readonly changed: (commands: readonly Command[]) => void;
  /** Has what is left in the network server's queue of the device sent anew, in a transaction of the caller. */
  readonly emptyQueue: (owner: CommandOwner, now: number) => void;
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
      .catch((error: unknown) => parts.log.error({ err: error }, 'ending late commands failed'))
      .finally(() => {
        isBusy = false;
      });
  }, tickMs);
  return () => clearInterval(timer);
}

/** Ends what is too late now, and removes what is old. */
async function expireCommands(parts: ExpireParts): Promise<void> {
  const { store, group, clock, changed, emptyQueue, keep } = parts;
  const now = clock.now();
  if ((store.nextExpiry() ?? Number.POSITIVE_INFINITY) <= now) {
    const ended = await group.run(() =>
      store.expired(now, mostAtOnce).flatMap((command) => {
        const info = command.state === 'SENT' ? 'not acknowledged in time' : 'not sent in time';
        const advanced = store.advance(command, { state: 'EXPIRED', info }, now);
        if (command.state === 'QUEUED') emptyQueue(command, now);
        return advanced ?? [];
      }),
    );
    changed(ended);
  }
  if (store.hasOlder(now - keep)) await group.run(() => store.prune(now - keep));
}
