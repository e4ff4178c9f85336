import {
  AT_LEAST_ZERO,
  dateTime,
  listOf,
  measured,
  oneOf,
  reference,
  references,
} from './attribute-schemas.ts';
import { type ModelSchema, modelSchema, PHYSICAL_OBJECT } from './model-schema.ts';

/** Smart Data Models ParkingSpot (dataModel.Parking 0.1.0): a place for one vehicle, taken or free. */
export const parkingSpot: ModelSchema = modelSchema(
  'ParkingSpot',
  ['location', 'status', 'category', 'refParkingSite'],
  {
    ...PHYSICAL_OBJECT,
    refDevice: references,
    status: oneOf('closed', 'free', 'occupied', 'unknown'),
    category: listOf('offStreet', 'onStreet'),
    width: measured('MTR', AT_LEAST_ZERO),
    length: measured('MTR', AT_LEAST_ZERO),
    timeInstant: dateTime,
    refParkingGroup: reference,
    refParkingSite: reference,
  },
);
