import { dateTime, flag, number, reference, text } from './attribute-schemas.ts';
import { type ModelSchema, modelSchema } from './model-schema.ts';

/** Smart Data Models DeviceMeasurement (dataModel.Device 0.1.0): one value that no other model has room for. */
export const deviceMeasurement: ModelSchema = modelSchema('DeviceMeasurement', [], {
  refDevice: reference,
  numValue: number(),
  textValue: text,
  // UN/CEFACT code.
  unit: text,
  controlledProperty: text,
  deviceType: text,
  measurementType: text,
  dateObserved: dateTime,
  outlier: flag,
});
