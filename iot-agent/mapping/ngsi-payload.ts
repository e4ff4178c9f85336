import type { Json, PlainMeasure } from '../measurement.ts';
import type { PayloadType } from '../registry/device.ts';
import { type Fault, type NormalizedAttribute, VALUE_MEMBER } from './attribute.ts';
import { configuredAttribute, type MetadataValues } from './configured-attribute.ts';
import type { Measure } from './measure.ts';

type Members = { readonly [name: string]: Json };

/**
 * The measures in what a device sent: its names and values, or the Entities that it sent itself (`payloadType`), in NGSI v2 form
 * with or without a batch around them, or in an NGSI-LD form. What such an Entity calls `id` and `type` are measured values, too.
 */
export function measuresIn(
  payloadType: PayloadType | undefined,
  values: PlainMeasure['values'],
): readonly Measure[] | Fault {
  if (payloadType === undefined || payloadType === 'iotagent') return [{ values }];
  const measures: Measure[] = [];
  for (const entity of entitiesIn(values)) {
    const measure = measureOf(entity, payloadType === 'ngsild' ? readLd : readV2);
    if ('rule' in measure) return measure;
    measures.push(measure);
  }
  return measures;
}

function entitiesIn(values: Members): readonly Members[] {
  const { entities } = values;
  return Array.isArray(entities) ? entities.filter(isMembers) : [values];
}

function isMembers(value: Json | undefined): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An Attribute of the payload: its value, and where it says more than that, the Attribute itself. */
interface Read {
  readonly value: Json;
  readonly attribute?: NormalizedAttribute;
  readonly metadata?: Members;
}

/** Not Attributes: they say how the Entity is to be read or written. */
const NO_ATTRIBUTES: ReadonlySet<string> = new Set(['@context', 'actionType']);

function measureOf(entity: Members, read: (name: string, content: Json) => Read | Fault): Measure | Fault {
  const values: [string, Json][] = [];
  const typed = new Map<string, NormalizedAttribute>();
  const metadata: [string, Json][] = [];
  for (const [name, content] of Object.entries(entity)) {
    if (NO_ATTRIBUTES.has(name)) continue;
    const found = name === 'id' || name === 'type' ? { value: content } : read(name, content);
    if ('rule' in found) return found;
    values.push([name, found.value]);
    if (found.attribute !== undefined) typed.set(name, found.attribute);
    if (found.metadata !== undefined) metadata.push([name, found.metadata]);
  }
  return { values: Object.fromEntries(values), typed, metadata: Object.fromEntries(metadata) };
}

function readV2(name: string, content: Json): Read | Fault {
  if (!isMembers(content) || !Object.hasOwn(content, 'value')) return { value: content };
  const { type = 'Text', value = null, metadata = {} } = content;
  if (value === null) return { value };
  const described = isMembers(metadata) ? metadata : {};
  const members = Object.entries(described).filter((entry): entry is [string, Members] =>
    isMembers(entry[1]),
  );
  const form = { name, type: String(type), metadata: Object.fromEntries(members) as MetadataValues };
  const result = configuredAttribute(form, value);
  if (result.kind === 'fault') return result.fault;
  const metadataValues = members.map(([member, { value: said = null }]): [string, Json] => [member, said]);
  return { value, attribute: result.attribute, metadata: Object.fromEntries(metadataValues) };
}

/** Members that the broker keeps itself. */
const KEPT_BY_BROKER: ReadonlySet<string> = new Set(['createdAt', 'modifiedAt', 'deletedAt', 'instanceId']);
/** The member with the value → the kind of Attribute, for the concise form (clause 4.5.18). */
const KIND_BY_MEMBER: ReadonlyMap<string, string> = new Map([
  ['object', 'Relationship'],
  ['languageMap', 'LanguageProperty'],
  ['vocab', 'VocabProperty'],
  ['json', 'JsonProperty'],
  ['valueList', 'ListProperty'],
  ['value', 'Property'],
]);

/** Normalized or concise; anything else is the value of a Property. */
function readLd(_name: string, content: Json): Read {
  if (!isMembers(content)) return { value: content };
  const [member] = [...KIND_BY_MEMBER.keys()].filter((one) => Object.hasOwn(content, one));
  if (member === undefined) return { value: content };
  const { type = KIND_BY_MEMBER.get(member) ?? 'Property', ...rest } = content;
  const valueMember = Object.hasOwn(VALUE_MEMBER, String(type)) ? VALUE_MEMBER[String(type)] : undefined;
  if (typeof type !== 'string' || valueMember === undefined || !Object.hasOwn(content, valueMember))
    return { value: content };
  const members = Object.entries(rest).filter(([name]) => !KEPT_BY_BROKER.has(name));
  return {
    value: content[valueMember] ?? null,
    attribute: { type, ...Object.fromEntries(members) },
    metadata: Object.fromEntries(members.filter(([name]) => name !== valueMember)),
  };
}
