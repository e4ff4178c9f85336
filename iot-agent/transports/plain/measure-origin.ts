/** Who sent measures, and when they arrived or were taken. */
export interface MeasureOrigin {
  readonly apikey: string;
  readonly deviceId: string;
  /** Microseconds since 1970, for measures without a time of their own. */
  readonly observedAt: number;
}

/** More measures in one message are no measures of a sensor. */
export const maxMeasures = 10_000;
