import { formatDateTime } from '../date-time.ts';
import type { NormalizedAttribute } from './attribute.ts';
import { attributeSchema, type SmartDataModel } from './smart-data-models.ts';

/** When something was observed, and over which time. */
export interface ObservationTime {
  /** Microseconds since 1970: the end. */
  readonly observedAt: number;
  /** Seconds, if the device or its settings say over which time it was measured. */
  readonly interval?: number;
}

const MICROS_PER_SECOND = 1e6;

/**
 * The Attributes in which a model tells the time of an observation: `dateObserved` where it is required; `dateObservedTo`
 * and `dateObservedFrom` where they are required, or known. Without an interval both are the moment itself.
 */
export function* observationTimes(
  model: SmartDataModel | undefined,
  { observedAt, interval }: ObservationTime,
): Iterable<[string, NormalizedAttribute]> {
  const required = model?.schema.required ?? [];
  if (required.includes('dateObserved')) yield ['dateObserved', time(observedAt)];
  const hasEnds = attributeSchema(model, 'dateObservedFrom') !== undefined;
  if (!hasEnds || (interval === undefined && !required.includes('dateObservedFrom'))) return;
  yield ['dateObservedFrom', time(observedAt - (interval ?? 0) * MICROS_PER_SECOND)];
  yield ['dateObservedTo', time(observedAt)];
}

/** Plain text, as the models' schemas want it: a typed value would not validate against them. */
function time(micros: number): NormalizedAttribute {
  return { type: 'Property', value: formatDateTime(micros) };
}
