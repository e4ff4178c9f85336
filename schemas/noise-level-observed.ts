import { dateTime, measured, oneOf, reference, text } from './attribute-schemas.ts';
import { type ModelSchema, modelSchema, OBSERVED_BY } from './model-schema.ts';

const decibels = measured('2N');

/** Smart Data Models NoiseLevelObserved (dataModel.Environment 0.2.1): how loud it was during an interval. */
export const noiseLevelObserved: ModelSchema = modelSchema(
  'NoiseLevelObserved',
  ['dateObservedFrom', 'dateObservedTo', 'location'],
  {
    ...OBSERVED_BY,
    dateObserved: text,
    dateObservedFrom: dateTime,
    dateObservedTo: dateTime,
    LAS: decibels,
    LAeq: decibels,
    LAeq_d: decibels,
    LAmax: decibels,
    sonometerClass: oneOf('0', '1', '2'),
    obstacles: text,
    heightAverage: text,
    distanceAverage: text,
    refPointOfInterest: reference,
    refWeatherObserved: reference,
  },
);
