import type { Json } from '../../measurement.ts';
import { bounded, ExpressionFault, isMissing, type Operand, UNKNOWN } from './operand.ts';
import { OPERATORS } from './operators.ts';
import { isNullName, type Node, variablesOf } from './syntax.ts';
import { findTransform } from './transforms/transforms.ts';

/** The values that an expression is evaluated with. */
export interface Scope {
  readonly variables: ReadonlyMap<string, Json>;
  /** Milliseconds since 1970: what `now` is. */
  readonly now: number;
}

/** One evaluation under way. */
interface Run extends Scope {
  /** What a filter looks at. */
  readonly element: Operand;
  readonly steps: { left: number };
}

/** A node, made ready to be evaluated many times. */
type Evaluate = (run: Run) => Operand;

/** Work that one evaluation may do, in nodes that it visits; only filters over long lists and long texts get there. */
const MAX_STEPS = 50_000;
/** Characters, or elements of a list, that a transform goes through while a node is visited. */
const CHARACTERS_A_STEP = 32;
const ELEMENTS_A_STEP = 4;

/** The tree as a function. Members are those that data has of its own: nothing leads to what JavaScript inherits. */
export function evaluator(root: Node): (scope: Scope) => Operand {
  const evaluate = prepare(root);
  return ({ variables, now }) => evaluate({ variables, now, element: undefined, steps: { left: MAX_STEPS } });
}

function prepare(node: Node): Evaluate {
  const evaluate = prepareNode(node);
  return (run) => {
    spend(run, 1);
    return evaluate(run);
  };
}

function spend({ steps }: Run, work: number): void {
  steps.left -= work;
  if (steps.left < 0) throw new ExpressionFault(`it takes more than ${MAX_STEPS} steps`);
}

/** The work that a transform has with a value. */
function workOf(value: Operand): number {
  if (typeof value === 'string') return value.length / CHARACTERS_A_STEP;
  return Array.isArray(value) ? value.length / ELEMENTS_A_STEP : 0;
}

function prepareNode(node: Node): Evaluate {
  switch (node.type) {
    case 'Literal':
      return () => node.value;
    case 'Identifier':
      return identifier(node);
    case 'ArrayLiteral':
      return arrayLiteral(node.value.map(prepare));
    case 'ObjectLiteral':
      return objectLiteral(Object.entries(node.value).map(([name, member]) => [name, prepare(member)]));
    case 'UnaryExpression':
      return negation(prepare(node.right));
    case 'BinaryExpression':
      return binary(node);
    case 'ConditionalExpression':
      return conditional(node);
    case 'FilterExpression':
      return filter(node);
    case 'FunctionCall':
      return transform(node);
  }
}

type NodeOf<Type extends Node['type']> = Extract<Node, { readonly type: Type }>;

function identifier({ value: name, from, relative }: NodeOf<'Identifier'>): Evaluate {
  if (from !== undefined) {
    const subject = prepare(from);
    return (run) => {
      const found = subject(run);
      return memberOf(Array.isArray(found) ? found[0] : found, name);
    };
  }
  if (relative === true) return (run) => memberOf(run.element, name);
  if (isNullName(name)) return () => null;
  return (run) => run.variables.get(name);
}

function memberOf(subject: Operand, name: string | number): Operand {
  if (isMissing(subject)) return subject === UNKNOWN ? UNKNOWN : undefined;
  if (!Object.hasOwn(Object(subject), name)) return undefined;
  return (subject as { readonly [member: string | number]: Json })[name];
}

function arrayLiteral(elements: readonly Evaluate[]): Evaluate {
  return (run) => {
    const list: Json[] = [];
    for (const element of elements) {
      const value = element(run);
      if (value === undefined || value === UNKNOWN) return UNKNOWN;
      list.push(value);
    }
    return bounded(list);
  };
}

function objectLiteral(members: readonly (readonly [string, Evaluate])[]): Evaluate {
  return (run) => {
    const entries: [string, Json][] = [];
    for (const [name, member] of members) {
      const value = member(run);
      if (value === undefined || value === UNKNOWN) return UNKNOWN;
      entries.push([name, value]);
    }
    return bounded(Object.fromEntries(entries));
  };
}

function negation(operand: Evaluate): Evaluate {
  return (run) => {
    const value = operand(run);
    return value === undefined || value === UNKNOWN ? UNKNOWN : !value;
  };
}

function binary({ operator, left, right }: NodeOf<'BinaryExpression'>): Evaluate {
  const first = prepare(left);
  const second = prepare(right);
  if (operator === '&&')
    return (run) => {
      const value = first(run);
      return isTrue(value) ? second(run) : value;
    };
  if (operator === '||')
    return (run) => {
      const value = first(run);
      return isTrue(value) ? value : second(run);
    };
  const compute = OPERATORS[operator];
  return (run) => compute(first(run), second(run));
}

function isTrue(operand: Operand): boolean {
  return operand !== UNKNOWN && Boolean(operand);
}

/**
 * `a ? a : b` asks whether `a` is there. Of a test on something missing that the first branch does not speak of, such as
 * `motion ? "occupied" : "free"`, the outcome is unknown.
 */
function conditional({ test, consequent, alternate }: NodeOf<'ConditionalExpression'>): Evaluate {
  const check = prepare(test);
  const whenTrue = consequent === null ? undefined : prepare(consequent);
  const whenFalse = prepare(alternate);
  const tested = variablesOf(test);
  const asksForPresence =
    consequent === null || [...variablesOf(consequent)].some((name) => tested.has(name));
  return (run) => {
    const outcome = check(run);
    if (outcome === UNKNOWN || (outcome === undefined && !asksForPresence)) return UNKNOWN;
    if (!outcome) return whenFalse(run);
    return whenTrue === undefined ? outcome : whenTrue(run);
  };
}

function filter({ relative, expr, subject }: NodeOf<'FilterExpression'>): Evaluate {
  const whole = prepare(subject);
  const condition = prepare(expr);
  if (!relative) return (run) => pick(whole(run), condition(run));
  return (run) => {
    const list = whole(run);
    if (isMissing(list)) return list;
    const elements: readonly Json[] = Array.isArray(list) ? list : [list];
    return elements.filter((element) => isTrue(condition({ ...run, element })));
  };
}

/** By a number or a name the element or member; by true the whole. */
function pick(subject: Operand, key: Operand): Operand {
  if (typeof key === 'boolean') return key ? subject : undefined;
  if (key === UNKNOWN) return UNKNOWN;
  return typeof key === 'number' || typeof key === 'string' ? memberOf(subject, key) : undefined;
}

function transform({ name, args }: NodeOf<'FunctionCall'>): Evaluate {
  const operands = args.map(prepare);
  const found = findTransform(name);
  if (found === undefined) throw new Error(`there is no transform ${name}`);
  return (run) => {
    const [value, ...rest] = operands.map((operand) => operand(run));
    if (!rest.every(isJson)) return UNKNOWN;
    spend(run, workOf(value));
    if (found.takesMissing) return bounded(found.apply(value, rest, run.now));
    return isMissing(value) ? UNKNOWN : bounded(found.apply(value, rest, run.now));
  };
}

function isJson(operand: Operand): operand is Json {
  return operand !== undefined && operand !== UNKNOWN;
}
