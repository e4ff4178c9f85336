import type { Json } from '../measurement.ts';
import { AIR } from './quantities/air.ts';
import { DISTANCE } from './quantities/distance.ts';
import { GASES } from './quantities/gases.ts';
import { LIGHT } from './quantities/light.ts';
import { NOISE } from './quantities/noise.ts';
import { PLANTS } from './quantities/plants.ts';
import { POSITION } from './quantities/position.ts';
import { POWER } from './quantities/power.ts';
import { PRESENCE } from './quantities/presence.ts';
import { PROBES } from './quantities/probes.ts';
import type { Quantities, Quantity, Target } from './quantities/quantity.ts';
import { SOIL } from './quantities/soil.ts';
import { STATUS } from './quantities/status.ts';
import { WATER } from './quantities/water.ts';
import { WEATHER } from './quantities/weather.ts';
import { SMART_DATA_MODELS } from './smart-data-models.ts';

export { round } from './quantities/quantity.ts';

/**
 * One table of several.
 * @throws Error that names a quantity which two of them have: one name, one meaning.
 */
export function unite(...domains: readonly Quantities[]): Quantities {
  const united = new Map<string, Quantity>();
  for (const [name, quantity] of domains.flatMap((domain) => Object.entries(domain))) {
    if (united.has(name))
      throw new Error(`the quantity ${name} is in the table twice: one name, one meaning`);
    united.set(name, quantity);
  }
  return Object.fromEntries(united);
}

/** Every quantity that a decoder may deliver. */
export const QUANTITIES: Quantities = unite(
  AIR,
  GASES,
  NOISE,
  WEATHER,
  WATER,
  SOIL,
  PLANTS,
  DISTANCE,
  LIGHT,
  POWER,
  PRESENCE,
  POSITION,
  STATUS,
  PROBES,
);

const INDEXED = /^(.*\D)[1-9]\d?$/;
const indexed = new Map<string, Quantity>();

/**
 * The quantity of that name, if it is one. Of several probes of a kind each has a number at the end
 * (`soilTemperature2`): the same quantity, but no model has an Attribute for it.
 */
export function findQuantity(name: string): Quantity | undefined {
  if (Object.hasOwn(QUANTITIES, name)) return QUANTITIES[name];
  const known = indexed.get(name);
  if (known !== undefined) return known;
  const [, base = ''] = INDEXED.exec(name) ?? [];
  if (!Object.hasOwn(QUANTITIES, base)) return undefined;
  const quantity: Quantity = { ...(QUANTITIES[base] as Quantity), targets: {} };
  indexed.set(name, quantity);
  return quantity;
}

/**
 * Where a quantity goes in Entities of a type: the Attribute that the model has for it; its own name in types that are
 * no Smart Data Model; a location always under its name. Undefined when the model has no room for it.
 */
export function targetOf(name: string, quantity: Quantity, entityType: string): Target | undefined {
  const own = Object.hasOwn(quantity.targets, entityType) ? quantity.targets[entityType] : undefined;
  if (own !== undefined) return own;
  if (SMART_DATA_MODELS.has(entityType) && name !== 'location') return undefined;
  const { unitCode, convert } = quantity;
  return { attribute: name, convert, ...(unitCode === undefined ? {} : { unitCode }) };
}

/** Why a delivered value is beyond what sensors of the quantity can tell; undefined when it is not. */
export function rangeFault({ range, delivered }: Quantity, value: Json): string | undefined {
  if (range === undefined || typeof value !== 'number') return undefined;
  const { minimum, maximum } = range;
  if (value >= minimum && value <= maximum) return undefined;
  return `must be from ${minimum} to ${maximum} (${delivered}), and ${value} was measured: check the sensor and its decoder`;
}
