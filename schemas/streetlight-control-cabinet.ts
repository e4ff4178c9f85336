import {
  AT_LEAST_ZERO,
  type AttributeSchema,
  dateTime,
  measured,
  number,
  oneOf,
  references,
  text,
  texts,
  ZERO_TO_ONE,
} from './attribute-schemas.ts';
import { type ModelSchema, modelSchema, PHYSICAL_OBJECT } from './model-schema.ts';

const PHASES = ['R', 'S', 'T'];
const MINUS_ONE_TO_ONE = { minimum: -1, maximum: 1 };

/** One Attribute for each phase. */
function phases(name: string, schema: AttributeSchema): { readonly [name: string]: AttributeSchema } {
  return Object.fromEntries(PHASES.map((phase) => [`${name}${phase}`, schema]));
}

const kilowatts = measured('KWT', AT_LEAST_ZERO);
const kilowattHours = measured('KWH', AT_LEAST_ZERO);
const kilovars = measured('KVR', AT_LEAST_ZERO);
const factor = measured('C62', MINUS_ONE_TO_ONE);
const distortion = measured('C62', ZERO_TO_ONE);

/**
 * Smart Data Models StreetlightControlCabinet (dataModel.Streetlighting 0.1.0): the cabinet that feeds groups of
 * lamps, and its meter. Its `features` are left out on purpose: the name is a term of the core @context.
 */
export const streetlightControlCabinet: ModelSchema = modelSchema(
  'StreetlightControlCabinet',
  ['location', 'refStreetlightGroup', 'workingMode'],
  {
    ...PHYSICAL_OBJECT,
    refDevice: references,
    refStreetlightGroup: references,
    workingMode: oneOf('automatic', 'manual', 'semiautomatic'),
    ...phases('activePower', kilowatts),
    ...phases('reactivePower', kilovars),
    ...phases('voltage', measured('VLT', AT_LEAST_ZERO)),
    ...phases('intensity', measured('AMP', AT_LEAST_ZERO)),
    ...phases('powerFactor', factor),
    ...phases('thdrVoltage', distortion),
    ...phases('thdrIntensity', distortion),
    totalActivePower: kilowatts,
    totalReactivePower: kilovars,
    maximumPowerAvailable: kilowatts,
    energyConsumed: kilowattHours,
    lastMeterReading: kilowattHours,
    reactiveEnergyConsumed: measured('K3', AT_LEAST_ZERO),
    cosPhi: factor,
    frequency: measured('HTZ', AT_LEAST_ZERO),
    energyCost: number(AT_LEAST_ZERO),
    meterReadingPeriod: number(AT_LEAST_ZERO),
    dateMeteringStarted: dateTime,
    dateLastProgramming: dateTime,
    dateServiceStarted: dateTime,
    nextActuationDeadline: dateTime,
    serialNumber: text,
    brandName: text,
    modelName: text,
    manufacturerName: text,
    responsible: text,
    compliantWith: texts,
    cupboardMadeOf: oneOf('concrete', 'metal', 'other', 'plastic'),
  },
);
