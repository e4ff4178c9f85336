import { formatDateTime } from '../date-time.ts';
import type { Json } from '../measurement.ts';
import type { Device, Mapped, MappedEntity } from '../registry/device.ts';
import {
  type Fault,
  instanceKey,
  type NormalizedAttribute,
  type NormalizedAttributes,
  nameIn,
} from './attribute.ts';
import { metadataValues } from './computed-value.ts';
import { configuredAttribute } from './configured-attribute.ts';
import { type EntityDraft, isEmpty } from './entity-draft.ts';
import { entityId } from './entity-ids.ts';
import { finishEntity, finishPart } from './finish-entity.ts';
import type { AttributeParts } from './map-attributes.ts';
import { type Measured, measuredAttributes } from './measured-attributes.ts';
import { staticAttributes } from './static-attributes.ts';

const NOTHING = 'the measure holds no attribute that the device is configured to send';

/**
 * The Entities of the drafts: the device's own with its static attributes, and the others with what was measured of them.
 * @param location GeoJSON: where the device is, if anybody says so.
 */
export function finishDrafts(parts: AttributeParts, location?: Json): Mapped {
  const { device, drafts, time } = parts;
  const { observedAt } = time;
  const own = finishOwn(parts, location);
  if (own.kind === 'incomplete' || own.kind === 'invalid') return own;
  linkTo(parts, own);
  const entities: MappedEntity[] = own.kind === 'entities' ? [...own.entities] : [];
  for (const draft of drafts.others.values()) {
    const measured = measuredOf(device, draft, observedAt);
    if ('rule' in measured) return { kind: 'invalid', ...measured };
    if (measured.attributes.size === 0) continue;
    const part = finishPart(device, draft, { ...measured, observedAt });
    if ('rule' in part) return { kind: 'invalid', ...part };
    entities.push(part);
  }
  return entities.length === 0 ? { kind: 'nothing', reason: NOTHING } : { kind: 'entities', entities };
}

function finishOwn(parts: AttributeParts, location: Json | undefined): Mapped {
  const { device, drafts, time } = parts;
  const { observedAt } = time;
  if (isEmpty(drafts.own)) return { kind: 'nothing', reason: NOTHING };
  const measured = measuredOf(device, drafts.own, observedAt);
  if ('rule' in measured) return { kind: 'invalid', ...measured };
  if (measured.attributes.size === 0 && measured.missingSettings.length === 0)
    return { kind: 'nothing', reason: `nothing that was measured is an Attribute of ${device.entityType}` };
  const statics = staticsOf(parts);
  if ('rule' in statics) return { kind: 'invalid', ...statics };
  const place = location === undefined ? {} : { location };
  return finishEntity(device, { ...measured, observedAt, id: drafts.own.id, statics, ...place });
}

/** The Attributes of a draft, those by quantity first, each with its time. */
function measuredOf(device: Device, draft: EntityDraft, observedAt: number): Measured | Fault {
  const { type: entityType, measurements } = draft;
  const feeder = entityType === device.entityType ? device : { ...device, entityType };
  const measured = measuredAttributes(feeder, measurements, observedAt);
  if ('rule' in measured) return measured;
  const time = formatDateTime(observedAt);
  for (const [key, attribute] of draft.attributes)
    measured.attributes.set(key, 'observedAt' in attribute ? attribute : { ...attribute, observedAt: time });
  return measured;
}

/** The static attributes that may go on, with their computed metadata. */
function staticsOf({ device, plan, selection, evaluation }: AttributeParts): NormalizedAttributes | Fault {
  const statics = staticAttributes(device);
  if (statics.kind === 'fault') return statics.fault;
  const { allowsStatic } = selection;
  if (allowsStatic === undefined && plan.staticMetadata.size === 0) return statics.attributes;
  const attributes = new Map(statics.attributes);
  for (const { name, type, value } of device.staticAttributes) {
    const planned = plan.staticMetadata.get(name);
    if (planned === undefined || value === null) continue;
    const metadata = metadataValues(planned, evaluation) ?? {};
    const result = configuredAttribute({ name, type, metadata }, value);
    if (result.kind === 'fault') return result.fault;
    attributes.set(instanceKey(result.name, result.attribute), result.attribute);
  }
  if (allowsStatic === undefined) return attributes;
  return new Map([...attributes].filter(([key]) => allowsStatic(nameIn(key))));
}

/** Adds what was measured to the Entities that static attributes are linked to, with the way back to the device's own. */
function linkTo({ device, drafts }: AttributeParts, own: Mapped): void {
  const [measured] = own.kind === 'entities' ? own.entities : [];
  if (measured === undefined) return;
  const { entity } = measured;
  for (const { value, link } of device.staticAttributes) {
    if (link === undefined) continue;
    const shared = link.attributes.flatMap((name) => {
      const attribute = Object.hasOwn(entity, name) ? entity[name] : undefined;
      return isMeasured(attribute) ? [[name, attribute] as const] : [];
    });
    const wayBack = { [link.name]: { type: 'Relationship', object: entity.id } };
    for (const name of namesIn(value)) {
      const draft = drafts.of(entityId(link.type, name), link.type);
      for (const [attribute, content] of shared) draft.attributes.set(attribute, { ...content, ...wayBack });
    }
  }
}

function namesIn(value: Json): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}

/** What is fixed has no time. */
function isMeasured(content: Json | undefined): content is NormalizedAttribute {
  return typeof content === 'object' && content !== null && 'observedAt' in content;
}
