import { AT_LEAST_ZERO, dateTime, flag, listOf, measured, number, references } from './attribute-schemas.ts';
import { type ModelSchema, modelSchema } from './model-schema.ts';

/** Smart Data Models PhreaticObserved (dataModel.Environment 0.0.2): how deep the groundwater stands. */
export const phreaticObserved: ModelSchema = modelSchema(
  'PhreaticObserved',
  ['location', 'dateObserved', 'measurementType'],
  {
    refDevice: references,
    dateObserved: dateTime,
    dateObservedFrom: dateTime,
    dateObservedTo: dateTime,
    measurementType: listOf('depth', 'other', 'quality', 'volume'),
    waterTable: measured('MTR'),
    depth: measured('MTR'),
    investigationDepth: measured('MTR'),
    pressure: measured('BAR', AT_LEAST_ZERO),
    pollutionRate: measured('P1'),
    residueLevel: number(),
    isMobile: flag,
  },
);
