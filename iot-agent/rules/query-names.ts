/** What a query names, or what is wrong with it. */
export type QueryNames =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'fault'; readonly problem: string };

const TERM = /^([^\s=!<>~"]+)(?:(?:==|!=|>=|<=|!~=|~=|>|<)(?:\S.*))?$/s;

/**
 * The Attributes that a query is about (clause 4.9): `(motionDetected==true|count>3);bright==false` is about three. Values in quotes
 * may hold anything. The broker has the last word on the query as a whole.
 */
export function namesInQuery(q: string): QueryNames {
  const terms = termsOf(q);
  if (terms === undefined) return fault('has quotes or brackets that are not closed');
  const names = new Set<string>();
  for (const term of terms) {
    const head = TERM.exec(term)?.[1];
    if (head === undefined)
      return fault(
        `has ${JSON.stringify(term.slice(0, 80))}, which is no comparison: write name==value, and ; for and, | for or`,
      );
    names.add(attributeIn(head));
  }
  return names.size === 0 ? fault('is empty: write name==value') : { kind: 'names', names: [...names] };
}

function fault(problem: string): QueryNames {
  return { kind: 'fault', problem };
}

/** The parts between `;`, `|` and brackets; undefined when quotes or brackets do not fit. */
function termsOf(q: string): readonly string[] | undefined {
  const parts: readonly string[] = q.match(/"(?:[^"\\]|\\.)*"|[;|()]|[^";|()]+|"/gs) ?? [];
  if (parts.includes('"') || !areBalanced(parts)) return undefined;
  const terms = [''];
  for (const part of parts) {
    if (/^[;|()]$/.test(part)) terms.push('');
    else terms.push(`${terms.pop() ?? ''}${part}`);
  }
  return terms.map((term) => term.trim()).filter((term) => term !== '');
}

function areBalanced(parts: readonly string[]): boolean {
  let depth = 0;
  for (const part of parts) {
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Without the path into its value, or to its sub-attribute; the dots of a URI are no path. */
function attributeIn(head: string): string {
  const [name = ''] = head.split('[');
  return name.includes('://') ? name : (name.split('.')[0] ?? name);
}
