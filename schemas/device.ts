import {
  dateTime,
  flag,
  listOf,
  measured,
  number,
  oneOf,
  reference,
  references,
  text,
} from './attribute-schemas.ts';
import { type ModelSchema, modelSchema } from './model-schema.ts';

const category = listOf(
  'actuator',
  'beacon',
  'endgun',
  'HVAC',
  'implement',
  'irrSection',
  'irrSystem',
  'meter',
  'multimedia',
  'network',
  'sensor',
);

// biome-ignore format: a list of words reads better in paragraphs
const controlledProperty = listOf(
  'airPollution', 'atmosphericPressure', 'averageVelocity', 'batteryLife', 'batterySupply', 'cdom', 'conductance',
  'conductivity', 'depth', 'eatingActivity', 'electricityConsumption', 'energy', 'fillingLevel', 'freeChlorine',
  'gasConsumption', 'gateOpening', 'heading', 'humidity', 'light', 'location', 'milking', 'motion',
  'movementActivity', 'noiseLevel', 'occupancy', 'orp', 'pH', 'power', 'precipitation', 'pressure',
  'refractiveIndex', 'salinity', 'smoke', 'soilMoisture', 'solarRadiation', 'speed', 'tds', 'temperature',
  'trafficFlow', 'tss', 'turbidity', 'uvLampIntensity', 'uvOrganicLoad', 'waterConsumption', 'waterFlow',
  'waterLevel', 'waterPollution', 'weatherConditions', 'weight', 'windDirection', 'windSpeed',
);

// biome-ignore format: a list of words reads better in paragraphs
const supportedProtocol = listOf(
  '3g', 'bluetooth', 'bluetooth LE', 'cat-m', 'coap', 'ec-gsm-iot', 'gprs', 'http', 'lora', 'lte-m', 'lwm2m',
  'mqtt', 'nb-iot', 'onem2m', 'sigfox', 'ul20', 'websocket',
);

/**
 * Smart Data Models Device (dataModel.Device 0.0.9): the apparatus that observes or acts.
 * Its `value` is left out on purpose: the name is a term of the NGSI-LD core @context.
 */
export const device: ModelSchema = modelSchema('Device', ['controlledProperty'], {
  controlledProperty,
  controlledAsset: references,
  category,
  deviceCategory: category,
  supportedProtocol,
  // The level is not known when it is -1.
  batteryLevel: {
    ngsiLdKind: 'Property',
    unitCode: 'C62',
    anyOf: [{ type: 'number', minimum: 0, maximum: 1 }, { const: -1 }],
  },
  rssi: measured('DBM'),
  deviceState: text,
  dateLastValueReported: dateTime,
  // Of no model: when a LoRaWAN device joined its network last.
  dateLastJoin: dateTime,
  dateInstalled: dateTime,
  dateFirstUsed: dateTime,
  dateManufactured: dateTime,
  dateLastCalibration: dateTime,
  dateObserved: dateTime,
  serialNumber: text,
  provider: text,
  firmwareVersion: text,
  hardwareVersion: text,
  softwareVersion: text,
  osVersion: text,
  macAddress: { ...text, pattern: '^(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$' },
  mcc: text,
  mnc: text,
  distance: number(),
  depth: number(),
  relativePosition: text,
  direction: oneOf('Inlet', 'Outlet', 'Entry', 'Exit'),
  dstAware: flag,
  refDeviceModel: reference,
});
