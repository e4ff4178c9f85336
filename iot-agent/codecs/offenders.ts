import type { Clock } from '../../runtime/clock.ts';

/** Codecs that had to be stopped again and again rest for a while, so that they do not take the time of the others. */
export interface Offenders {
  /** Whether the codec of that revision rests. */
  rests(revision: string): boolean;
  /** After a run: whether it had to be stopped. */
  note(revision: string, wasStopped: boolean): void;
}

const mostInARow = 3;
/** Microseconds. */
const restFor = 60_000_000;
const mostRemembered = 1000;

/** Remembers who was stopped. */
export function offenders(clock: Clock): Offenders {
  const stops = new Map<string, { readonly inARow: number; readonly until: number }>();
  return {
    rests: (revision) => (stops.get(revision)?.until ?? 0) > clock.now(),
    note: (revision, wasStopped) => {
      if (!wasStopped) {
        stops.delete(revision);
        return;
      }
      const inARow = (stops.get(revision)?.inARow ?? 0) + 1;
      if (stops.size >= mostRemembered) stops.clear();
      stops.set(revision, { inARow, until: inARow < mostInARow ? 0 : clock.now() + restFor });
    },
  };
}
