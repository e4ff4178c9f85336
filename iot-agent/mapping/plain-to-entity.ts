import { formatDateTime } from '../date-time.ts';
import type { Json, PlainMeasure } from '../measurement.ts';
import type { ActiveAttribute, Device, Mapped } from '../registry/device.ts';
import type { NormalizedAttribute } from './attribute.ts';
import { attributeName } from './attribute-names.ts';
import { untypedAttribute } from './attribute-types.ts';
import { type Configured, configuredAttribute } from './configured-attribute.ts';
import { finishEntity } from './finish-entity.ts';

/** Carries the time of the measure, which is the observedAt of its Attributes. */
const TIME_INSTANT = 'TimeInstant';

/**
 * The Entity of a FIWARE measure: keys become the Attributes that the device's configuration names for them, by type;
 * other keys keep their names, unless the device takes configured attributes only (`explicitAttrs`). Keys that
 * NGSI-LD reserves (`id`, `type`…) become `measure_id`, `measure_type`….
 * @param observedAt microseconds since 1970.
 */
export function plainToEntity(device: Device, values: PlainMeasure['values'], observedAt: number): Mapped {
  const time = formatDateTime(observedAt);
  const attributes = new Map<string, NormalizedAttribute>();
  for (const [key, value] of Object.entries(values)) {
    // NGSI-LD has no null: a device that sends one has nothing to say.
    if (key === TIME_INSTANT || value === null) continue;
    for (const result of measuredUnder(device, key, value)) {
      if (result.kind === 'fault') return { kind: 'invalid', ...result.fault };
      attributes.set(result.name, { ...result.attribute, observedAt: time });
    }
  }
  if (attributes.size === 0) {
    return {
      kind: 'nothing',
      reason: 'the measure holds no attribute that the device is configured to send',
    };
  }
  return finishEntity(device, { attributes, observedAt, missingSettings: [] });
}

function measuredUnder(device: Device, key: string, value: Json): readonly Configured[] {
  const configured = device.attributes.filter((attribute) => keyOf(attribute) === key);
  if (configured.length > 0) return configured.map((attribute) => configuredAttribute(attribute, value));
  return device.explicitAttrs === true ? [] : [unmapped(key, value)];
}

function keyOf({ object_id: objectId, name }: ActiveAttribute): string {
  return objectId ?? name;
}

function unmapped(key: string, value: Json): Configured {
  const name = attributeName(key);
  if (name === undefined) {
    return {
      kind: 'fault',
      fault: {
        attribute: key.slice(0, 64),
        rule: 'is no name for an Attribute: map it to one with object_id',
      },
    };
  }
  return { kind: 'attribute', name, attribute: untypedAttribute(value) };
}
