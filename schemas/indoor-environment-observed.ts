import { AT_LEAST_ZERO, measured, number, oneOf, reference, text, ZERO_TO_ONE } from './attribute-schemas.ts';
import { type ModelSchema, modelSchema, OBSERVED_BY } from './model-schema.ts';

/** Smart Data Models IndoorEnvironmentObserved (dataModel.Environment 0.0.1): air, light and people in a room. */
export const indoorEnvironmentObserved: ModelSchema = modelSchema(
  'IndoorEnvironmentObserved',
  ['dateObserved', 'location'],
  {
    ...OBSERVED_BY,
    dateObserved: text,
    // The model demands 0 or more, though rooms without heating freeze.
    temperature: measured('CEL'),
    relativeHumidity: measured('C62', ZERO_TO_ONE),
    atmosphericPressure: measured('A97', AT_LEAST_ZERO),
    illuminance: measured('LUX', AT_LEAST_ZERO),
    // The model says "nominally mg/l": sensors tell parts per million, and so does the unit.
    co2: measured('59', AT_LEAST_ZERO),
    peopleCount: measured('C62', AT_LEAST_ZERO),
    sensorHeight: number(AT_LEAST_ZERO),
    sensorPlacement: oneOf(
      'ceiling',
      'center',
      'eastWall',
      'floor',
      'northWall',
      'roof',
      'southWall',
      'westWall',
    ),
    refPointOfInterest: reference,
  },
);
