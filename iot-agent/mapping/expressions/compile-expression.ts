import { Jexl } from 'jexl';
import { closeNames } from '../../devices/close-names.ts';
import type { Json } from '../../measurement.ts';
import { evaluator, type Scope } from './evaluator.ts';
import { isMissing } from './operand.ts';
import { type Node, variablesOf, walk } from './syntax.ts';
import { findTransform, TRANSFORM_NAMES } from './transforms/transforms.ts';

/** An expression of a configuration, ready to be evaluated with every measure. */
export interface Expression {
  readonly text: string;
  /** Names of the variables that it asks for. */
  readonly variables: ReadonlySet<string>;
  /**
   * The result; undefined when it is null or no number, or when something it needs is not there.
   * @throws ExpressionFault, or an Error of JavaScript, that says why it cannot be computed with these values.
   */
  evaluate(scope: Scope): Json | undefined;
}

/** An expression that is not well formed. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/** Characters of the longest expression. */
const MAX_LENGTH = 2048;
const parser = new Jexl();

/** Parses a JEXL expression. @throws ExpressionError that says what is wrong, and at which character, counted from 1. */
export function compileExpression(text: string): Expression {
  const root = parse(text);
  checkCalls(text, root);
  const evaluate = evaluator(root);
  return {
    text,
    variables: variablesOf(root),
    evaluate: (scope) => {
      const result = evaluate(scope);
      return isMissing(result) ? undefined : result;
    },
  };
}

function parse(text: string): Node {
  if (text.length > MAX_LENGTH)
    throw new ExpressionError(`has ${text.length} characters: at most ${MAX_LENGTH} are allowed`);
  try {
    const { _ast: root } = parser.compile(text);
    if (root !== null) return root;
  } catch (error) {
    throw new ExpressionError(explain(text, (error as Error).message));
  }
  throw new ExpressionError('holds nothing to compute');
}

const LEGACY = /\$\{/;
/** The parser tells what it had read when it gave up. */
const UNEXPECTED = /^Token (.*) \(\w+\) unexpected in expression: (.*)$/su;
const INVALID = /^Invalid expression token: (.*)$/su;
const TEXTS = /'(?:\\'|[^'])*'|"(?:\\"|[^"])*"/gu;

function explain(text: string, message: string): string {
  if (LEGACY.test(text))
    return 'is in the legacy language with $ and @, which FIWARE has given up: write it in JEXL, such as level / 100';
  return `is no JEXL at character ${positionIn(text, message) + 1}: ${message}`;
}

function positionIn(text: string, message: string): number {
  const [, token = '', read = ''] = UNEXPECTED.exec(message) ?? [];
  if (read !== '') return text.length - text.trimStart().length + read.length - token.length;
  const [, invalid] = INVALID.exec(message) ?? [];
  if (invalid === undefined) return text.length;
  const withoutTexts = text.replace(TEXTS, (literal) => ' '.repeat(literal.length));
  return Math.max(0, withoutTexts.indexOf(invalid.trim()));
}

function checkCalls(text: string, root: Node): void {
  walk(root, (node) => {
    if (node.type !== 'FunctionCall') return;
    const { name, pool } = node;
    const at = `at character ${Math.max(0, text.indexOf(name)) + 1}`;
    if (pool === 'functions')
      throw new ExpressionError(
        `calls ${name}(…) ${at}: a transform stands behind its value, as in value|${name}`,
      );
    if (findTransform(name) !== undefined) return;
    const close = closeNames(name, TRANSFORM_NAMES);
    const hint =
      close.length === 0 ? `known are ${TRANSFORM_NAMES.join(', ')}` : `did you mean ${close.join(' or ')}?`;
    throw new ExpressionError(`uses ${name} ${at}, which is no transform: ${hint}`);
  });
}
