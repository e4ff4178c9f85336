import { AT_LEAST_ZERO, dateTime, measured } from './attribute-schemas.ts';
import { type ModelSchema, modelSchema, OBSERVED_BY } from './model-schema.ts';

const metres = measured('MTR', AT_LEAST_ZERO);

/** Smart Data Models WaterObserved (dataModel.Environment 0.0.4): the level and the flow of water. */
export const waterObserved: ModelSchema = modelSchema('WaterObserved', ['location', 'dateObserved'], {
  ...OBSERVED_BY,
  dateObserved: dateTime,
  dateObservedFrom: dateTime,
  dateObservedTo: dateTime,
  waterLevel: metres,
  height: metres,
  flow: measured('MQH', AT_LEAST_ZERO),
  waterDischarge: measured('MTQ', AT_LEAST_ZERO),
  swellHeight: metres,
  swellPeriod: measured('SEC', AT_LEAST_ZERO),
  swellDirection: measured('DD', { minimum: 0, maximum: 360 }),
  waveLength: metres,
  measuredArea: measured('MTK', AT_LEAST_ZERO),
  objectArea: measured('MTK', AT_LEAST_ZERO),
  objectHeightAverage: metres,
  objectHeightMax: metres,
  objectVolume: measured('MTQ', AT_LEAST_ZERO),
});
