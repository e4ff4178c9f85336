import type { Json } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import type { Fault } from './attribute.ts';
import { attributeName } from './attribute-names.ts';
import { untypedAttribute } from './attribute-types.ts';
import { attributeValue, type Evaluation, metadataValues, targetId } from './computed-value.ts';
import { attributeConverter, TIME_INSTANT } from './configured-attribute.ts';
import { addAttribute, type EntityDraft, type EntityDrafts } from './entity-draft.ts';
import type { MappingPlan, PlannedAttribute } from './mapping-plan.ts';
import { precisionFault } from './precision.ts';
import { addPreset } from './preset.ts';
import type { Selection } from './selection.ts';

/** The time of a measure; an attribute may be configured to tell it. */
export interface DraftTime {
  /** Microseconds since 1970. */
  observedAt: number;
  /** The time that a device writes; undefined for what is none. */
  readonly parse: (text: string) => number | undefined;
}

/** What the attributes of one measure are mapped with, and where they go. */
export interface AttributeParts {
  readonly device: Device;
  readonly plan: MappingPlan;
  readonly selection: Selection;
  readonly evaluation: Evaluation;
  readonly drafts: EntityDrafts;
  readonly time: DraftTime;
  /** Told what was measured by quantity, if anybody wants to know. */
  readonly onQuantity?: ((quantity: string, value: Json) => void) | undefined;
}

/** Adds what nobody has configured, where it may go on. @returns what is wrong with the first bad key. */
export function mapUnmapped(parts: AttributeParts): Fault | undefined {
  for (const [key, value] of Object.entries(parts.evaluation.measure.values)) {
    // NGSI-LD has no null: a device that sends one has nothing to say.
    if (key === TIME_INSTANT || value === null) continue;
    const rule = precisionFault(value);
    if (rule !== undefined) return { attribute: shortened(key), rule };
    const fault = parts.plan.keys.has(key) ? undefined : mapKey(parts, key, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function mapKey(
  { device, plan, selection, evaluation, drafts }: AttributeParts,
  key: string,
  value: Json,
): Fault | undefined {
  // What an expression asks for is known, though it has no attribute of its own.
  if (selection.unmapped === 'quarantine' && !plan.variables.has(key)) return notConfigured(key, device);
  if (selection.unmapped !== 'keep') return undefined;
  const name = attributeName(key);
  if (name === undefined)
    return { attribute: shortened(key), rule: 'is no name for an Attribute: map it to one with object_id' };
  addAttribute(drafts.own, name, evaluation.measure.typed?.get(key) ?? untypedAttribute(value));
  return undefined;
}

function notConfigured(key: string, { deviceId }: Device): Fault {
  const rule = `is not configured for device ${deviceId}: add it to the attributes, or set unmapped to keep or drop`;
  return { attribute: shortened(key), rule };
}

function shortened(key: string): string {
  return key.slice(0, 64);
}

/** Adds the configured attributes, in their order. @returns what is wrong with the first bad one. */
export function mapConfigured(parts: AttributeParts): Fault | undefined {
  for (const attribute of parts.plan.attributes) {
    const value = attributeValue(attribute, parts.evaluation);
    if (value === undefined || !parts.selection.allows(attribute)) continue;
    const fault = mapValue(parts, attribute, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function mapValue(parts: AttributeParts, attribute: PlannedAttribute, value: Json): Fault | undefined {
  const { settings } = attribute;
  if (settings.name === TIME_INSTANT) {
    tellTime(parts, value);
    return undefined;
  }
  const draft = draftOf(parts, attribute);
  if (draft === undefined) return undefined;
  if (settings.quantity !== undefined)
    return addPreset(draft, formOf(parts, attribute), value, parts.onQuantity);
  const result = (attribute.convert ?? attributeConverter(formOf(parts, attribute)))(value);
  if (result.kind === 'fault') return result.fault;
  addAttribute(draft, result.name, result.attribute);
  return undefined;
}

/** With the metadata that this measure gives it. */
function formOf({ evaluation }: AttributeParts, { settings, metadata }: PlannedAttribute) {
  return { ...settings, metadata: metadataValues(metadata, evaluation) ?? {} };
}

function draftOf(
  { drafts, evaluation }: AttributeParts,
  attribute: PlannedAttribute,
): EntityDraft | undefined {
  const { entity, settings } = attribute;
  if (entity === undefined) return drafts.own;
  const id = targetId(entity, settings.name, evaluation);
  return id === undefined ? undefined : drafts.of(id, entity.type);
}

/** What is no time is refused, and that of the message stands. */
function tellTime({ time, evaluation }: AttributeParts, value: Json): void {
  const told = typeof value === 'string' ? time.parse(value) : undefined;
  if (told !== undefined) time.observedAt = told;
  else
    evaluation.warnings.push(
      `TimeInstant is ${JSON.stringify(value).slice(0, 60)}, which is no ISO 8601 time: the time of arrival stands`,
    );
}
