import type { Json } from '../../measurement.ts';
import { bounded, isMissing, type Operand, UNKNOWN } from './operand.ts';
import { OPERATORS } from './operators.ts';
import { isNullName, type Node, variablesOf } from './syntax.ts';
import { findTransform } from './transforms/transforms.ts';
import { type Budget, COMPARED, fullBudget, READ, spend, spendOn } from './work.ts';

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
  readonly budget: Budget;
}

/** A node, made ready to be evaluated many times. */
type Evaluate = (run: Run) => Operand;

/** The tree as a function. Members are those that data has of its own: nothing leads to what JavaScript inherits. */
export function evaluator(root: Node): (scope: Scope) => Operand {
  const evaluate = prepare(root);
  return ({ variables, now }) => evaluate({ variables, now, element: undefined, budget: fullBudget() });
}

function prepare(node: Node): Evaluate {
  const evaluate = prepareNode(node);
  return (run) => {
    spend(run.budget, 1);
    return evaluate(run);
  };
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
    return boundedIn(run, list);
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
    return boundedIn(run, Object.fromEntries(entries));
  };
}

/** What was put together, within bounds: to see that costs as much as to read it. */
function boundedIn({ budget }: Run, value: Json): Operand {
  spendOn(budget, value, READ);
  return bounded(value);
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
  return (run) => {
    const one = first(run);
    const other = second(run);
    spendOn(run.budget, one, COMPARED);
    spendOn(run.budget, other, COMPARED);
    return compute(one, other);
  };
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
    spendOn(run.budget, value, READ);
    spendOn(run.budget, rest, READ);
    if (found.takesMissing) return bounded(found.apply(value, rest, run.now));
    if (isMissing(value)) return UNKNOWN;
    if (found.work !== undefined) spend(run.budget, found.work(value, rest));
    return bounded(found.apply(value, rest, run.now));
  };
}

function isJson(operand: Operand): operand is Json {
  return operand !== undefined && operand !== UNKNOWN;
}
