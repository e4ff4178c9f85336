import {
  AT_LEAST_ZERO,
  type AttributeSchema,
  dateTime,
  integer,
  listOf,
  measured,
  number,
  reference,
  structure,
  text,
  texts,
  ZERO_TO_ONE,
} from './attribute-schemas.ts';
import { type ModelSchema, modelSchema } from './model-schema.ts';
import { DETECTION_TYPES, PARKING_MODES, PAYMENT_METHODS } from './parking-words.ts';

// biome-ignore format: a list of words reads better in paragraphs
const category = listOf(
  'barrierAccess', 'feeCharged', 'forCustomers', 'forDisabled', 'forElectricalCharging', 'forEmployees', 'forMembers',
  'forResidents', 'forStudents', 'forVisitors', 'free', 'freeAccess', 'gateAccess', 'ground', 'guarded', 'longTerm',
  'mediumTerm', 'onlyResidents', 'onlyWithPermit', 'other', 'parkingGarage', 'parkingLot', 'private', 'public',
  'publicPrivate', 'shortTerm', 'staffed', 'underground', 'urbanDeterrentParking',
);

// biome-ignore format: a list of words reads better in paragraphs
const allowedVehicleType = listOf(
  'agriculturalVehicle', 'anyVehicle', 'bicycle', 'bus', 'car', 'caravan', 'carWithCaravan', 'carWithTrailer',
  'constructionOrMaintenanceVehicle', 'lorry', 'moped', 'motorcycle', 'motorcycleWithSideCar', 'motorscooter',
  'tanker', 'trailer', 'van',
);

// biome-ignore format: a list of words reads better in paragraphs
const chargeType = listOf(
  'additionalIntervalPrice', 'annualPayment', 'firstIntervalPrice', 'flat', 'free', 'maximum', 'minimum',
  'monthlyPayment', 'other', 'seasonTicket', 'temporaryPrice',
);

// biome-ignore format: a list of words reads better in paragraphs
const requiredPermit = listOf(
  'employeePermit', 'fairPermit', 'governmentPermit', 'noPermitNeeded', 'residentPermit',
  'specificIdentifiedVehiclePermit', 'studentPermit', 'visitorPermit',
);

// biome-ignore format: a list of words reads better in paragraphs
const layout = listOf(
  'automatedParkingGarage', 'carports', 'covered', 'field', 'garageBoxes', 'multiLevel', 'multiStorey', 'nested',
  'openSpace', 'other', 'rooftop', 'sheds', 'singleLevel', 'surface',
);

// biome-ignore format: a list of words reads better in paragraphs
const usageScenario = listOf(
  'automaticParkingGuidance', 'carSharing', 'dropOff', 'dropOffMechanical', 'dropOffWithValet', 'eventParking',
  'kissAndRide', 'liftShare', 'loadingBay', 'other', 'overnightParking', 'parkAndCycle', 'parkAndRide', 'parkAndWalk',
  'restArea', 'serviceArea', 'staffGuidesToSpace', 'truckParking', 'vehicleLift',
);

// biome-ignore format: a list of words reads better in paragraphs
const facilities = listOf(
  'bikeParking', 'cashMachine', 'copyMachineOrService', 'defibrillator', 'dumpingStation', 'electricChargingStation',
  'elevator', 'faxMachineOrService', 'fireExtinguisher', 'fireHose', 'fireHydrant', 'firstAidEquipment', 'freshWater',
  'iceFreeScaffold', 'informationPoint', 'internetWireless', 'luggageLocker', 'payDesk', 'paymentMachine',
  'playground', 'publicPhone', 'refuseBin', 'safeDeposit', 'shower', 'toilet', 'tollTerminal', 'vendingMachine',
  'wasteDisposal',
);

// biome-ignore format: a list of words reads better in paragraphs
const security = listOf(
  'areaSeparatedFromSurroundings', 'cctv', 'dog', 'externalSecurity', 'fences', 'floodLight', 'guard24hours',
  'lighting', 'patrolled', 'securityStaff',
);

// biome-ignore format: a list of words reads better in paragraphs
const specialLocation = listOf(
  'airportTerminal', 'cableCarStation', 'campground', 'cinema', 'coachStation', 'conventionCentre',
  'exhibitionCentre', 'ferryTerminal', 'hotel', 'market', 'other', 'publicTransportStation', 'religiousCentre',
  'shoppingCentre', 'skilift', 'specificFacility', 'themePark', 'trainStation', 'vehicleOnRailTerminal',
);

// biome-ignore format: a list of words reads better in paragraphs
const status = listOf(
  'almostFull', 'closed', 'closedAbnormal', 'full', 'fullAtEntrance', 'open', 'openingTimesInForce',
  'spacesAvailable',
);

// biome-ignore format: a list of words reads better in paragraphs
const reservationType = listOf(
  'mandatory', 'notAvailable', 'optional', 'partly',
);

const spots = (least = 0): AttributeSchema => ({ ...integer({ minimum: least }), unitCode: 'C62' });
const vehicles = measured('C62', AT_LEAST_ZERO);
const positiveMetres: AttributeSchema = { ...measured('MTR'), exclusiveMinimum: 0 };

/** Smart Data Models OffStreetParking (dataModel.Parking 0.1.3): a car park, and how many of its spots are free. */
export const offStreetParking: ModelSchema = modelSchema('OffStreetParking', ['location'], {
  status,
  availableSpotNumber: spots(),
  occupiedSpotNumber: spots(),
  extraSpotNumber: spots(),
  totalSpotNumber: spots(1),
  outOfServiceSlotNumber: number(),
  occupancy: measured('C62', ZERO_TO_ONE),
  occupancyModified: dateTime,
  occupancyDetectionType: listOf(...DETECTION_TYPES),
  vehicleEntranceCount: vehicles,
  vehicleExitCount: vehicles,
  accessModified: text,
  measuresPeriod: number(),
  measuresPeriodUnit: text,
  observationDateTime: dateTime,
  fourWheelerSlots: structure,
  twoWheelerSlots: structure,
  unclassifiedSlots: structure,
  category,
  extCategory: texts,
  allowedVehicleType,
  chargeType,
  requiredPermit,
  acceptedPaymentMethod: listOf(...PAYMENT_METHODS),
  priceRatePerMinute: number(),
  priceCurrency: text,
  layout,
  usageScenario,
  parkingMode: listOf(...PARKING_MODES),
  facilities,
  security,
  specialLocation,
  reservationType,
  highestFloor: integer(),
  lowestFloor: integer(),
  firstAvailableFloor: integer(),
  maximumParkingDuration: text,
  openingHours: text,
  averageSpotWidth: measured('MTR', AT_LEAST_ZERO),
  averageSpotLength: positiveMetres,
  maximumAllowedHeight: positiveMetres,
  maximumAllowedWidth: positiveMetres,
  images: { ngsiLdKind: 'Property', type: 'array', items: { type: 'string', format: 'uri' } },
  provider: structure,
  contactPoint: structure,
  aggregateRating: structure,
  municipalityInfo: structure,
  parkingSiteId: text,
  refParkingAccess: reference,
  refParkingGroup: reference,
  refParkingSpot: reference,
});
