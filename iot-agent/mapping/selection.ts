import type { Json } from '../measurement.ts';
import type { Device, ExplicitAttributes, Unmapped } from '../registry/device.ts';
import { attributeName } from './attribute-names.ts';
import type { Scope } from './expressions/evaluator.ts';
import type { MappingPlan, PlannedAttribute } from './mapping-plan.ts';

/** Which attributes of a measure may go on. */
export interface Selection {
  readonly allows: (attribute: Pick<PlannedAttribute, 'key' | 'settings'>) => boolean;
  /** Absent when all static attributes may. */
  readonly allowsStatic?: (name: string) => boolean;
  readonly unmapped: Unmapped;
  /** Why the expression that should tell does not. */
  readonly warning?: string;
}

const everything = (): boolean => true;

/** What `explicitAttrs` and `unmapped` of the device let through for a measure. */
export function selectionOf(device: Device, { explicitAttrs }: MappingPlan, scope: Scope): Selection {
  const { explicitAttrs: configured, unmapped } = device;
  if (typeof configured !== 'string') return select(configured, unmapped);
  try {
    const result = explicitAttrs?.evaluate(scope);
    if (typeof result === 'boolean') return select(result, unmapped);
    if (Array.isArray(result)) return select(result.filter(isListed), unmapped);
    const warning = 'explicitAttrs gives neither true, false nor a list: only configured attributes go on';
    return { ...select(true, unmapped), warning };
  } catch (error) {
    const warning = `explicitAttrs cannot be computed, so only configured attributes go on: ${(error as Error).message}`;
    return { ...select(true, unmapped), warning };
  }
}

type Listed = Exclude<ExplicitAttributes, boolean | string>[number];

function isListed(value: Json): value is Listed {
  if (typeof value !== 'object' || value === null) return typeof value === 'string';
  return typeof (value as { readonly [name: string]: Json })['object_id'] === 'string';
}

function select(
  explicit: Exclude<ExplicitAttributes, string> | undefined,
  unmapped: Unmapped | undefined,
): Selection {
  if (typeof explicit !== 'object')
    return {
      allows: everything,
      unmapped: unmapped ?? (explicit === true ? 'drop' : 'keep'),
    };
  const names = new Set(explicit.filter((one) => typeof one === 'string'));
  const ldNames = new Set([...names].map(attributeName));
  const keys = new Set(explicit.flatMap((one) => (typeof one === 'string' ? [] : [one.object_id])));
  return {
    allows: ({ key, settings }) => names.has(settings.name) || keys.has(key),
    allowsStatic: (name) => ldNames.has(name),
    unmapped: unmapped === 'quarantine' ? 'quarantine' : 'drop',
  };
}
