import type { Measurements } from '../devices/device-model.ts';
import { DERIVED } from './derived-attributes.ts';
import { findQuantity, targetOf } from './quantities.ts';
import { SMART_DATA_MODELS } from './smart-data-models.ts';

/** Whether Entities of the type have an Attribute for any of the measurements; what is no Smart Data Model takes all. */
export function hasRoomFor(entityType: string, measurements: Measurements): boolean {
  if (!SMART_DATA_MODELS.has(entityType)) return true;
  const names = Object.keys(measurements);
  return (
    names.some((name) => hasTarget(name, entityType)) ||
    (DERIVED.get(entityType) ?? []).some((derived) => derived.appliesTo(measurements))
  );
}

function hasTarget(name: string, entityType: string): boolean {
  const quantity = findQuantity(name);
  return quantity !== undefined && targetOf(name, quantity, entityType) !== undefined;
}
