import {
  AT_LEAST_ZERO,
  type AttributeSchema,
  measured,
  number,
  reference,
  text,
} from './attribute-schemas.ts';
import { type ModelSchema, modelSchema } from './model-schema.ts';

/** What is told in milligrams a litre. Names with a hyphen are left out: no query can name them. */
const DISSOLVED = [
  ...['O2', 'bod', 'cod', 'tss', 'tds', 'NH3', 'NH4', 'NO2', 'NO3', 'PO4', 'TKN', 'alkalinity', 'fluoride'],
  ...['sulphate', 'sulphite', 'THC', 'TO', 'Al', 'As', 'B', 'Ba', 'Cd', 'Cr', 'Cu', 'Fe', 'Hg', 'Ni', 'Pb'],
  ...['Se', 'Sn', 'Zn'],
];
const milligrams = measured('M1', AT_LEAST_ZERO);
const dissolved: { readonly [substance: string]: AttributeSchema } = Object.fromEntries(
  DISSOLVED.map((substance) => [substance, milligrams]),
);
const bacteria = number(AT_LEAST_ZERO);

/** Smart Data Models WaterQualityObserved (dataModel.WaterQuality 0.0.6): what water holds at a place and time. */
export const waterQualityObserved: ModelSchema = modelSchema(
  'WaterQualityObserved',
  ['dateObserved', 'location'],
  {
    ...dissolved,
    dateObserved: text,
    temperature: measured('CEL'),
    pH: measured('Q30', { minimum: 0, maximum: 14 }),
    // The model does not say the units of these: they are those that probes tell.
    conductivity: measured('G42', AT_LEAST_ZERO),
    conductance: measured('G42', AT_LEAST_ZERO),
    turbidity: measured('NTU', AT_LEAST_ZERO),
    salinity: number(AT_LEAST_ZERO),
    Chla: number(AT_LEAST_ZERO),
    PE: number(AT_LEAST_ZERO),
    PC: number(AT_LEAST_ZERO),
    // The model demands 0 or more, though water without oxygen has less.
    orp: measured('2Z'),
    flow: measured('MQH'),
    // In 100 millilitres.
    escherichiaColi: bacteria,
    enterococci: bacteria,
    concentration: measured('M1'),
    componentAnalyzed: text,
    componentName: text,
    measurand: { ngsiLdKind: 'Property', type: 'array', items: { type: 'string' }, minItems: 1 },
    refPointOfInterest: reference,
  },
);
