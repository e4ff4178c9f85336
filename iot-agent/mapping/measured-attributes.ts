import { formatDateTime } from '../date-time.ts';
import type { Measurements } from '../devices/device-model.ts';
import type { Json } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import type { Fault, NormalizedAttribute } from './attribute.ts';
import { DERIVED } from './derived-attributes.ts';
import { numericSetting } from './device-settings.ts';
import type { Quantity } from './quantities/quantity.ts';
import { findQuantity, rangeFault, targetOf } from './quantities.ts';

const INTERVAL = 'observationInterval';
/** Seconds: a month. */
const LONGEST_INTERVAL = 31 * 86_400;

/** What measurements become in Entities of a device's type. */
export interface Measured {
  readonly attributes: Map<string, NormalizedAttribute>;
  /** Seconds over which it was measured, if the device or its setting `observationInterval` says so. */
  readonly interval?: number;
  /** Settings without which an Attribute could not be derived. */
  readonly missingSettings: readonly string[];
}

/**
 * The Attributes of measurements: each quantity that the Entity type has room for, and what follows from them.
 * @param observedAt microseconds since 1970.
 * @returns the Attributes, or what is wrong with the first value that no sensor can tell.
 */
export function measuredAttributes(
  device: Device,
  measurements: Measurements,
  observedAt: number,
): Measured | Fault {
  const { entityType } = device;
  const time = formatDateTime(observedAt);
  const attributes = new Map<string, NormalizedAttribute>();
  for (const [name, delivered] of Object.entries(measurements)) {
    const quantity = findQuantity(name);
    const target = quantity && targetOf(name, quantity, entityType);
    const value = target?.convert(delivered);
    if (quantity === undefined || target === undefined || value === undefined) continue;
    const rule = rangeFault(quantity, delivered);
    const { attribute, unitCode } = target;
    const { ngsiLdKind: type } = quantity;
    if (rule !== undefined) return { attribute, rule, value: { type, value: delivered } };
    attributes.set(attribute, measured(type, value, unitCode, time));
  }
  return addDerived(attributes, device, measurements, time);
}

function addDerived(
  attributes: Map<string, NormalizedAttribute>,
  device: Device,
  measurements: Measurements,
  time: string,
): Measured | Fault {
  const missingSettings: string[] = [];
  for (const entry of DERIVED.get(device.entityType) ?? []) {
    if (attributes.has(entry.attribute) || !entry.appliesTo(measurements)) continue;
    const missing = entry.missingSettings(device);
    missingSettings.push(...missing);
    if (missing.length > 0) continue;
    const rule = inputFault(entry.uses, measurements);
    if (rule !== undefined) return { attribute: entry.attribute, rule };
    const value = entry.derive(measurements, device);
    if (value !== undefined)
      attributes.set(entry.attribute, measured('Property', value, entry.unitCode, time));
  }
  const interval = intervalOf(device, measurements);
  return {
    attributes,
    missingSettings: [...new Set(missingSettings)],
    ...(interval === undefined ? {} : { interval }),
  };
}

function intervalOf(device: Device, measurements: Measurements): number | undefined {
  const { observationInterval, noiseInterval = observationInterval } = measurements;
  const seconds = typeof noiseInterval === 'number' ? noiseInterval : numericSetting(device, INTERVAL);
  return seconds !== undefined && seconds >= 0 && seconds <= LONGEST_INTERVAL ? seconds : undefined;
}

function inputFault(uses: readonly string[], measurements: Measurements): string | undefined {
  for (const name of uses) {
    const quantity = findQuantity(name);
    const rule = quantity && rangeFault(quantity, measurements[name] ?? null);
    if (rule !== undefined) return `follows from ${name}, which ${rule}`;
  }
  return undefined;
}

function measured(
  type: Quantity['ngsiLdKind'],
  value: Json,
  unitCode: string | undefined,
  observedAt: string,
): NormalizedAttribute {
  return unitCode === undefined ? { type, value, observedAt } : { type, value, unitCode, observedAt };
}
