import type { Measurements } from '../../devices/device-model.ts';
import type { Json } from '../../measurement.ts';
import type { Device } from '../../registry/device.ts';
import { textSetting } from '../device-settings.ts';
import type { Quantity } from '../quantities/quantity.ts';
import { findQuantity } from '../quantities.ts';
import type { DerivedAttribute } from './derived-attribute.ts';

const QUANTITY = 'quantity';

/** The one quantity that the Entity tells, by the setting `quantity`: a DeviceMeasurement has room for no second. */
interface Told {
  readonly name: string;
  readonly quantity: Quantity;
  readonly value: Json;
}

function toldBy(measurements: Measurements, device: Device): Told | undefined {
  const name = textSetting(device, QUANTITY) ?? '';
  const quantity = findQuantity(name);
  const delivered = Object.hasOwn(measurements, name) ? measurements[name] : undefined;
  const value = delivered === undefined ? undefined : quantity?.convert(delivered);
  return quantity === undefined || value === undefined ? undefined : { name, quantity, value };
}

/** An Attribute that says something of that quantity. */
function telling(attribute: string, tell: (told: Told) => Json | undefined): DerivedAttribute {
  return {
    attribute,
    uses: [],
    appliesTo: (measurements) => Object.keys(measurements).length > 0,
    missingSettings: (device) =>
      findQuantity(textSetting(device, QUANTITY) ?? '') === undefined
        ? [`internal_attributes.${QUANTITY} as one of GET /iot/presets`]
        : [],
    derive(measurements, device) {
      const told = toldBy(measurements, device);
      return told === undefined ? undefined : tell(told);
    },
  };
}

/** Value, unit and name of a quantity that no other model has room for. */
export const deviceMeasurement: readonly DerivedAttribute[] = [
  telling('numValue', ({ value }) => (typeof value === 'number' ? value : undefined)),
  telling('textValue', ({ value }) => (typeof value === 'number' ? undefined : wordsOf(value))),
  telling('unit', ({ quantity }) => quantity.unitCode),
  telling('controlledProperty', ({ name }) => name),
];

function wordsOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
