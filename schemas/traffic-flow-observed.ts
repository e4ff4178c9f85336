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

// biome-ignore format: a list of words reads better in paragraphs
const vehicleType = oneOf(
  'agriculturalVehicle', 'bicycle', 'binTrolley', 'bus', 'car', 'caravan', 'carWithCaravan', 'carWithTrailer',
  'cleaningTrolley', 'constructionOrMaintenanceVehicle', 'lorry', 'minibus', 'moped', 'motorcycle',
  'motorcycleWithSideCar', 'motorscooter', 'sweepingMachine', 'tanker', 'trailer', 'tram', 'trolley', 'van',
);

/** Smart Data Models TrafficFlowObserved (dataModel.Transportation 0.0.1): how many vehicles passed, and how fast. */
export const trafficFlowObserved: ModelSchema = modelSchema('TrafficFlowObserved', ['dateObserved'], {
  refRoadSegment: reference,
  dateObserved: text,
  dateObservedFrom: dateTime,
  dateObservedTo: dateTime,
  intensity: measured('C62', AT_LEAST_ZERO),
  // The share of the time in which a vehicle was there.
  occupancy: number(ZERO_TO_ONE),
  averageVehicleSpeed: measured('KMH', AT_LEAST_ZERO),
  averageVehicleLength: measured('MTR', AT_LEAST_ZERO),
  averageGapDistance: measured('MTR', AT_LEAST_ZERO),
  averageHeadwayTime: measured('SEC', AT_LEAST_ZERO),
  congested: flag,
  laneId: integer({ minimum: 1 }),
  laneDirection: oneOf('forward', 'backward'),
  reversedLane: flag,
  vehicleType,
  vehicleSubType: text,
});
