import type { Json, PlainMeasure } from '../measurement.ts';
import type { Device, Mapped, MappedEntity } from '../registry/device.ts';
import type { Fault } from './attribute.ts';
import { type Evaluation, isName } from './computed-value.ts';
import { entityDrafts } from './entity-draft.ts';
import { entityId } from './entity-ids.ts';
import { finishDrafts } from './finish-drafts.ts';
import { mapConfigured, mapUnmapped } from './map-attributes.ts';
import { type MappingPlan, mappingPlan } from './mapping-plan.ts';
import type { Measure } from './measure.ts';
import type { MeasureMemory, Variables } from './measure-memory.ts';
import { measureScope } from './measure-scope.ts';
import { type MeasureTime, timeIn, timeOf } from './measure-time.ts';
import { measuresIn } from './ngsi-payload.ts';
import { selectionOf } from './selection.ts';

/** What the mapping may ask besides the measure. */
export interface MappingParts {
  /** Milliseconds since 1970: what `now` is in expressions; the time of the measure when absent. */
  readonly now?: number;
  /** Without one, no expression knows of the measure before. */
  readonly memory?: MeasureMemory;
  /** GeoJSON: where the network server says that the device is. */
  readonly location?: Json;
  /** Told what was measured by quantity, in the unit that the quantity table says. */
  readonly onQuantity?: (quantity: string, value: Json) => void;
}

/**
 * The Entities of a FIWARE measure, by the whole attribute configuration: keys become the Attributes that are configured for them,
 * by type, expression and Entity; other keys keep their names, unless `explicitAttrs` or `unmapped` say otherwise. Keys that NGSI-LD
 * reserves (`id`, `type`…) become `measure_id`, `measure_type`…. An expression that fails leaves its attribute out, with a warning.
 * @param time microseconds since 1970, UTC unless it is marked as local.
 */
export function plainToEntity(
  device: Device,
  values: PlainMeasure['values'],
  time: number | MeasureTime,
  parts: MappingParts = {},
): Mapped {
  const measures = measuresIn(device.payloadType, values);
  if ('rule' in measures) return { kind: 'invalid', ...measures };
  const plan = mappingPlan(device);
  const warnings = plan.faults.map(({ place, text, reason }) => `${place} is left out: ${text} ${reason}`);
  const mapped: Mapped[] = [];
  for (const measure of measures) {
    const observedAt = timeOf(device, measure, typeof time === 'number' ? { observedAt: time } : time);
    const result = mapMeasure({ device, plan, measure, observedAt, parts, warnings });
    if (result.kind !== 'entities' && result.kind !== 'nothing') return result;
    mapped.push(result);
  }
  return together(mapped, warnings);
}

interface MeasureParts {
  readonly device: Device;
  readonly plan: MappingPlan;
  readonly measure: Measure;
  readonly observedAt: number;
  readonly parts: MappingParts;
  readonly warnings: string[];
}

function mapMeasure({ device, plan, measure, observedAt, parts, warnings }: MeasureParts): Mapped {
  const memory = plan.variables.has('oldCtxt') ? parts.memory : undefined;
  const before = memory?.before(device, observedAt);
  const { now = Math.floor(observedAt / 1000), location, onQuantity } = parts;
  const moment = { observedAt, now, ...(before === undefined ? {} : { before }) };
  const evaluation: Evaluation = { measure, scope: measureScope(device, plan, measure, moment), warnings };
  const selection = selectionOf(device, plan, evaluation.scope);
  if (selection.warning !== undefined) warnings.push(selection.warning);
  const name = entityNameOf(device, plan, evaluation);
  if (typeof name === 'object') return { kind: 'invalid', ...name };
  const drafts = entityDrafts(entityId(device.entityType, name), device.entityType);
  const draftTime = { observedAt, parse: (text: string) => timeIn(text, device) };
  const attributes = { device, plan, selection, evaluation, drafts, time: draftTime, onQuantity };
  const fault = mapUnmapped(attributes) ?? mapConfigured(attributes);
  if (fault !== undefined) return { kind: 'invalid', ...fault };
  memory?.remember(device, observedAt, variablesIn(evaluation));
  return finishDrafts(attributes, location);
}

/** Without those of the measure before, or each measure would carry all that ever came. */
function variablesIn({ scope }: Evaluation): Variables {
  return Object.fromEntries([...scope.variables].filter(([name]) => name !== 'oldCtxt'));
}

function entityNameOf(device: Device, { entityName }: MappingPlan, { scope }: Evaluation): string | Fault {
  if (entityName === undefined) return device.entityName;
  try {
    const result = entityName.evaluate(scope);
    if (isName(result)) return String(result);
    return { attribute: 'entityNameExp', rule: `gives no name for this measure: ${entityName.text}` };
  } catch (error) {
    return { attribute: 'entityNameExp', rule: `cannot be computed: ${(error as Error).message}` };
  }
}

/** What several measures in one message become: an Entity stands once in it, with what was said of it last. */
function together(mapped: readonly Mapped[], warnings: readonly string[]): Mapped {
  const said = warnings.length === 0 ? {} : { warnings };
  const entities = mapped.flatMap((one) => (one.kind === 'entities' ? one.entities : []));
  if (entities.length === 0) {
    const nothing = mapped.find((one) => one.kind === 'nothing');
    return { kind: 'nothing', reason: nothing?.reason ?? 'the message holds no measure', ...said };
  }
  return { kind: 'entities', entities: mapped.length === 1 ? entities : merged(entities), ...said };
}

function merged(entities: readonly MappedEntity[]): readonly MappedEntity[] {
  const byId = new Map<string, MappedEntity>();
  for (const one of entities) {
    const earlier = byId.get(one.entity.id);
    byId.set(one.entity.id, { ...one, entity: { ...earlier?.entity, ...one.entity } });
  }
  return [...byId.values()];
}
