import type { Json } from '../measurement.ts';
import type { MetadataValues } from './configured-attribute.ts';
import { entityId } from './entity-ids.ts';
import type { Expression } from './expressions/compile-expression.ts';
import type { PlannedAttribute, PlannedEntity, PlannedMetadata } from './mapping-plan.ts';
import { type Measure, valueUnder } from './measure.ts';
import type { MeasureScope } from './measure-scope.ts';

/** A measure on its way through the expressions of its device. */
export interface Evaluation {
  readonly measure: Measure;
  readonly scope: MeasureScope;
  /** What was left out, and why; grows. */
  readonly warnings: string[];
}

/**
 * The value of an attribute: that of its key, or of its expression, which later ones may ask for by its name. Undefined when there is
 * nothing to say.
 */
export function attributeValue(attribute: PlannedAttribute, evaluation: Evaluation): Json | undefined {
  const { expression, key, settings } = attribute;
  const own = valueUnder(evaluation.measure, key);
  if (expression === undefined) return own;
  const result = computed(expression, `${settings.name} is left out`, evaluation);
  // What an expression cannot be computed without has not been measured: the key's own value stands.
  const value = result === undefined && lacksVariables(expression, evaluation) ? own : result;
  if (value === undefined || isEqual(value, settings.skipValue ?? null)) return undefined;
  evaluation.scope.variables.set(settings.name, value);
  return value;
}

/** The result of an expression; where it has none because of the values, a warning says why. */
function computed(expression: Expression, consequence: string, evaluation: Evaluation): Json | undefined {
  try {
    return expression.evaluate(evaluation.scope);
  } catch (error) {
    evaluation.warnings.push(`${consequence}: ${expression.text}: ${(error as Error).message}`);
    return undefined;
  }
}

function lacksVariables({ variables }: Expression, { scope }: Evaluation): boolean {
  for (const name of variables) if (!scope.variables.has(name)) return true;
  return false;
}

function isEqual(left: Json, right: Json): boolean {
  return left === right || (typeof left === 'object' && JSON.stringify(left) === JSON.stringify(right));
}

/** Metadata with its expressions evaluated; where one has no result, the fixed value stands. */
export function metadataValues(
  metadata: readonly PlannedMetadata[],
  evaluation: Evaluation,
): MetadataValues | undefined {
  if (metadata.length === 0) return undefined;
  const entries = metadata.map(({ name, type, value, expression }) => {
    const result = expression && computed(expression, `the metadata ${name} is left out`, evaluation);
    const content = result ?? value;
    return [
      name,
      { ...(type === undefined ? {} : { type }), ...(content === undefined ? {} : { value: content }) },
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** Names as people give them: what looks like one is no formula, though it may read like one (`Meter-01`). */
const PLAIN_NAME = /^[\w.:/-]+$/;

/** The id of another Entity that an attribute belongs to; undefined, with a warning, when its expression gives none. */
export function targetId(
  { name, type, expression }: PlannedEntity,
  attribute: string,
  evaluation: Evaluation,
): string | undefined {
  if (expression === undefined) return entityId(type, name);
  const consequence = `${attribute} is left out, because its entity_name cannot be computed`;
  const result = computed(expression, consequence, evaluation);
  if (isName(result)) return entityId(type, String(result));
  if (PLAIN_NAME.test(name)) return entityId(type, name);
  evaluation.warnings.push(`${attribute} is left out: its entity_name ${name} gives no name`);
  return undefined;
}

/** Whether a value can name an Entity. */
export function isName(value: Json | undefined): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}
