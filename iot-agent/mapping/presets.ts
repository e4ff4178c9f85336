import { DERIVED } from './derived-attributes.ts';
import { microgramsOfPpb } from './quantities/gases.ts';
import type { PlausibleRange, Quantity } from './quantities/quantity.ts';
import { QUANTITIES, targetOf } from './quantities.ts';
import { unitsOfDimension } from './units.ts';

/** An Attribute that a quantity becomes, and the UN/CEFACT code that it is written in. */
interface PresetAttribute {
  readonly attribute: string;
  readonly unitCode?: string;
}

/** A quantity as people pick it for an attribute of a device or group. */
export interface Preset {
  readonly quantity: string;
  /** What is taken when the attribute says no `unit`. */
  readonly delivered: string;
  /** What `unit` may say instead; empty where there is no unit. */
  readonly units: readonly string[];
  /** In the delivered unit; what is beyond is refused. */
  readonly range?: PlausibleRange;
  /** Entity type → what it becomes there. Types that are no Smart Data Model take it under its own name. */
  readonly attributes: { readonly [entityType: string]: PresetAttribute };
  /** Entity type → Attributes that follow from it there. */
  readonly derives: { readonly [entityType: string]: readonly string[] };
}

const PRESETS: readonly Preset[] = Object.entries(QUANTITIES).map(([name, quantity]) =>
  toPreset(name, quantity),
);

/** The presets, or those that Entities of a type have room for. */
export function listPresets(entityType?: string): readonly Preset[] {
  if (entityType === undefined) return PRESETS;
  return PRESETS.filter(
    ({ quantity, derives }) =>
      Object.hasOwn(derives, entityType) ||
      targetOf(quantity, QUANTITIES[quantity] as Quantity, entityType) !== undefined,
  );
}

function toPreset(name: string, quantity: Quantity): Preset {
  const { delivered, range, targets } = quantity;
  const attributes = Object.entries(targets).map(([type, { attribute, unitCode }]) => [
    type,
    { attribute, ...(unitCode === undefined ? {} : { unitCode }) },
  ]);
  return {
    quantity: name,
    delivered,
    units: unitsOf(name, quantity),
    ...(range === undefined ? {} : { range }),
    attributes: Object.fromEntries(attributes),
    derives: Object.fromEntries(derivesOf(name)),
  };
}

function unitsOf(name: string, { nature, delivered, unitCode }: Quantity): readonly string[] {
  if (nature !== 'number') return [];
  const masses = microgramsOfPpb(name) === undefined ? [] : unitsOfDimension('GQ');
  return [...unitsOfDimension(delivered, unitCode), ...masses].map(({ signs: [sign = ''] }) => sign);
}

function derivesOf(name: string): readonly (readonly [string, readonly string[]])[] {
  return [...DERIVED]
    .map(([type, entries]) => {
      const fed = entries.filter(({ uses }) => uses.includes(name)).map(({ attribute }) => attribute);
      return [type, fed] as const;
    })
    .filter(([, fed]) => fed.length > 0);
}
