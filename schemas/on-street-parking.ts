import {
  AT_LEAST_ZERO,
  type AttributeSchema,
  dateTime,
  flag,
  integer,
  listOf,
  measured,
  number,
  oneOf,
  references,
  structure,
  text,
  texts,
} from './attribute-schemas.ts';
import { type ModelSchema, modelSchema } from './model-schema.ts';
import { DETECTION_TYPES, PARKING_MODES, PAYMENT_METHODS } from './parking-words.ts';

// biome-ignore format: a list of words reads better in paragraphs
const category = listOf(
  'barrierAccess', 'blueZone', 'feeCharged', 'forDisabled', 'forElectricalCharging', 'forLoadUnload', 'forResidents',
  'free', 'greenZone', 'mediumTerm', 'onlyWithPermit', 'public', 'shortTerm', 'taxiStop', 'underground',
);

// biome-ignore format: a list of words reads better in paragraphs
const allowedVehicleType = listOf(
  'agriculturalVehicle', 'anyVehicle', 'articulatedVehicle', 'bicycle', 'bus', 'car', 'caravan', 'carOrLightVehicle',
  'carWithCaravan', 'carWithTrailer', 'constructionOrMaintenanceVehicle', 'fourWheelDrive', 'highSidedVehicle',
  'lorry', 'moped', 'motorcycle', 'motorcycleWithSideCar', 'motorscooter', 'other', 'tanker', 'threeWheeledVehicle',
  'trailer', 'tram', 'twoWheeledVehicle', 'van', 'vehicleWithCaravan', 'vehicleWithCatalyticConverter',
  'vehicleWithTrailer', 'vehicleWithoutCatalyticConverter', 'withEvenNumberedRegistrationPlates',
  'withOddNumberedRegistrationPlates',
);

// biome-ignore format: a list of words reads better in paragraphs
const chargeType = listOf(
  'additionalIntervalPrice', 'annualPayment', 'firstIntervalPrice', 'flat', 'free', 'maximum', 'minimum',
  'monthlyPayment', 'other', 'seasonTicket', 'temporaryFee', 'temporaryPrice', 'unknown',
);

// biome-ignore format: a list of words reads better in paragraphs
const usageScenario = oneOf(
  'carSharing', 'dropOff', 'kissAndRide', 'liftShare', 'loadingBay', 'other', 'overnightParking', 'parkAndCycle',
  'parkAndRide', 'parkAndWalk', 'vehicleLift',
);

const spots: AttributeSchema = { ...integer(AT_LEAST_ZERO), unitCode: 'C62' };

/** Smart Data Models OnStreetParking (dataModel.Parking 0.1.4): a stretch of road with spots, and how many are free. */
export const onStreetParking: ModelSchema = modelSchema('OnStreetParking', ['location'], {
  availableSpotNumber: spots,
  occupiedSpotNumber: measured('C62', AT_LEAST_ZERO),
  extraSpotNumber: spots,
  totalSpotNumber: spots,
  outOfServiceSlotNumber: number(),
  occupancyModified: dateTime,
  occupancyDetectionType: listOf(...DETECTION_TYPES),
  observationDateTime: dateTime,
  fourWheelerSlots: structure,
  twoWheelerSlots: structure,
  unclassifiedSlots: structure,
  category,
  allowedVehicleType,
  chargeType,
  requiredPermit: texts,
  permitActiveHours: structure,
  acceptedPaymentMethod: oneOf(...PAYMENT_METHODS),
  layout: texts,
  usageScenario,
  parkingMode: oneOf(...PARKING_MODES),
  areBordersMarked: flag,
  maximumParkingDuration: text,
  averageSpotWidth: measured('MTR', AT_LEAST_ZERO),
  averageSpotLength: measured('MTR', AT_LEAST_ZERO),
  municipalityInfo: structure,
  parkingSiteId: text,
  refParkingSpot: references,
  refParkingGroup: references,
});
