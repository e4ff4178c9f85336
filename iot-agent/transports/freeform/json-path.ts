import { query } from 'jsonpath-rfc9535';
import parse from 'jsonpath-rfc9535/parser';
import type { Json } from '../../measurement.ts';
import { TemplateError } from '../../registry/topic-template.ts';

/** Finds values in a document. */
export type JsonPath = (document: Json) => readonly Json[];

type Segment = ReturnType<typeof parse>['segments'][number];
type Step = string | number | typeof everyMember;
const everyMember = Symbol('every member');

/**
 * What is refused, by how it looks when it is parsed: patterns from outside, and what takes more than a look at each value of
 * a message, which may hold a hundred thousand.
 */
const refused: readonly (readonly [form: RegExp, reason: string])[] = [
  [
    /"type":"FunctionExpr","name":"(?:match|search)"/,
    'match() and search() are not available, compare with == instead',
  ],
  [
    /"type":"DescendantSegment".*"type":"DescendantSegment"/,
    '.. may stand in it once: name the members instead',
  ],
  [
    /"type":"JsonPathQuery"/,
    'a filter may look at the one value of a name such as $.a, not for values in the whole message: start with @ instead',
  ],
];

/** A JSONPath (RFC 9535), parsed once where it only names members. @throws TemplateError */
export function compileJsonPath(text: string, member: string): JsonPath {
  const { segments } = parsed(text, member);
  const form = JSON.stringify(segments);
  for (const [pattern, reason] of refused)
    if (pattern.test(form)) throw new TemplateError(`${member} is ${JSON.stringify(text)}: ${reason}`);
  const steps = segments.map(stepOf);
  if (steps.every((step) => step !== undefined)) return (document) => walk([document], steps);
  return (document) => query(document as Parameters<typeof query>[0], text) as readonly Json[];
}

function parsed(text: string, member: string): ReturnType<typeof parse> {
  try {
    return parse(text);
  } catch (error) {
    throw new TemplateError(
      `${member} is ${JSON.stringify(text)}, which is no JSONPath such as $.data.t: ${(error as Error).message}`,
    );
  }
}

/** Undefined for what selects in a way of its own. */
function stepOf({ type, node }: Segment): Step | undefined {
  if (type !== 'ChildSegment') return undefined;
  if (node.type === 'MemberNameShorthand') return node.value;
  if (node.type === 'WildcardSelector') return everyMember;
  const [selector, ...others] = node.selectors;
  if (selector === undefined || others.length > 0) return undefined;
  if (selector.type === 'WildcardSelector') return everyMember;
  return selector.type === 'NameSelector' || selector.type === 'IndexSelector' ? selector.value : undefined;
}

function walk(found: readonly Json[], [step, ...rest]: readonly Step[]): readonly Json[] {
  if (step === undefined) return found;
  return walk(
    found.flatMap((value) => membersAt(value, step)),
    rest,
  );
}

function membersAt(value: Json, step: Step): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === everyMember) return Object.values(value);
  if (Array.isArray(value)) {
    const member = typeof step === 'number' ? (value as readonly Json[]).at(step) : undefined;
    return member === undefined ? [] : [member];
  }
  if (typeof step === 'number' || !Object.hasOwn(value, step)) return [];
  return [(value as { readonly [name: string]: Json })[step] ?? null];
}
