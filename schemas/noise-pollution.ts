import { dateTime, measured, number, text } from './attribute-schemas.ts';
import { type ModelSchema, modelSchema } from './model-schema.ts';

/** Smart Data Models NoisePollution (dataModel.Environment 0.0.4): how much noise annoys at a place. */
export const noisePollution: ModelSchema = modelSchema('NoisePollution', [], {
  noiseAnnoyanceIndex: number({ minimum: 1, maximum: 10 }),
  noiseOrigin: text,
  buildingsType: text,
  groundType: text,
  wallsType: text,
  Lamax2: measured('2N'),
  Laeq2: measured('2N'),
  dateObservedFrom: dateTime,
  dateObservedTo: dateTime,
});
