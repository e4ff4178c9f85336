import { formatDateTime } from '../date-time.ts';
import type { Json } from '../measurement.ts';
import type { Device, StaticAttribute } from '../registry/device.ts';
import type { Scope } from './expressions/evaluator.ts';
import type { MappingPlan } from './mapping-plan.ts';
import { type Measure, valueUnder } from './measure.ts';

/** What expressions see of a measure; grows as attributes are computed. */
export interface MeasureScope extends Scope {
  readonly variables: Map<string, Json>;
}

/** What is known of the moment in which a measure is mapped. */
export interface Moment {
  /** Microseconds since 1970. */
  readonly observedAt: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The variables of the device's measure before, if anybody asks for them. */
  readonly before?: { readonly [name: string]: Json };
}

/** What a device that is there says of itself: the same for all its measures. */
const fixed = new WeakMap<Device, ReadonlyMap<string, Json>>();

/**
 * The variables of a measure: the device's static attributes and what it is, then the measure's own values, under the keys of the
 * device and the names of attributes. A device without expressions has none.
 */
export function measureScope(
  device: Device,
  plan: MappingPlan,
  measure: Measure,
  { observedAt, now, before }: Moment,
): MeasureScope {
  if (plan.variables.size === 0) return { variables: new Map(), now };
  const variables = new Map(fixedVariables(device));
  variables.set('TimeInstant', formatDateTime(observedAt));
  if (plan.variables.has('metadata')) variables.set('metadata', metadataOf(device.staticAttributes, measure));
  if (before !== undefined) variables.set('oldCtxt', before);
  for (const [key, value] of Object.entries(measure.values)) {
    // `id` and `type` are the device's; what a measure calls so has another name, as in its Entity.
    if (value !== null) variables.set(key === 'id' || key === 'type' ? `measure_${key}` : key, value);
  }
  addNames(variables, plan, measure);
  return { variables, now };
}

/** Values under the names of the attributes that they become as they are. */
function addNames(variables: Map<string, Json>, { attributes }: MappingPlan, measure: Measure): void {
  for (const { key, settings, expression, entity } of attributes) {
    const value = expression === undefined ? valueUnder(measure, key) : undefined;
    if (value === undefined) continue;
    // The same name may stand for several Entities: then it means the device's own.
    if (entity === undefined || !variables.has(settings.name)) variables.set(settings.name, value);
  }
}

function fixedVariables(device: Device): ReadonlyMap<string, Json> {
  const known = fixed.get(device);
  if (known !== undefined) return known;
  const variables = new Map<string, Json>();
  for (const { name, value } of device.staticAttributes) if (value !== null) variables.set(name, value);
  variables.set('id', device.deviceId);
  variables.set('type', device.entityType);
  variables.set('entity_name', device.entityName);
  variables.set('service', device.tenant);
  variables.set('subservice', device.servicePath ?? '/');
  variables.set('staticAttributes', device.staticAttributes as unknown as Json);
  fixed.set(device, variables);
  return variables;
}

function metadataOf(statics: readonly StaticAttribute[], { metadata = {} }: Measure): Json {
  const ofStatics = statics.flatMap(({ name, metadata: described }) => {
    if (described === undefined) return [];
    const values = Object.entries(described).flatMap(([member, { value }]): [string, Json][] =>
      value === undefined ? [] : [[member, value]],
    );
    return [[name, Object.fromEntries(values)] as const];
  });
  return { ...Object.fromEntries(ofStatics), ...metadata };
}
