import { formatDateTime, parseDateTime } from '../date-time.ts';
import type { Json } from '../measurement.ts';
import type { Fault, NormalizedAttribute } from './attribute.ts';
import { attributeName } from './attribute-names.ts';
import { isUri, typeConverter, typedAttribute } from './attribute-types.ts';

/** A configured attribute with its value, as a named NGSI-LD Attribute. */
export type Configured =
  | { readonly kind: 'attribute'; readonly name: string; readonly attribute: NormalizedAttribute }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** Metadata whose expressions are evaluated; without a value there is nothing to say. */
export interface MetadataValues {
  readonly [name: string]: { readonly type?: string; readonly value?: Json };
}

/** What an attribute is called, and how its value is to be read. */
export interface AttributeForm {
  readonly name: string;
  readonly type: string;
  readonly metadata?: MetadataValues;
}

/** Carries the time of the measure, which is the observedAt of its Attributes. */
export const TIME_INSTANT = 'TimeInstant';

/**
 * How values become an attribute of the configuration: by its type, with its metadata (`unitCode`, `observedAt` and `datasetId` as
 * such, others as Attributes of the Attribute).
 */
export function attributeConverter({
  name,
  type,
  metadata = {},
}: AttributeForm): (value: Json) => Configured {
  const convert = typeConverter(type);
  const ldName = attributeName(name);
  const members = subMembers(metadata);
  if (ldName === undefined) return () => faulty(name, 'is no name for an Attribute');
  if (typeof members === 'string') return () => faulty(name, members);
  return (value) => {
    const attribute = convert(value);
    if (typeof attribute === 'string') return faulty(name, attribute);
    return { kind: 'attribute', name: ldName, attribute: { ...attribute, ...members } };
  };
}

/** An attribute of the configuration with a value, as `attributeConverter` makes it. */
export function configuredAttribute(form: AttributeForm, value: Json): Configured {
  return attributeConverter(form)(value);
}

function faulty(attribute: string, rule: string): Configured {
  return { kind: 'fault', fault: { attribute, rule } };
}

/** The members that metadata become, or in words what is wrong with the first bad one. */
function subMembers(metadata: MetadataValues): { readonly [name: string]: Json } | string {
  const members: [string, Json][] = [];
  for (const [name, { type = 'Property', value }] of Object.entries(metadata)) {
    // The time of a measure is its observedAt, whatever metadata repeats it.
    if (value === null || value === undefined || name === TIME_INSTANT) continue;
    const member = MEMBERS.get(name);
    const memberName = member === undefined ? attributeName(name) : name;
    if (memberName === undefined) continue;
    const content = member === undefined ? subAttribute(type, value) : member.read(value);
    if (content === undefined) return `has the metadata ${name}, which must be ${member?.expects}`;
    members.push([memberName, content]);
  }
  return Object.fromEntries(members);
}

interface Member {
  readonly expects: string;
  readonly read: (value: Json) => string | undefined;
}

/** Metadata that NGSI-LD has members for (clause 4.5.2). */
const MEMBERS: ReadonlyMap<string, Member> = new Map([
  ['unitCode', { expects: 'a text', read: (value: Json) => (typeof value === 'string' ? value : undefined) }],
  ['observedAt', { expects: 'an ISO 8601 date and time', read: timeOf }],
  ['datasetId', { expects: 'a URI', read: (value: Json) => (isUri(value) ? value : undefined) }],
]);

function timeOf(value: Json): string | undefined {
  const micros = typeof value === 'string' ? parseDateTime(value) : undefined;
  return micros === undefined ? undefined : formatDateTime(micros);
}

function subAttribute(type: string, value: Json): Json {
  const attribute = typedAttribute(type, value);
  return typeof attribute === 'string' ? { type: 'Property', value } : attribute;
}
