import type { Json } from '../measurement.ts';
import { microgramsOfPpb } from './quantities/gases.ts';
import type { Quantity } from './quantities/quantity.ts';
import { findQuantity } from './quantities.ts';
import { findUnits, unitConversion } from './units.ts';

/** A delivered value in the unit of the quantity table, as a decoder would deliver it; or what is wrong with it, in plain words. */
export type ConvertedQuantity =
  | { readonly kind: 'measurement'; readonly value: Json }
  | { readonly kind: 'fault'; readonly rule: string };

type Conversion = (value: number) => number;

/**
 * What a device delivers of a quantity, in the unit in which the quantity table wants it.
 * @param unit what it delivers: a UN/CEFACT code or a usual sign (`FAH`, `°F`); that of the table when it is left out.
 */
export function convertQuantity(name: string, value: Json, unit?: string): ConvertedQuantity {
  const quantity = findQuantity(name);
  const rule = presetFault(name, unit);
  if (quantity === undefined || rule !== undefined) return fault(rule ?? `${name} is no quantity`);
  if (quantity.nature === 'other') return { kind: 'measurement', value };
  if (quantity.nature === 'flag') {
    const flag = toFlag(value);
    return flag === undefined ? fault('must be true or false') : { kind: 'measurement', value: flag };
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return fault('must be a number');
  return { kind: 'measurement', value: conversionOf(name, quantity, unit)?.(number) ?? number };
}

/** Why a device cannot deliver a quantity in a unit; undefined when it can. For the check at registration. */
export function presetFault(name: string, unit?: string): string | undefined {
  const quantity = findQuantity(name);
  if (quantity === undefined) return `${name} is no quantity: GET /iot/presets lists them`;
  if (unit === undefined || unit === quantity.delivered) return undefined;
  if (quantity.nature !== 'number') return `${name} has no unit (${quantity.delivered}): leave the unit out`;
  if (findUnits(unit).length === 0)
    return `${unit} is no unit: use a UN/CEFACT code or a usual sign, such as ${quantity.unitCode ?? quantity.delivered}`;
  if (conversionOf(name, quantity, unit) !== undefined) return undefined;
  return `${name} cannot be converted from ${unit} to ${quantity.delivered}: there is no conversion between them`;
}

function conversionOf(name: string, { delivered }: Quantity, unit = delivered): Conversion | undefined {
  if (unit === delivered) return (value) => value;
  return unitConversion(unit, delivered) ?? gasConversion(name, unit, delivered);
}

/** By the molar mass: a gas comes as a mass in a volume and is wanted as a share of the air, or the other way round. */
function gasConversion(name: string, unit: string, delivered: string): Conversion | undefined {
  const micrograms = microgramsOfPpb(name);
  if (micrograms === undefined) return undefined;
  const toMicrograms = unitConversion(unit, 'GQ');
  const fromPpb = unitConversion('ppb', delivered);
  if (toMicrograms === undefined || fromPpb === undefined) return undefined;
  return (value) => fromPpb(toMicrograms(value) / micrograms);
}

const FLAGS: ReadonlyMap<Json, boolean> = new Map<Json, boolean>([
  [true, true],
  [1, true],
  ['1', true],
  ['true', true],
  ['on', true],
  [false, false],
  [0, false],
  ['0', false],
  ['false', false],
  ['off', false],
]);

function toFlag(value: Json): boolean | undefined {
  return FLAGS.get(typeof value === 'string' ? value.trim().toLowerCase() : value);
}

function fault(rule: string): ConvertedQuantity {
  return { kind: 'fault', rule };
}
