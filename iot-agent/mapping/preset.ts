import type { Json } from '../measurement.ts';
import type { ActiveAttribute } from '../registry/device.ts';
import type { Fault } from './attribute.ts';
import { type AttributeForm, configuredAttribute } from './configured-attribute.ts';
import { convertQuantity } from './convert-quantity.ts';
import { addAttribute, type EntityDraft } from './entity-draft.ts';
import { findQuantity, rangeFault, targetOf } from './quantities.ts';

type PresetForm = Pick<ActiveAttribute, 'quantity' | 'unit'> & AttributeForm;

/**
 * Adds an attribute that has a quantity: value, unit, range and target Attribute come from the quantity table, as for a device model;
 * one that has another name than its quantity goes under that.
 * @param onQuantity told the value in the unit of the table.
 * @returns what is wrong with it.
 */
export function addPreset(
  draft: EntityDraft,
  form: PresetForm,
  value: Json,
  onQuantity?: (quantity: string, value: Json) => void,
): Fault | undefined {
  const { name, quantity = name, unit } = form;
  const converted = convertQuantity(quantity, value, unit);
  if (converted.kind === 'fault') return { attribute: name, rule: converted.rule };
  onQuantity?.(quantity, converted.value);
  if (name !== quantity) return addRenamed(draft, form, quantity, converted.value);
  draft.measurements[quantity] = converted.value;
  return undefined;
}

function addRenamed(
  draft: EntityDraft,
  { name, metadata }: PresetForm,
  quantityName: string,
  measured: Json,
): Fault | undefined {
  const quantity = findQuantity(quantityName);
  if (quantity === undefined) return undefined;
  const rule = rangeFault(quantity, measured);
  if (rule !== undefined) return { attribute: name, rule };
  const { convert, unitCode } = targetOf(quantityName, quantity, draft.type) ?? quantity;
  const unit = unitCode === undefined ? {} : { unitCode: { value: unitCode } };
  const form = { name, type: quantity.ngsiLdKind, metadata: { ...metadata, ...unit } };
  const result = configuredAttribute(form, convert(measured) ?? measured);
  if (result.kind === 'fault') return result.fault;
  addAttribute(draft, result.name, result.attribute);
  return undefined;
}
