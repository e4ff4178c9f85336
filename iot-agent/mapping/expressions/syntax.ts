import type { Json } from '../../measurement.ts';

/** The binary operators of JEXL. */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '//'
  | '%'
  | '^'
  | '=='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | '&&'
  | '||'
  | 'in';

/** A syntax tree of JEXL, as its parser makes it. */
export type Node =
  | { readonly type: 'Literal'; readonly value: Json }
  /** `relative`: a member of what a filter looks at. */
  | {
      readonly type: 'Identifier';
      readonly value: string;
      readonly from?: Node;
      readonly relative?: boolean;
    }
  | { readonly type: 'ArrayLiteral'; readonly value: readonly Node[] }
  | { readonly type: 'ObjectLiteral'; readonly value: { readonly [member: string]: Node } }
  | { readonly type: 'UnaryExpression'; readonly operator: '!'; readonly right: Node }
  | {
      readonly type: 'BinaryExpression';
      readonly operator: BinaryOperator;
      readonly left: Node;
      readonly right: Node;
    }
  /** Without `consequent`, as in `a ?: b`, it is the test itself. */
  | {
      readonly type: 'ConditionalExpression';
      readonly test: Node;
      readonly consequent: Node | null;
      readonly alternate: Node;
    }
  | {
      readonly type: 'FilterExpression';
      readonly relative: boolean;
      readonly expr: Node;
      readonly subject: Node;
    }
  | {
      readonly type: 'FunctionCall';
      readonly pool: 'functions' | 'transforms';
      readonly name: string;
      readonly args: readonly Node[];
    };

/** Calls `visit` with a node and all below it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

function childrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'Literal':
      return [];
    case 'Identifier':
      return node.from === undefined ? [] : [node.from];
    case 'ArrayLiteral':
      return node.value;
    case 'ObjectLiteral':
      return Object.values(node.value);
    case 'UnaryExpression':
      return [node.right];
    case 'BinaryExpression':
      return [node.left, node.right];
    case 'ConditionalExpression':
      return [node.test, ...(node.consequent === null ? [] : [node.consequent]), node.alternate];
    case 'FilterExpression':
      return [node.subject, node.expr];
    case 'FunctionCall':
      return node.args;
  }
}

/** Names that JEXL has no literals for, and that people write as such. */
const NULLS: ReadonlySet<string> = new Set(['null', 'undefined']);

/** Whether a name stands for null, not for a variable. */
export function isNullName(name: string): boolean {
  return NULLS.has(name);
}

/** The variables that a tree asks for. */
export function variablesOf(root: Node): ReadonlySet<string> {
  const names = new Set<string>();
  walk(root, (node) => {
    if (node.type !== 'Identifier' || node.from !== undefined || node.relative === true) return;
    if (!isNullName(node.value)) names.add(node.value);
  });
  return names;
}
