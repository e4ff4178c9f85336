import { dateTime, measured, text } from './attribute-schemas.ts';
import { type ModelSchema, modelSchema } from './model-schema.ts';

const metres = measured('MTR');

/** Smart Data Models FloodMonitoring (dataModel.Environment 0.0.1): how high a river stands beside its alert levels. */
export const floodMonitoring: ModelSchema = modelSchema('FloodMonitoring', [], {
  // The level of the water above the bed: the reference level less the measured distance.
  currentLevel: metres,
  measuredDistance: metres,
  referenceLevel: metres,
  alertLevel: metres,
  dangerLevel: metres,
  floodLevelStatus: text,
  stationID: text,
  observationDateTime: dateTime,
});
