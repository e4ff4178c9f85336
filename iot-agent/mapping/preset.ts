import type { Json } from '../measurement.ts';
import type { ActiveAttribute } from '../registry/device.ts';
import type { Fault } from './attribute.ts';
import { type AttributeForm, configuredAttribute } from './configured-attribute.ts';
import { addAttribute, type EntityDraft } from './entity-draft.ts';
import { findQuantity, rangeFault, targetOf } from './quantities.ts';

type PresetForm = Pick<ActiveAttribute, 'quantity' | 'unit'> & AttributeForm;

/**
 * Adds an attribute that has a quantity: value, unit, range and target Attribute come from the quantity table, as for a device model;
 * one that has another name than its quantity goes under that.
 * @returns what is wrong with it.
 */
export function addPreset(draft: EntityDraft, form: PresetForm, value: Json): Fault | undefined {
  const { name, quantity: quantityName = name } = form;
  const quantity = findQuantity(quantityName);
  if (quantity === undefined)
    return { attribute: name, rule: `has the quantity ${quantityName}, which is not in the table` };
  const delivered = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (name === quantityName) {
    draft.measurements[quantityName] = delivered;
    return undefined;
  }
  const rule = rangeFault(quantity, delivered);
  if (rule !== undefined) return { attribute: name, rule };
  const { convert, unitCode } = targetOf(quantityName, quantity, draft.type) ?? quantity;
  const written = convert(delivered);
  if (written === undefined) return { attribute: name, rule: `must be in ${quantity.delivered}` };
  const unit = unitCode === undefined ? {} : { unitCode: { value: unitCode } };
  const metadata = { ...form.metadata, ...unit };
  const result = configuredAttribute({ name, type: quantity.ngsiLdKind, metadata }, written);
  if (result.kind === 'fault') return result.fault;
  addAttribute(draft, result.name, result.attribute);
  return undefined;
}
