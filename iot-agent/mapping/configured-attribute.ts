import type { Json } from '../measurement.ts';
import type { StaticAttribute } from '../registry/device.ts';
import type { Fault, NormalizedAttribute } from './attribute.ts';
import { attributeName } from './attribute-names.ts';
import { typedAttribute } from './attribute-types.ts';

/** A configured attribute with its value, as a named NGSI-LD Attribute. */
export type Configured =
  | { readonly kind: 'attribute'; readonly name: string; readonly attribute: NormalizedAttribute }
  | { readonly kind: 'fault'; readonly fault: Fault };

const TIME_INSTANT = 'TimeInstant';

/**
 * An attribute of the configuration with a value: by its type, with its metadata (`unitCode` and `observedAt` as such,
 * others as Properties of the Attribute).
 */
export function configuredAttribute(
  { name, type, metadata = {} }: Omit<StaticAttribute, 'value'>,
  value: Json,
): Configured {
  const attribute = typedAttribute(type, value);
  if (typeof attribute === 'string') return { kind: 'fault', fault: { attribute: name, rule: attribute } };
  const ldName = attributeName(name);
  if (ldName === undefined)
    return { kind: 'fault', fault: { attribute: name, rule: 'is no name for an Attribute' } };
  return { kind: 'attribute', name: ldName, attribute: withMetadata(attribute, metadata) };
}

function withMetadata(
  attribute: NormalizedAttribute,
  metadata: NonNullable<StaticAttribute['metadata']>,
): NormalizedAttribute {
  const members = Object.entries(metadata).flatMap(([name, { value }]): [string, Json][] => {
    // The time of a measure is its observedAt, whatever metadata repeats it.
    if (value === null || name === TIME_INSTANT) return [];
    if (name === 'unitCode') return typeof value === 'string' ? [[name, value]] : [];
    const subName = attributeName(name);
    return subName === undefined ? [] : [[subName, { type: 'Property', value }]];
  });
  return members.length === 0 ? attribute : { ...attribute, ...Object.fromEntries(members) };
}
