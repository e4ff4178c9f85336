import type { Metrics } from '../../../runtime/metrics.ts';
import { formatDuration, parseDuration } from '../../domain/duration.ts';
import type { KeptFor } from '../../domain/retention/history-policy.ts';
import type { Notifications } from '../../notifications/start.ts';
import { systemTimers } from '../../notifications/timers.ts';
import { HistoryKeeper, type HistoryKeeperParts } from './history-keeper.ts';

export interface RetentionParts extends Pick<HistoryKeeperParts, 'store' | 'now' | 'log'> {
  /** Milliseconds; absent for ever. */
  readonly keptFor: number | undefined;
  readonly owns: Notifications['owns'];
  readonly metrics: Metrics;
}

/** Starts to keep histories within their policies, and tells metrics what becomes of them. */
export function startRetention({ keptFor, owns, metrics, ...rest }: RetentionParts): HistoryKeeper {
  const left = metrics.counter({
    name: 'carillon_history_instances_left_total',
    help: 'Instances that left the history by age: rolled_up, dropped.',
    labels: ['outcome'],
  });
  const keeper = new HistoryKeeper({
    ...rest,
    fallback: fallbackOf(keptFor),
    timers: systemTimers,
    isOwner: () => owns('', 'history-retention'),
    onStep: ({ rolledUp, dropped }) => {
      left.inc({ outcome: 'rolled_up' }, rolledUp);
      left.inc({ outcome: 'dropped' }, dropped);
    },
  });
  metrics.gauge({
    name: 'carillon_history_retention_lag_seconds',
    help: 'Seconds since everything was last known to be within its history policies; 0 where another process sees to it.',
    collect: () => keeper.lag(),
  });
  keeper.start();
  return keeper;
}

/** Longer than durations may be is for ever. */
function fallbackOf(keptFor: number | undefined): KeptFor {
  const keepRaw = formatDuration((keptFor ?? 0) * 1000);
  return keptFor === undefined || parseDuration(keepRaw) === undefined ? {} : { keepRaw };
}
