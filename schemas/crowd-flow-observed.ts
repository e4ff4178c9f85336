import {
  AT_LEAST_ZERO,
  dateTime,
  flag,
  integer,
  measured,
  number,
  oneOf,
  reference,
  text,
  ZERO_TO_ONE,
} from './attribute-schemas.ts';
import { type ModelSchema, modelSchema } from './model-schema.ts';

const people = { ...integer(AT_LEAST_ZERO), unitCode: 'C62' };

/** Smart Data Models CrowdFlowObserved (dataModel.Transportation 0.0.3): how many people passed, and how fast. */
export const crowdFlowObserved: ModelSchema = modelSchema('CrowdFlowObserved', ['dateObserved'], {
  refRoadSegment: reference,
  dateObserved: text,
  dateObservedFrom: dateTime,
  dateObservedTo: dateTime,
  peopleCount: people,
  peopleCountTowards: people,
  peopleCountAway: people,
  // The share of the time in which somebody was there.
  occupancy: number(ZERO_TO_ONE),
  averageCrowdSpeed: measured('KMH', AT_LEAST_ZERO),
  averageHeadwayTime: measured('SEC', AT_LEAST_ZERO),
  congested: flag,
  direction: oneOf('inbound', 'outbound'),
});
