import type { Json } from '../../measurement.ts';

/** From the delivered value to ours, rounded to what sensors can tell; undefined when it is no value at all. */
type Convert = (value: Json) => Json | undefined;

/** The Attribute of an Entity type that holds a quantity. */
export interface Target {
  readonly attribute: string;
  /** UN/CEFACT code of the converted value; absent where there is no unit. */
  readonly unitCode?: string;
  readonly convert: Convert;
}

/** What sensors of a quantity can tell at all, in the delivered unit: beyond it is a fault, never a value. */
export interface PlausibleRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** A quantity that decoders deliver, and the Attributes that it becomes. */
export interface Quantity {
  /** The unit, or the nature, of what decoders deliver. */
  readonly delivered: string;
  /** A number in a unit, true or false, or something else. */
  readonly nature: 'number' | 'flag' | 'other';
  readonly ngsiLdKind: 'Property' | 'GeoProperty';
  /** UN/CEFACT code of the converted value in types that are no Smart Data Model; absent where there is no unit. */
  readonly unitCode?: string;
  /** From the delivered unit to that one. */
  readonly convert: Convert;
  /** Absent for what is no number, and for readings that may be anything. */
  readonly range?: PlausibleRange;
  /** Entity type → the Attribute that holds the quantity there. Types that are not named have no room for it. */
  readonly targets: { readonly [entityType: string]: Target };
}

/** Quantities by name. */
export interface Quantities {
  readonly [name: string]: Quantity;
}

/** How a delivered number becomes the one that is written. */
export interface Scale {
  readonly unitCode?: string;
  /** What the delivered number is multiplied with. */
  readonly factor?: number;
  /** Digits that are kept behind the point. */
  readonly digits?: number;
  /** Between which written values are cropped: where a sensor's formula overshoots what there can be. */
  readonly crop?: PlausibleRange;
}

/** An Attribute by name in the scale of the quantity, or one in a scale, or with a conversion, of its own. */
type TargetSpec =
  | string
  | (Scale & { readonly attribute: string; readonly adapt?: (value: number) => number });
interface TargetSpecs {
  readonly [entityType: string]: TargetSpec;
}

/** Half away from zero at `digits` behind the point; never minus zero. */
export function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale + 0;
}

/** A range, ends included, in the delivered unit. */
export const between = (minimum: number, maximum: number): PlausibleRange => ({ minimum, maximum });

/** A number: what is delivered, how it is scaled, what is plausible, and where it goes. */
export function quantity(
  delivered: string,
  { range, ...scale }: Scale & { readonly range?: PlausibleRange } = {},
  targets: TargetSpecs = {},
): Quantity {
  const entries = Object.entries(targets).map(([type, spec]) => [type, toTarget(spec, scale)] as const);
  return {
    delivered,
    nature: 'number',
    ngsiLdKind: 'Property',
    ...unitOf(scale),
    convert: scaling(scale),
    ...(range === undefined ? {} : { range }),
    targets: Object.fromEntries(entries),
  };
}

/** What is true or false; `delivered` says what each means. */
export function state(delivered: string): Quantity {
  return { ...anything(delivered), nature: 'flag' };
}

/** What is no number and no state: a word, a list. It is written as it comes. */
export function anything(delivered: string): Quantity {
  return {
    delivered,
    nature: 'other',
    ngsiLdKind: 'Property',
    convert: (value) => (value === null ? undefined : value),
    targets: {},
  };
}

/** The same Attribute in several types. */
export function inTypes(attribute: TargetSpec, ...types: readonly string[]): TargetSpecs {
  return Object.fromEntries(types.map((type) => [type, attribute]));
}

function toTarget(spec: TargetSpec, scale: Scale): Target {
  if (typeof spec === 'string') return { attribute: spec, ...unitOf(scale), convert: scaling(scale) };
  const { attribute, adapt, ...own } = spec;
  const convert = scaling(own);
  if (adapt === undefined) return { attribute, ...unitOf(own), convert };
  const adapted: Convert = (value) => convert(typeof value === 'number' ? adapt(value) : value);
  return { attribute, ...unitOf(own), convert: adapted };
}

function unitOf({ unitCode }: Scale): { readonly unitCode?: string } {
  return unitCode === undefined ? {} : { unitCode };
}

function scaling({ factor = 1, digits = 3, crop }: Scale): Convert {
  return (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
    const written = round(value * factor, digits);
    return crop === undefined ? written : Math.min(crop.maximum, Math.max(crop.minimum, written));
  };
}
