import type { MeasuredAt } from '../parse-time.ts';

/** Who sent measures, and when they arrived or were taken: the time of those without one of their own. */
export interface MeasureOrigin extends MeasuredAt {
  readonly apikey: string;
  readonly deviceId: string;
}

/** The time of measures without one of their own. */
export function timeOfOrigin({ observedAt, isLocal }: MeasureOrigin): MeasuredAt {
  return isLocal === undefined ? { observedAt } : { observedAt, isLocal };
}

/** More measures in one message are no measures of a sensor. */
export const maxMeasures = 10_000;
