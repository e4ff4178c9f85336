import type { Route } from './route.ts';

/** What the table says of a path. */
export type RouteMatch =
  | {
      readonly kind: 'found';
      readonly route: Route;
      readonly path: Readonly<Record<string, string>>;
    }
  /** The path is known, the method is not: the methods that are. */
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'empty'; readonly parameter: string }
  | { readonly kind: 'malformed'; readonly segment: string }
  | { readonly kind: 'unknown' };

export interface RouteTable {
  /** Judges a raw path below the API root: not collapsed, each segment percent-decoded once. */
  match(method: string, path: string): RouteMatch;
  /** Methods of a path, HEAD and OPTIONS included, for `Allow`; empty when it is unknown. */
  methods(path: string): readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter?: { readonly name: string; readonly node: Node };
  readonly routes: Map<string, Route>;
}

const newNode = (): Node => ({ literals: new Map(), routes: new Map() });
const templateParameter = /^\{(\w+)\}$/;

/** Builds the one route table: a tree of segments, literals before parameters. Refuses two rows for the same request. */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const root = newNode();
  for (const route of routes) addRoute(root, route);
  return {
    match: (method, path) => matchPath(root, method, path),
    methods: (path) => {
      const walked = walk(root, segmentsOf(path));
      return walked.kind === 'node' ? allowedMethods(walked.node) : [];
    },
  };
}

function addRoute(root: Node, route: Route): void {
  let node = root;
  for (const segment of segmentsOf(route.path)) node = childFor(node, segment);
  if (node.routes.has(route.method)) throw new Error(`two routes for ${route.method} ${route.path}`);
  node.routes.set(route.method, route);
}

function childFor(node: Node, segment: string): Node {
  const name = templateParameter.exec(segment)?.[1];
  if (name !== undefined) {
    node.parameter ??= { name, node: newNode() };
    if (node.parameter.name !== name)
      throw new Error(`{${name}} is called {${node.parameter.name}} elsewhere`);
    return node.parameter.node;
  }
  let child = node.literals.get(segment);
  if (child === undefined) {
    child = newNode();
    node.literals.set(segment, child);
  }
  return child;
}

/** `/a/b/` and `/a/b` are the same; empty segments elsewhere stay, so that the table can name what is missing. */
function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/');
  segments.shift();
  if (segments.length > 1 && segments.at(-1) === '') segments.pop();
  return segments;
}

type Walked =
  | { readonly kind: 'node'; readonly node: Node; readonly path: Record<string, string> }
  | Exclude<RouteMatch, { readonly kind: 'found' | 'method' }>;

function walk(root: Node, segments: readonly string[]): Walked {
  const path: Record<string, string> = Object.create(null);
  let node = root;
  for (const segment of segments) {
    const literal = node.literals.get(segment);
    if (literal !== undefined) {
      node = literal;
      continue;
    }
    if (node.parameter === undefined) return { kind: 'unknown' };
    if (segment === '') return { kind: 'empty', parameter: node.parameter.name };
    const decoded = decode(segment);
    if (decoded === undefined) return { kind: 'malformed', segment };
    path[node.parameter.name] = decoded;
    node = node.parameter.node;
  }
  return { kind: 'node', node, path };
}

function matchPath(root: Node, method: string, path: string): RouteMatch {
  const walked = walk(root, segmentsOf(path));
  if (walked.kind !== 'node') return walked;
  const route = walked.node.routes.get(method === 'HEAD' ? 'GET' : method);
  if (route !== undefined) return { kind: 'found', route, path: walked.path };
  const { parameter } = walked.node;
  if (parameter?.node.routes.get(method)?.refusesMissingId && path.endsWith('/'))
    return { kind: 'empty', parameter: parameter.name };
  const allowed = allowedMethods(walked.node);
  return allowed.length === 0 ? { kind: 'unknown' } : { kind: 'method', allowed };
}

function allowedMethods(node: Node): readonly string[] {
  const methods = [...node.routes.keys()];
  if (methods.length === 0) return [];
  return [...methods, ...(node.routes.has('GET') ? ['HEAD'] : []), 'OPTIONS'];
}

function decode(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
