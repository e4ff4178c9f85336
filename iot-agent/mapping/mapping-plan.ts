import type { Json } from '../measurement.ts';
import type { ActiveAttribute, Device, Metadata } from '../registry/device.ts';
import { attributeConverter, type Configured } from './configured-attribute.ts';
import { compileExpression, type Expression } from './expressions/compile-expression.ts';

/** An expression of a configuration that is not well formed. */
export interface FaultyExpression {
  /** Where it stands: `expression of attribute fillingLevel`. */
  readonly place: string;
  readonly text: string;
  /** What is wrong with it, and at which character. */
  readonly reason: string;
}

/** A metadata value, ready: fixed, or computed. */
export interface PlannedMetadata {
  readonly name: string;
  readonly type?: string;
  readonly value?: Json;
  readonly expression?: Expression;
}

/** The Entity that an attribute belongs to when it is not the device's own. */
export interface PlannedEntity {
  readonly name: string;
  /** For names that may be computed. */
  readonly expression?: Expression;
  readonly type: string;
}

/** An attribute of the configuration, ready to be applied to measures. */
export interface PlannedAttribute {
  readonly settings: ActiveAttribute;
  /** The device key that it is read from. */
  readonly key: string;
  readonly expression?: Expression;
  readonly metadata: readonly PlannedMetadata[];
  /** What its value becomes; absent where that depends on computed metadata. */
  readonly convert?: (value: Json) => Configured;
  readonly entity?: PlannedEntity;
}

/** The configuration of a device, compiled. */
export interface MappingPlan {
  readonly attributes: readonly PlannedAttribute[];
  /** Device keys that an attribute is configured for. */
  readonly keys: ReadonlySet<string>;
  /** Static attributes with computed metadata: name → metadata. */
  readonly staticMetadata: ReadonlyMap<string, readonly PlannedMetadata[]>;
  readonly explicitAttrs?: Expression;
  readonly entityName?: Expression;
  /** Everything that any expression asks for. */
  readonly variables: ReadonlySet<string>;
  /** What is left out, because it cannot be compiled. */
  readonly faults: readonly FaultyExpression[];
}

/** A registered device is an immutable object: its expressions are compiled once, not with every measure. */
const plans = new WeakMap<Device, MappingPlan>();

/** The compiled configuration of a device. */
export function mappingPlan(device: Device): MappingPlan {
  const known = plans.get(device);
  if (known !== undefined) return known;
  const plan = compile(device);
  plans.set(device, plan);
  return plan;
}

/** Compiles expressions, and collects what went wrong and what they ask for. */
function compiler() {
  const faults: FaultyExpression[] = [];
  const variables = new Set<string>();
  const use = (expression: Expression): Expression => {
    for (const name of expression.variables) variables.add(name);
    return expression;
  };
  const required = (text: string, place: string): Expression | undefined => {
    try {
      return use(compileExpression(text));
    } catch (error) {
      faults.push({ place, text, reason: (error as Error).message });
      return undefined;
    }
  };
  /** For what need not be an expression. */
  const possible = (text: string): Expression | undefined => {
    try {
      return use(compileExpression(text));
    } catch {
      return undefined;
    }
  };
  return { faults, variables, required, possible };
}

type Compiler = ReturnType<typeof compiler>;

function compile(device: Device): MappingPlan {
  const expressions = compiler();
  const attributes = device.attributes.flatMap((settings) => planAttribute(settings, device, expressions));
  const { entityNameExp, explicitAttrs: explicit } = device;
  const entityName =
    entityNameExp === undefined ? undefined : expressions.required(entityNameExp, 'entityNameExp');
  const explicitAttrs =
    typeof explicit === 'string' ? expressions.required(explicit, 'explicitAttrs') : undefined;
  return {
    attributes,
    keys: new Set(device.attributes.map(keyOf)),
    staticMetadata: planStatics(device, expressions),
    ...(entityName === undefined ? {} : { entityName }),
    ...(explicitAttrs === undefined ? {} : { explicitAttrs }),
    variables: expressions.variables,
    faults: expressions.faults,
  };
}

function keyOf({ object_id: objectId, name }: ActiveAttribute): string {
  return objectId ?? name;
}

/** None for an attribute whose expression is faulty: its key's own value is not what was asked for. */
function planAttribute(
  settings: ActiveAttribute,
  device: Device,
  expressions: Compiler,
): readonly PlannedAttribute[] {
  const { name, expression: text, entity_name: entityName, entity_type: type = device.entityType } = settings;
  const expression =
    text === undefined ? undefined : expressions.required(text, `expression of attribute ${name}`);
  if (text !== undefined && expression === undefined) return [];
  const metadata = planMetadata(settings.metadata, `of attribute ${name}`, expressions);
  const entity = entityName === undefined ? undefined : planEntity(entityName, type, expressions);
  return [
    {
      settings,
      key: keyOf(settings),
      metadata,
      ...(metadata.some(isComputed) ? {} : { convert: attributeConverter(settings) }),
      ...(expression === undefined ? {} : { expression }),
      ...(entity === undefined ? {} : { entity }),
    },
  ];
}

function isComputed({ expression }: PlannedMetadata): boolean {
  return expression !== undefined;
}

function planEntity(name: string, type: string, expressions: Compiler): PlannedEntity {
  const expression = expressions.possible(name);
  return { name, type, ...(expression === undefined ? {} : { expression }) };
}

function planMetadata(
  metadata: Metadata | undefined,
  place: string,
  expressions: Compiler,
): readonly PlannedMetadata[] {
  if (metadata === undefined) return [];
  return Object.entries(metadata).map(([name, { expression: text, ...rest }]) => {
    const expression =
      text === undefined ? undefined : expressions.required(text, `metadata ${name} ${place}`);
    return { name, ...rest, ...(expression === undefined ? {} : { expression }) };
  });
}

function planStatics({ staticAttributes }: Device, expressions: Compiler): MappingPlan['staticMetadata'] {
  const computed = staticAttributes.filter(({ metadata = {} }) =>
    Object.values(metadata).some(({ expression }) => expression !== undefined),
  );
  return new Map(
    computed.map(({ name, metadata }) => [
      name,
      planMetadata(metadata, `of static attribute ${name}`, expressions),
    ]),
  );
}
